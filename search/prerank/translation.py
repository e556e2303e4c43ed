"""Passages in another language than the query: they share few words with it, however well they answer it.

Added to what the dense legs say, evidence of words puts all of them behind passages that hold a few common ones. So a
passage is credited for the words that its language denies it; how many that would be is read off the query's own
candidates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ingest.articles import Lang

if TYPE_CHECKING:
    from collections.abc import Mapping

    from search.candidates import Column
    from search.query import Query

__all__ = ["WORD_WEIGHTS", "same_language", "translated", "word_evidence"]

# What words say: the lexical score, and the share of the query, squared, that the article and its title hold.
WORD_WEIGHTS = {"lexical.score": 0.5, "article.covered": 0.3, "title.covered": 0.2}

_NATIVE = 0.5  # from this share on a passage is in the query's language
_FEW = 3  # with fewer of these nothing can be expected
_NEAREST = 50
_CREDITED = 0.9  # share of what is expected: of equals, readers prefer their language
# Half of the characters of Chinese prose on technical subjects are letters.
_CHINESE = 0.3


def same_language(lang: Lang, chinese: Column) -> Column:
    """Return how far passages are in the query's language, (n,), from 0 to 1; ½ where the query is in both.

    `chinese` (n,) is the share of their characters that are Chinese.
    """
    is_chinese: Column = np.minimum(chinese / np.float32(_CHINESE), np.float32(1))
    if lang is Lang.ZH:
        return is_chinese
    return 1 - is_chinese if lang is Lang.EN else np.full_like(chinese, 0.5)


def translated(columns: Mapping[str, Column], query: Query) -> Column:
    """Return what each passage is credited for words that it cannot share with the query, (n,).

    One in another language is expected to hold as much of the query as those in the query's language do that are as
    near by the dense legs, and no more than the best of them; credited is what it falls short of that. Among passages
    in the query's language nothing changes.
    """
    evidence = word_evidence(columns)
    dense = np.nan_to_num(columns["dense.score"])
    same = columns["same_language"]
    native = np.flatnonzero(same >= _NATIVE)
    if query.lang not in {Lang.ZH, Lang.EN} or not dense.any():
        return np.zeros_like(evidence)
    if len(native) >= _FEW:
        nearest = native[np.argsort(-dense[native], kind="stable")[:_NEAREST]]
        near = np.maximum(dense[nearest], 0)
        # Least squares through the origin: what is near counts most.
        ratio = np.float32(float(near @ evidence[nearest]) / max(float(near @ near), 1e-6))
        expected = _CREDITED * np.minimum(ratio * dense, evidence[native].max())
        short = np.maximum(expected - evidence, 0)
    else:
        # Nothing tells what to expect. What is shared nevertheless, names and borrowed words, is believed by half.
        short = np.maximum(dense - evidence, 0) / 2
    credit: Column = (1 - same) * short
    return credit.astype(np.float32)


def word_evidence(columns: Mapping[str, Column]) -> Column:
    """Return the lexical part of the linear score (`search.prerank.model`), (n,).

    Shares of the query are squared: two articles have some words in common by chance, and hardly ever all.
    """
    total: Column = (
        WORD_WEIGHTS["lexical.score"] * np.nan_to_num(columns["lexical.score"])
        + WORD_WEIGHTS["article.covered"] * columns["article.covered"] ** 2
        + WORD_WEIGHTS["title.covered"] * columns["title.covered"] ** 2
    )
    return total.astype(np.float32)
