"""Files of training pairs: what is read of them."""

import gzip
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from index.folding import fold
from index.train.pairs import PairFile, Sieve, pair_files
from ingest.errors import PairsError, SettingsError

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
    assert [(pair.q, pair.p) for pair in Sieve().read(file)] == [("双塔召回", "two-tower 模型"), ("q", "p")]


def test_only_two_fields_are_needed(tmp_path: Path) -> None:
    file = write(tmp_path, "own", [{"q": "标题", "p": "正文"}])
    assert [pair.type for pair in Sieve().read(file)] == [""]


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
    pair = next(Sieve().read(write(tmp_path, "a", [row("機器學習，ＢＥＲＴ", "x y")])))
    assert pair.q == fold("機器學習，ＢＥＲＴ")


def test_what_is_left_out_is_counted_by_reason(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        "a",
        [
            row("", "x"),
            row("BERT", "ｂｅｒｔ"),
            row("q", "passage"),
            row("query", "p" * 11),
            row("双塔", "召回"),
        ],
    )
    sieve = Sieve(shortest=2, longest=10)
    assert [(pair.q, pair.p) for pair in sieve.read(file)] == [("双塔", "召回")]
    assert sieve.left_out == {"empty": 1, "alike": 1, "too short": 1, "too long": 1}


def test_text_can_stay_as_it_is_written(tmp_path: Path) -> None:
    file = write(tmp_path, "a", [row("雙塔", "BERT "), row("Ａ", "a")])
    assert [(pair.q, pair.p) for pair in Sieve(folded=False).read(file)] == [("雙塔", "BERT")]


def test_a_corpus_without_pairs_is_each_text_with_itself(tmp_path: Path) -> None:
    file = write(tmp_path, "a", [{"p": "雙塔"}, {"p": " "}])
    assert [(pair.q, pair.p) for pair in Sieve(texts_only=True).read(file)] == [("双塔", "双塔")]


@pytest.mark.parametrize("line", ["{", '{"q": "no passage"}', '{"q": 1, "p": "x"}', "", "[1, 2]"])
def test_a_bad_line_is_named_with_the_cure(tmp_path: Path, line: str) -> None:
    path = tmp_path / "a.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        lines.write('{"q": "a", "p": "b"}\n' + line + "\n")
    with pytest.raises(PairsError, match=r"Line 2 of .*a\.jsonl\.gz is no pair") as caught:
        list(Sieve().read(PairFile("a", path)))
    assert '{"q": ' in caught.value.cure


def test_a_line_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"q": "\xff", "p": "b"}\n'))
    with pytest.raises(PairsError, match=r"Line 1 of .*a\.jsonl\.gz is no pair"):
        list(Sieve().read(PairFile("a", path)))


@pytest.mark.parametrize(
    "content",
    [b"not gzip", gzip.compress(b'{"q": "a", "p": "b"}\n' * 1_000)[:-20]],
    ids=["not gzip", "cut off"],
)
def test_a_damaged_file_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(content)
    with pytest.raises(PairsError, match=r"a\.jsonl\.gz is damaged"):
        list(Sieve().read(PairFile("a", path)))


def test_a_weight_for_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "en-docs", [row("a", "b")])
    with pytest.raises(SettingsError, match="No pair file is named en-dcos") as caught:
        pair_files([str(tmp_path)], [], {"en-dcos": 2.0})
    assert "en-docs" in caught.value.cure
