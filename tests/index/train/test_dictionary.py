"""CC-CEDICT's format, as its site describes it: traditional simplified [pinyin] /meaning/meaning/."""

import gzip
from pathlib import Path

import pytest

from index.train.dictionary import read_dictionary
from ingest.errors import SettingsError

LINES = """\
# CC-CEDICT
#! entries=7
國王 国王 [guo2 wang2] /king/CL:個|个[ge4]/
檢索 检索 [jian3 suo3] /to retrieve (data); to look up/retrieval/
打 打 [da2] /dozen (loanword)/
打 打 [da3] /to beat; to strike/
王 王 [Wang2] /surname Wang/
殸 殸 [qing4] /variant of 磬[qing4]/
脈衝波 脉冲波 [mai4 chong1 bo1] /see 脈衝|脉冲[mai4 chong1]/
COVID COVID [C O V I D] /the disease (Tw)/
"""


@pytest.fixture
def dictionary(tmp_path: Path) -> Path:
    (tmp_path / "cedict.u8").write_text(LINES, "utf-8")
    return tmp_path / "cedict.u8"


def test_a_word_has_the_meanings_of_all_its_readings(dictionary: Path) -> None:
    assert read_dictionary(dictionary)["打"].glosses == ("dozen", "beat", "strike")


def test_asides_articles_and_measure_words_are_no_part_of_a_meaning(dictionary: Path) -> None:
    entries = read_dictionary(dictionary)
    assert entries["国王"].glosses == ("king",)
    assert entries["检索"].glosses == ("retrieve", "look up", "retrieval")


def test_words_that_only_point_elsewhere_or_are_surnames_are_left_out(dictionary: Path) -> None:
    assert set(read_dictionary(dictionary)) == {"国王", "检索", "打", "covid"}


def test_a_gzipped_dictionary_reads_the_same(dictionary: Path) -> None:
    packed = dictionary.with_suffix(".gz")
    packed.write_bytes(gzip.compress(dictionary.read_bytes()))
    assert read_dictionary(packed) == read_dictionary(dictionary)


@pytest.mark.parametrize(
    ("name", "content"),
    [("none", None), ("empty", b"# nothing\n"), ("latin", b"\xff\xfe"), ("bad.gz", b"no gzip")],
)
def test_what_is_no_dictionary_is_refused_in_a_sentence(
    tmp_path: Path, name: str, content: bytes | None
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError, match=name):
        read_dictionary(path)
