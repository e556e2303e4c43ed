"""A batch gives one line for each page, in its order."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from ingest.batch import extract_batch
from ingest.errors import ExtractionError
from ingest.settings import ExtractSettings

PROSE = (
    "The two towers are trained together and served apart, so that one of them can be computed in advance. "
    * 4
)
SETTINGS = ExtractSettings(workers=1)


def test_every_page_has_its_line_in_order(tmp_path: Path) -> None:
    (tmp_path / "a.html.gz").write_bytes(
        gzip.compress(f"<html><title>A</title><p>{PROSE}</p></html>".encode())
    )
    (tmp_path / "b.html").write_text("<html><p>nothing</p></html>")
    lines = [
        {"id": "a", "url": None, "file": "a.html.gz"},
        {"id": "b", "url": "https://b.example/", "file": "b.html"},
    ]
    (tmp_path / "truth.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n\n")
    found = list(extract_batch(tmp_path / "truth.jsonl", SETTINGS))
    assert [(line.id, line.title, line.skipped) for line in found] == [("a", "A", None), ("b", "", "empty")]
    assert found[0].text == PROSE.strip()


@pytest.mark.parametrize(
    "line", ['{"id": "a"}', "no json", '{"id": "a", "url": "u", "file": "missing.html"}']
)
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "truth.jsonl").write_text(line)
    with pytest.raises(ExtractionError, match=r"truth.jsonl, line 1|missing.html"):
        list(extract_batch(tmp_path / "truth.jsonl", SETTINGS))
