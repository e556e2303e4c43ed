"""One spelling: what folds to the same text, and where each folded character came from."""

import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.folding import fold, fold_with_offsets, simplified

# Text as it is met, and text made of what normalisation is hard on: marks, jamo, half-width kana, compatibility forms.
_AWKWARD = st.text(alphabet="aΪΣİé…㈱ﬁ，Ａ　機学ｶﾞ豈\u0301\u0327\u1100\u1161\u11a8\u314f\uffa7\u3099")
_TEXT = st.one_of(st.text(), _AWKWARD)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("機器學習", "机器学习"),
        ("Ｗｏｒｄ２Ｖｅｃ，ＢＥＲＴ", "word2vec,bert"),
        ("ﬁne-tuning", "fine-tuning"),
        ("雙塔召回（Two-Tower）", "双塔召回(two-tower)"),
        ("in-batch　負採樣", "in-batch 负采样"),
        ("薴", "苎"),
        ("", ""),
    ],
)
def test_spellings_meet(written: str, folded: str) -> None:
    assert fold(written) == folded


@given(_TEXT)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(_TEXT)
@example("e\u0301…學")
def test_offsets_belong_to_the_folded_text(text: str) -> None:
    folded, offsets = fold_with_offsets(text)
    assert folded == fold(text)
    assert len(offsets) == len(folded) + 1
    assert offsets == sorted(offsets)
    assert offsets[-1] == len(text)


@given(_TEXT)
def test_a_folded_span_is_found_in_the_original(text: str) -> None:
    folded, offsets = fold_with_offsets(text)
    for character, start in zip(folded, offsets, strict=False):
        end = next(offset for offset in offsets if offset > start)
        assert character in fold(text[start:end])


def test_offsets_point_behind_expanded_and_merged_characters() -> None:
    folded, offsets = fold_with_offsets("…學e\u0301㈱x")
    assert folded == "...学é(株)x"
    assert offsets == [0, 0, 0, 1, 2, 4, 4, 4, 5, 6]


def test_every_character_folds_to_its_fixed_point() -> None:
    surrogates = range(0xD800, 0xE000)
    characters = [chr(code) for code in range(sys.maxunicode + 1) if code not in surrogates]
    assert [c for c in characters if fold(fold(c)) != fold(c)] == []


def test_no_simplified_form_is_itself_replaced() -> None:
    assert not set(simplified()) & set(simplified().values())


def test_the_table_is_openccs() -> None:
    opencc = pytest.importorskip("opencc")
    convert = opencc.OpenCC("t2s").convert
    han = [chr(code) for code in (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000))]
    table = {character: convert(character) for character in han}
    expected = {c: convert(form) for c, form in table.items() if form != c and form <= "\uffff"}
    assert simplified() == expected
