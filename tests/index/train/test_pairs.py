"""Files of training pairs: what is read of them."""

import gzip
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from index.folding import fold
from index.train.pairs import PairFile, pair_files, read_pairs
from ingest.errors import SettingsError

Row = dict[str, str]


def write(folder: Path, name: str, rows: Sequence[Row]) -> PairFile:
    path = folder / f"{name}.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return PairFile(name, path)


def row(q: str, p: str, direction: str = "zh>zh", kind: str = "heading-section") -> Row:
    ql, _, pl = direction.partition(">")
    return {"q": q, "p": p, "type": kind, "ql": ql, "pl": pl}


def test_pairs_are_folded_and_empty_or_equal_sides_left_out(tmp_path: Path) -> None:
    file = write(
        tmp_path, "a", [row("雙塔召回", "Two-Tower　模型"), row(" ", "x"), row("BERT", "bert"), row("q", "p")]
    )
    assert [(pair.q, pair.p) for pair in read_pairs(file)] == [("双塔召回", "two-tower 模型"), ("q", "p")]


def test_only_two_fields_are_needed(tmp_path: Path) -> None:
    file = write(tmp_path, "own", [{"q": "标题", "p": "正文"}])
    assert [pair.type for pair in read_pairs(file)] == [""]


def test_files_can_be_left_out_by_name(tmp_path: Path) -> None:
    for name in ("zh-notes", "en-docs"):
        write(tmp_path, name, [row("a", "b")])
    assert [file.name for file in pair_files([str(tmp_path)], ["zh-notes"])] == ["en-docs"]


def test_a_wrong_name_or_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="There are no"):
        pair_files([str(tmp_path)], [])
    write(tmp_path, "en-docs", [row("a", "b")])
    with pytest.raises(SettingsError, match="No pair file is named zh-noten"):
        pair_files([str(tmp_path)], ["zh-noten"])


def test_folding_is_what_the_runtime_does_too(tmp_path: Path) -> None:
    pair = next(read_pairs(write(tmp_path, "a", [row("機器學習，ＢＥＲＴ", "x y")])))
    assert pair.q == fold("機器學習，ＢＥＲＴ")
