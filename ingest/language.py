"""Which language a text is in, as far as search cares: Chinese, English, both, or another one.

Han characters and Latin words are counted; nothing is guessed from statistics that a short title could not bear.
"""

from __future__ import annotations

import re

from ingest.articles import Lang

__all__ = ["count_words", "detect_lang"]

_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_KANA_OR_HANGUL = re.compile("[\u3040-\u30ff\u1100-\u11ff\uac00-\ud7af]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]{2,}")
_ACCENTED = re.compile("[\u00c0-\u024f\u1e00-\u1eff]")
_OTHER_SCRIPT = re.compile("[\u0370-\u10ff\u1200-\u1dff]{2,}")  # one letter alone is a symbol: α, Ω
_CODE_OR_ADDRESS = re.compile(r"```.*?```|`[^`\n]*`|\$\$.*?\$\$|https?://\S+", re.DOTALL)

_SAMPLE = 20_000  # characters: enough to tell, little enough for a book
_CHARACTERS_PER_WORD = 2  # of Chinese, Japanese and Korean
# Shares of Chinese words, set between what 170 pages of blogs marked zh (from .31 on, nearly all above .43), mixed
# (.06 to .37) and en (.00) show. English terms and code leave a Chinese article Chinese.
_CHINESE = 0.4
_BOTH = 0.05
_FOREIGN = 0.3  # share of words in other scripts; half of Japanese is kana
_LOANS = 2  # accented letters that any English sentence may have: naïve, café
_FOREIGN_LATIN = 0.05  # accented letters a Latin word: English has .00 to .02, German .06, French .2


def detect_lang(text: str) -> Lang:
    """Return the language of a text or title; code, formulas and addresses in it do not count.

    MIXED is a text in English with Chinese between, of use to readers of either. Without any word: OTHER.
    """
    sample = _CODE_OR_ADDRESS.sub(" ", text[:_SAMPLE])
    han = len(_HAN.findall(sample)) / _CHARACTERS_PER_WORD
    latin = len(_LATIN.findall(sample))
    foreign = len(_KANA_OR_HANGUL.findall(sample)) / _CHARACTERS_PER_WORD + len(_OTHER_SCRIPT.findall(sample))
    words = han + latin + foreign
    if not words or foreign >= _FOREIGN * words:
        return Lang.OTHER
    if han >= _CHINESE * words:
        return Lang.ZH
    if han >= _BOTH * words:
        return Lang.MIXED
    if len(_ACCENTED.findall(sample)) > max(_LOANS, _FOREIGN_LATIN * latin):
        return Lang.OTHER
    return Lang.EN


_WORD = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]|[^\W_\u3040-\u9fff\uac00-\ud7af]+(?:['’-][^\W_]+)*"
)


def count_words(text: str) -> int:
    """Return the length of a text in words, as editors count them: every Chinese character is one."""
    return sum(1 for _ in _WORD.finditer(text))
