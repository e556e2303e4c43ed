"""Publishing: whole or not at all, checked, and taken back."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from index.build import BuildReport
from index.facets import Where
from index.generation import Generation, current, prune, published, rollback
from index.lexical import QueryTerm
from index.manifest import mark_of, seal
from ingest.articles import Entry
from ingest.errors import GenerationError, IndexMissingError

Build = Callable[..., BuildReport]


def files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json")


def flip(path: Path) -> None:
    """Change one byte and nothing that `ls -l` shows."""
    stat = path.stat()
    middle = stat.st_size // 2
    with path.open("r+b") as file:
        file.seek(middle)
        (byte,) = file.read(1)
        file.seek(middle)
        file.write(bytes([byte ^ 1]))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def test_without_an_index_the_cure_is_named(tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError, match="shuangta rebuild"):
        current(tmp_path)


def test_current_is_what_was_built_last(built: Build, tmp_path: Path) -> None:
    for engine in ("tantivy", "rank-bm25"):
        generation = built(engine=engine).generation
        assert current(tmp_path).name == generation
    assert [path.name[:6] for path in published(tmp_path)] == ["000001", "000002"]


def test_the_data_folder_can_be_moved(built: Build, tmp_path: Path) -> None:
    data_dir = tmp_path.parent / f"{tmp_path.name}-moved"
    built()
    tmp_path.rename(data_dir)
    assert Generation.open(current(data_dir)).manifest.counts.articles == 5
    data_dir.rename(tmp_path)


def test_any_changed_byte_is_seen_when_opening(built: Build, tmp_path: Path) -> None:
    built()
    for path in files_of(current(tmp_path)):
        if path.stat().st_size:
            flip(path)
            with pytest.raises(GenerationError, match="damaged"):
                Generation.open(current(tmp_path))
            flip(path)
    assert Generation.open(current(tmp_path)).manifest.counts.articles == 5


@pytest.mark.parametrize("verify", [False, True])
def test_a_missing_or_shortened_file_is_seen(built: Build, tmp_path: Path, verify: bool) -> None:
    built()
    for path in files_of(current(tmp_path)):
        content = path.read_bytes()
        path.unlink()
        with pytest.raises(GenerationError, match="damaged"):
            Generation.open(current(tmp_path), verify)
        path.write_bytes(content[:-1])
        if content:
            with pytest.raises(GenerationError, match="damaged"):
                Generation.open(current(tmp_path), verify)
        path.write_bytes(content)


def test_another_manifest_is_seen(built: Build, tmp_path: Path) -> None:
    built()
    manifest = current(tmp_path) / "manifest.json"
    manifest.write_bytes(manifest.read_bytes().replace(b'"created"', b' "created"'))
    with pytest.raises(GenerationError, match="not the one it was published with"):
        Generation.open(current(tmp_path))
    for content in (b"{", b'{"format": "\xff"}'):
        manifest.write_bytes(content)
        with pytest.raises(GenerationError, match="cannot be read"):
            Generation.open(current(tmp_path))


def test_a_mark_spares_reading_the_files_and_its_absence_does_not_harm(built: Build, tmp_path: Path) -> None:
    built()
    path = current(tmp_path)
    mark_of(path).unlink()
    assert Generation.open(path).manifest.counts.articles == 5
    flip(path / "catalog.sqlite")
    with pytest.raises(GenerationError, match=r"catalog\.sqlite is not as it was written"):
        Generation.open(path)
    with pytest.raises(GenerationError, match="damaged"):
        seal(path)
    flip(path / "catalog.sqlite")
    seal(path)
    assert mark_of(path).exists()


def test_a_generation_of_another_analyzer_must_be_built_again(
    built: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built()
    monkeypatch.setattr("index.manifest.ANALYZER_ID", "another/1")
    with pytest.raises(GenerationError, match="another version"):
        Generation.open(current(tmp_path))


def test_a_pointer_to_nothing_says_so(built: Build, tmp_path: Path) -> None:
    built()
    current(tmp_path).rename(tmp_path / "away")
    with pytest.raises(GenerationError, match="is gone"):
        current(tmp_path)


def test_rolling_back_points_to_the_generation_before(
    built: Build, entries: list[Entry], tmp_path: Path
) -> None:
    first = built(entries[:2]).generation
    built(entries)
    assert rollback(tmp_path) == first == current(tmp_path).name
    assert Generation.open(current(tmp_path)).manifest.counts.articles == 2
    with pytest.raises(GenerationError, match="no generation before"):
        rollback(tmp_path)


def test_no_rolling_back_to_a_damaged_generation(built: Build, entries: list[Entry], tmp_path: Path) -> None:
    built(entries[:2])
    flip(current(tmp_path) / "catalog.sqlite")
    second = built(entries).generation
    with pytest.raises(GenerationError, match="damaged"):
        rollback(tmp_path)
    assert current(tmp_path).name == second


def test_old_generations_go_and_the_current_one_stays(
    built: Build, entries: list[Entry], tmp_path: Path
) -> None:
    names = [built(entries[:count], keep=2).generation for count in (1, 2, 3, 4)]
    assert [path.name for path in published(tmp_path)] == names[-2:]
    rollback(tmp_path)
    prune(tmp_path, keep=1)
    assert [path.name for path in published(tmp_path)] == names[-2:]
    assert len(list((tmp_path / "generations").iterdir())) == 4  # two folders, two marks


def test_of_a_generation_that_goes_no_mark_stays_not_even_half_a_one(
    built: Build, entries: list[Entry], tmp_path: Path
) -> None:
    name = built(entries[:1]).generation
    (tmp_path / "generations" / f".{name}.checked-aside").write_bytes(b"{")
    built(entries, keep=1)
    assert not list((tmp_path / "generations").glob(f".{name}*"))


def test_an_older_generation_that_is_damaged_keeps_nobody_from_building(
    built: Build, entries: list[Entry], tmp_path: Path
) -> None:
    first = built(entries[:1]).generation
    (tmp_path / "generations" / first / "manifest.json").write_bytes(b"")
    assert built(entries).published
    assert published(tmp_path)[0].name == first


def test_readers_of_a_pruned_generation_finish(built: Build, entries: list[Entry], tmp_path: Path) -> None:
    built(entries)
    reader = Generation.open(current(tmp_path))
    built(entries[:2], keep=1)
    assert not reader.path.exists()
    assert len(reader.lexical.search([QueryTerm("bm25", 1.0)], 5, Where())) == 1
    assert reader.catalog.passages([0])[0].row == 0
    reader.close()
