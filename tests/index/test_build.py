"""The pipeline from entries to a generation that can be searched."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from numpy.typing import NDArray

from index.analyze import analyze
from index.build import BuildReport, build
from index.facets import Where
from index.generation import Generation, current, published
from index.lexical import query_terms
from index.settings import IndexSettings, PassageSettings
from index.vectors import VectorCache
from ingest.articles import Entry, Link, Listing
from ingest.errors import GenerationError, IndexMissingError, TowerError
from ingest.progress import Progress
from tests.index.conftest import HashTower

Build = Callable[..., BuildReport]


def find(generation: Generation, query: str) -> list[str]:
    """Titles of the articles that the lexical leg finds."""
    rows = generation.lexical.search(query_terms(analyze(query)), 10, Where()).rows
    return [article.title for article in generation.catalog.articles(generation.catalog.article_of[rows])]


def test_what_was_built_is_found_by_both_legs(built: Build, tower: object, tmp_path: Path) -> None:
    report = built()
    generation = Generation.open(current(tmp_path))
    assert report.published
    assert (report.articles, report.passages) == (5, len(generation.catalog)) == (5, len(generation.lexical))
    assert find(generation, "雙塔 負採樣")[0] == "双塔模型召回"
    (vector,) = tower.encode_queries(["HNSW 图索引"])  # type: ignore[attr-defined]
    best = generation.dense["hash@000000000001"].search(vector, 1).rows
    assert generation.catalog.articles(generation.catalog.article_of[best])[0].title == "向量检索与 HNSW"


def test_the_manifest_says_what_it_is_made_of(built: Build, tmp_path: Path) -> None:
    report = built(now=1234.5)
    manifest = Generation.open(current(tmp_path)).manifest
    assert (manifest.created, manifest.lexical, manifest.lists) == (1234.5, "tantivy", ("NLP", "推荐系统"))
    assert [(leg.id, leg.name, leg.dim) for leg in manifest.towers] == [("hash@000000000001", "hash", 64)]
    assert manifest.counts.passages == report.passages
    assert {"catalog.sqlite", "article_of.npy", "dense/hash@000000000001/vectors.faiss"} <= set(
        manifest.files
    )


def test_nothing_changed_publishes_nothing(built: Build, tmp_path: Path) -> None:
    first = built(now=1)
    second = built(now=2)
    assert not second.published
    assert (second.generation, second.passages, second.encoded) == (first.generation, first.passages, 0)
    assert len(published(tmp_path)) == 1


def test_a_damaged_generation_is_built_again_though_nothing_changed(built: Build, tmp_path: Path) -> None:
    built()
    (current(tmp_path) / "catalog.sqlite").unlink()
    assert built().published
    Generation.open(current(tmp_path), verify=True)


def test_only_what_is_new_is_encoded(
    built: Build, entries: list[Entry], make_entry: Callable[..., Entry]
) -> None:
    first = built(entries)
    second = built([*entries, make_entry(9, "新文章", "这是刚刚加入的一篇。")])
    assert (first.encoded, first.reused) == (5, 0)
    assert (second.encoded, second.reused) == (1, 5)


def test_cached_vectors_give_the_same_index(built: Build, entries: list[Entry], tmp_path: Path) -> None:
    built(entries)
    before = Generation.open(current(tmp_path)).dense["hash@000000000001"].vectors(np.arange(5))
    built(entries, engine="rank-bm25")
    after = Generation.open(current(tmp_path)).dense["hash@000000000001"].vectors(np.arange(5))
    assert np.array_equal(before, after)


def test_several_towers_are_several_legs(built: Build, tower: object, tmp_path: Path) -> None:
    other = type(tower)("org/other@000000000002", 16)  # type: ignore[call-arg]
    report = built(towers=[tower, other])
    generation = Generation.open(current(tmp_path))
    assert report.encoded == 2 * report.passages
    assert {name: index.dim for name, index in generation.dense.items()} == {
        "hash@000000000001": 64,
        "org/other@000000000002": 16,
    }


def test_two_towers_of_one_name_are_refused(built: Build, tower: object, tmp_path: Path) -> None:
    with pytest.raises(TowerError, match="called"):
        built(towers=[tower, tower])


def test_no_tower_is_a_lexical_index(built: Build, tmp_path: Path) -> None:
    built(towers=[])
    assert Generation.open(current(tmp_path)).dense == {}


def test_a_link_without_a_page_is_found_by_what_the_list_says(built: Build, tmp_path: Path) -> None:
    url = "https://gone.example/1"
    link = Link(url, url, "深度兴趣网络 DIN", "推荐", ("排序", "点击率"), "讲得最清楚的一篇")
    built([Entry.of_listing(Listing(url, (link,)))])
    generation = Generation.open(current(tmp_path))
    for query in ("兴趣网络", "点击率", "最清楚"):
        assert find(generation, query) == ["深度兴趣网络 DIN"]


def test_a_curators_note_finds_the_article(built: Build, tmp_path: Path) -> None:
    built()
    assert len(find(Generation.open(current(tmp_path)), "值得一读")) == 5


def test_an_article_without_text_is_found_by_its_title(
    built: Build, make_entry: Callable[..., Entry], tmp_path: Path
) -> None:
    assert built([make_entry(1, "只有标题", "")]).passages == 1
    assert find(Generation.open(current(tmp_path)), "标题") == ["只有标题"]


def test_an_empty_corpus_is_refused_and_leaves_nothing(built: Build, tmp_path: Path) -> None:
    with pytest.raises(GenerationError, match="nothing to index"):
        built([])
    assert list((tmp_path / "generations").iterdir()) == []
    with pytest.raises(IndexMissingError):
        current(tmp_path)


def test_a_build_that_breaks_leaves_the_old_generation(
    built: Build, entries: list[Entry], breaking_tower: object, tmp_path: Path
) -> None:
    first = built(entries[:2], towers=[]).generation
    with pytest.raises(KeyboardInterrupt):
        built(entries, towers=[breaking_tower])
    assert current(tmp_path).name == first
    assert [path.name for path in published(tmp_path)] == [first]


def test_what_a_killed_build_left_is_removed_by_the_next(built: Build, tmp_path: Path) -> None:
    left = tmp_path / "generations" / ".staging" / "lexical"
    left.mkdir(parents=True)
    (left / "half").write_text("x")
    built()
    assert not left.exists()


def test_other_settings_are_another_generation(entries: list[Entry], tmp_path: Path) -> None:
    def run(target: int) -> BuildReport:
        settings = IndexSettings(passages=PassageSettings(target=target, maximum=60, minimum=10))
        return build(entries, tmp_path, settings=settings, towers=[], clock=lambda: 0.0)

    assert run(20).passages > run(60).passages
    assert len(published(tmp_path)) == 2


def test_vectors_live_as_long_as_a_generation_that_used_them(built: Build, entries: list[Entry]) -> None:
    built(entries, now=1, keep=1)
    built(entries[:2], now=2, keep=1)
    assert built(entries, now=3, keep=1).encoded == 3


def test_progress_is_told_to_the_end(entries: list[Entry], tower: object, tmp_path: Path) -> None:
    told: list[Progress] = []
    build(
        entries, tmp_path, settings=IndexSettings(), towers=[tower], clock=lambda: 0.0, progress=told.append
    )  # type: ignore[list-item]
    last = {each.stage: each for each in told}
    assert last["lexical"].done == last["lexical"].total == 5
    assert last["encode"].done == last["encode"].total == 5


def test_a_data_folder_that_cannot_be_written_says_so(entries: list[Entry], tmp_path: Path) -> None:
    (tmp_path / "generations").write_text("in the way")
    with pytest.raises(GenerationError, match="could not be written"):
        build(entries, tmp_path, settings=IndexSettings(), towers=[], clock=lambda: 0.0)


class CountingTower(HashTower):
    """Notes the batches it is given."""

    batches: ClassVar[list[list[str]]] = []

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.batches.append(list(texts))
        return super().encode_passages(texts)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return super().encode_passages(texts)


@pytest.fixture
def counting() -> Iterator[CountingTower]:
    CountingTower.batches.clear()
    yield CountingTower()
    CountingTower.batches.clear()


def test_progress_is_told_batch_by_batch_and_what_is_encoded_together_is_of_one_size(
    counting: CountingTower, make_entry: Callable[..., Entry], tmp_path: Path
) -> None:
    entries = [make_entry(number, f"第{number}篇", "召回。" * (number * 7 % 50 + 1)) for number in range(300)]
    told: list[Progress] = []
    build(
        entries,
        tmp_path,
        settings=IndexSettings(),
        towers=[counting],
        clock=lambda: 0.0,
        progress=told.append,
    )
    done = [each.done for each in told if each.stage == "encode"]
    assert done == sorted(done)
    assert len(done) > 3
    assert done[-1] == 300
    assert sum(map(len, counting.batches)) == 300
    longest = [max(map(len, batch)) for batch in counting.batches]
    assert longest == sorted(longest)


class OverflowingTower(HashTower):
    """A tower whose numbers ran over on the way."""

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = super().encode_passages(texts)
        vectors[-1] = np.nan
        return vectors


def test_vectors_that_are_no_numbers_are_neither_built_with_nor_kept(built: Build, tmp_path: Path) -> None:
    tower = OverflowingTower()
    with pytest.raises(TowerError, match="not numbers"):
        built(towers=[tower])
    with VectorCache(tmp_path / "vectors", tower.id, tower.dim) as cache:
        assert len(cache) == 0


def test_what_a_stopped_build_encoded_is_not_encoded_again(
    counting: CountingTower, make_entry: Callable[..., Entry], tmp_path: Path
) -> None:
    entries = [make_entry(number, f"第{number}篇", "召回。" * 20) for number in range(100)]

    def stop(progress: Progress) -> None:
        if progress.stage == "encode":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(
            entries, tmp_path, settings=IndexSettings(), towers=[counting], clock=lambda: 0.0, progress=stop
        )
    (first,) = counting.batches
    report = build(entries, tmp_path, settings=IndexSettings(), towers=[counting], clock=lambda: 0.0)
    assert 0 < len(first) == report.reused
    assert report.encoded == 100 - len(first)


def test_a_changed_tower_encodes_everything_once_and_an_unchanged_one_nothing(
    built: Build, entries: list[Entry], tower: HashTower
) -> None:
    other = HashTower("other@000000000002", 16)
    assert built(towers=[tower, other]).encoded == 10
    changed = HashTower("other@000000000003", 16)
    report = built(towers=[tower, changed])
    assert (report.published, report.encoded, report.reused) == (True, 5, 5)
    again = built(entries[:4], towers=[tower, changed])
    assert (again.encoded, again.reused) == (0, 8)
    assert not built(entries[:4], towers=[tower, changed]).published
