from __future__ import annotations

import pytest

from index.completions import Completion, Completions
from index.generation import Generation
from ingest.errors import QueryError
from search.engine import Engine
from search.suggest import suggest


def test_a_title_is_suggested_by_its_beginning_in_either_script(engine: Engine) -> None:
    for typed in ("双塔模型的", "stmx", "shuangta"):
        suggestion = next(each for each in engine.suggest(typed) if each.kind == "title")
        assert suggestion.text == "双塔模型的召回"
        assert engine.read(suggestion.article_id).article.title == "双塔模型的召回"


def test_sections_come_before_titles(engine: Engine) -> None:
    found = engine.suggest("retr")
    assert [each.kind for each in found] == ["section", "title"]
    assert found[0].text == "Retrieval"
    assert found[0].articles == 3


def test_the_last_words_are_completed_and_what_is_before_is_kept(engine: Engine) -> None:
    assert engine.suggest("why does dense retr")[0].text == "why does dense Retrieval"


def test_a_pasted_page_is_looked_up_as_seldom_as_a_sentence(generation: Generation) -> None:
    asked: list[str] = []

    class Counted(Completions):
        def starting_with(self, typed: str, k: int, *, titles: bool) -> list[Completion]:
            asked.append(typed)
            return super().starting_with(typed, k, titles=titles)

    completions = Counted(generation.path)
    assert suggest(completions, "nothing like this " * 10_000 + "dense retr")[0].text.endswith(
        "dense Retrieval"
    )
    assert len(asked) < 20


def test_one_letter_at_the_end_says_too_little(engine: Engine) -> None:
    assert engine.suggest("nothing like this r") == ()


def test_no_more_than_asked_for(engine: Engine) -> None:
    assert len(engine.suggest("z", k=3)) == 3
    with pytest.raises(QueryError):
        engine.suggest("z", k=0)
