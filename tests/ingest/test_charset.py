"""Bytes become the text that a reader sees, whatever the page says of them."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.charset import declared_charset, decode

CHINESE = "深度学习的推荐系统：双塔模型把用户和物品映射到同一个向量空间里，再用近似最近邻检索。"
TRADITIONAL = (
    "深度學習的推薦系統：雙塔模型把用戶和物品映射到同一個向量空間，再用近似最近鄰檢索，這樣就能快速召回。"
)


@pytest.mark.parametrize(
    "declared", ["", "text/html; charset=utf-8", "text/html; charset=GBK", "text/html; charset=x"]
)
def test_utf8_that_decodes_is_utf8_whatever_was_declared(declared: str) -> None:
    assert decode(CHINESE.encode(), declared) == CHINESE


@pytest.mark.parametrize("declared", ["text/html; charset=gb2312", "text/html; charset=ISO-8859-1", ""])
def test_gb_bytes_are_read_under_a_smaller_wrong_or_missing_name(declared: str) -> None:
    text = CHINESE + "镕堃€"  # not in GB 2312
    assert decode(text.encode("gb18030"), declared) == text


def test_big5_is_told_from_gb_by_its_frequent_characters() -> None:
    assert decode(TRADITIONAL.encode("big5")) == TRADITIONAL


def test_a_declared_charset_in_a_late_meta_counts() -> None:
    page = (
        b"<html><style>"
        + b" " * 5000
        + b'</style><meta charset="shift_jis">'
        + "日本語の文章".encode("cp932")
    )
    assert "日本語の文章" in decode(page)


def test_latin_text_is_not_taken_for_chinese() -> None:
    text = "Les modèles à deux tours sont déjà utilisés à l'échelle, même très près de la mémoire."
    assert decode(text.encode("latin-1")) == text


CODECS = (
    "utf-8",
    "gb18030",
    "gbk",
    "gb2312",
    "big5",
    "big5hkscs",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
)
NAMES = (
    "",
    "utf-8",
    "gb2312",
    "GBK",
    "gb18030",
    "big5",
    "ISO-8859-1",
    "windows-1252",
    "utf-16",
    "no-such-charset",
)
SENTENCES = st.lists(
    st.sampled_from(
        [
            ("今天我们来谈谈推荐系统。", "今天我們來談談推薦系統。"),
            ("训练时常用批内负例，", "訓練時常用批內負例，"),
            ("用户和物品被编码成向量；", "用戶和物品被編碼成向量；"),
            ("The query is encoded by a tower. ", "The query is encoded by a tower. "),
            ("他说“这很难”，但是没有给出理由。", "他說「這很難」，但是沒有給出理由。"),
            ("第３章　实验：ＡＵＣ提升 2.1%", "第３章　實驗：ＡＵＣ提升 2.1%"),
        ]
    ),
    min_size=1,
    max_size=12,
)


@pytest.mark.parametrize("codec", CODECS)
@given(st.sampled_from(NAMES), st.sampled_from(NAMES), SENTENCES, st.booleans())
@settings(max_examples=100, deadline=None)
def test_chinese_prose_survives_every_codec_under_every_declaration(
    codec: str, in_header: str, in_meta: str, sentences: list[tuple[str, str]], traditional: bool
) -> None:
    # Two sentences tell the codecs apart; gb2312 and big5 have only one script each.
    traditional = codec.startswith("big5") or (traditional and codec != "gb2312")
    sentences = [("今天我们来谈谈推荐系统。", "今天我們來談談推薦系統。"), *sentences]
    text = "".join(pair[traditional] for pair in sentences)
    meta = f'<meta charset="{in_meta}">' if in_meta else ""
    body = f"<html><head>{meta}<title>x</title></head><body><p>{text}</p></body></html>".encode(codec)
    assert text in decode(body, f"text/html; charset={in_header}" if in_header else "text/html")


@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "big5"])
@pytest.mark.parametrize("cut", [1, 2, 3])
def test_a_page_cut_in_the_middle_of_a_character_keeps_the_rest(codec: str, cut: int) -> None:
    text = TRADITIONAL if codec == "big5" else CHINESE
    assert decode((text * 3).encode(codec)[:-cut]).startswith(text * 2)


def test_a_few_broken_bytes_do_not_change_the_charset() -> None:
    body = (CHINESE * 5).encode() + b"\xe6\xb7"  # cut in the middle of a character
    assert decode(body).startswith(CHINESE)


@pytest.mark.parametrize("declared", ["", "text/html; charset=utf-8"])
def test_one_broken_byte_among_few_others_does_not_change_the_charset(declared: str) -> None:
    text = "It’s a “test” of curly quotes — and that’s it."
    assert decode(text.encode() + b"\x92", declared) == text + "\ufffd"
    assert decode("一页短文".encode() + b"\xff", declared) == "一页短文\ufffd"
    latin = "L’été dernier, nous avons mangé des crêpes à la crème."
    assert decode(latin.encode("cp1252"), declared) == latin


def test_a_long_head_in_ascii_hides_no_charset() -> None:
    head = "<style>" + "a{}" * 100_000 + "</style>"
    assert decode((head + CHINESE).encode("gb18030")) == head + CHINESE


def test_marks_are_composed_and_control_characters_dropped() -> None:
    assert decode("cafe\u0301\x00\x08\r\nnext".encode()) == "caf\u00e9\nnext"


def test_the_byte_order_mark_wins() -> None:
    assert decode(b"\xff\xfe" + CHINESE.encode("utf-16-le"), "text/html; charset=utf-8") == CHINESE


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_known_in_a_page_of_much_text(codec: str) -> None:
    page = f"<!DOCTYPE html><html><head><title>x</title></head><body><p>{CHINESE * 100}</p></body></html>"
    assert decode(page.encode(codec)) == page


def test_names_mean_what_browsers_take_them_for() -> None:
    assert declared_charset(b'<meta charset="gb2312">', "text/html; charset=latin1") == ("cp1252", "gb18030")


@given(st.binary(max_size=400), st.text(max_size=30))
def test_no_bytes_raise_and_all_text_is_composed(body: bytes, content_type: str) -> None:
    assert unicodedata.is_normalized("NFC", decode(body, content_type))
