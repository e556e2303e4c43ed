"""Bytes become the text that a reader sees, whatever the page says of them."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
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


def test_a_few_broken_bytes_do_not_change_the_charset() -> None:
    body = (CHINESE * 5).encode() + b"\xe6\xb7"  # cut in the middle of a character
    assert decode(body).startswith(CHINESE)


def test_marks_are_composed_and_control_characters_dropped() -> None:
    assert decode("cafe\u0301\x00\x08\r\nnext".encode()) == "caf\u00e9\nnext"


def test_the_byte_order_mark_wins() -> None:
    assert decode(b"\xff\xfe" + CHINESE.encode("utf-16-le"), "text/html; charset=utf-8") == CHINESE


def test_names_mean_what_browsers_take_them_for() -> None:
    assert declared_charset(b'<meta charset="gb2312">', "text/html; charset=latin1") == ("cp1252", "gb18030")


@given(st.binary(max_size=400), st.text(max_size=30))
def test_no_bytes_raise_and_all_text_is_composed(body: bytes, content_type: str) -> None:
    assert unicodedata.is_normalized("NFC", decode(body, content_type))
