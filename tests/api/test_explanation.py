from __future__ import annotations

from dataclasses import replace

import pytest

from api.explanation import explanation
from api.terminal import wide
from search.answers import Explanation, FeaturePart, Hit, TermPart

TERMS = (
    TermPart("双塔", ("title", "body"), 1.0, 5.2, 1.94, 10.09),
    TermPart("dual encoder", ("body",), 0.5, 4.0, 1.5, 3.0, rewriting="双塔"),
)
HIT = Hit(
    rank=1, score=1.2, url="", link="", title="", passage="", ordinal=0, headings=(), snippet=(0, 0), highlights=(), list="",
    section=(), note="", starred=False, lists=(), article_id="", host="", site="", lang="", author="", published="",
    source="origin", archived="", also_at=(), stages={"lexical": 13.09, "fused": 0.7},
    explanation=Explanation((FeaturePart("fused", 0.7, 0.7), FeaturePart("expected", None, -0.1)), TERMS, 0.0),
)  # fmt: skip


def test_the_columns_stand_under_each_other_whatever_the_script() -> None:
    lines = list(explanation(HIT))
    head = next(line for line in lines if line.startswith("term"))
    rows = lines[lines.index(head) + 1 :]
    assert rows[0].split() == ["双塔", "1.00", "5.20", "1.94", "10.09", "title", "body"]
    ends = {
        wide(line[: line.rindex(last) + len(last)])
        for line, last in zip(rows, ("10.09", "3.00"), strict=True)
    }
    assert ends == {wide(head[: head.index("product") + len("product")])}


def test_a_term_that_was_not_typed_names_what_it_stands_for() -> None:
    assert any(line.startswith("dual encoder (for 双塔)") for line in explanation(HIT))


def test_what_is_no_property_of_the_hit_has_no_value() -> None:
    (line,) = (line for line in explanation(HIT) if line.startswith("expected"))
    assert line.split() == ["expected", "-0.100"]


@pytest.mark.parametrize(("rest", "said"), [(0.004, False), (1.25, True)])
def test_what_the_terms_do_not_account_for_is_said_where_it_is_more_than_rounding(
    rest: float, said: bool
) -> None:
    assert HIT.explanation is not None
    hit = replace(HIT, explanation=replace(HIT.explanation, rest=rest))
    assert any(line.startswith("not by these") and "1.25" in line for line in explanation(hit)) is said


def test_without_an_explanation_there_are_the_stages_alone() -> None:
    assert [line.split() for line in explanation(replace(HIT, explanation=None))] == [
        ["stage", "score"],
        ["lexical", "13.090"],
        ["fused", "0.700"],
    ]
