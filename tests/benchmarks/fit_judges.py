"""Fit the weights of `ingest.html.judges` on pages with gold text, and print them with their cross-validated score.

    python tests/benchmarks/fit_judges.py TRUTH.jsonl

TRUTH.jsonl has `id, url, file, text` a line, files relative to it, gzip or not. The loss is weighted so that every
page counts alike however long it is; the folds keep all pages of a host together. Threads are left out.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from ingest.charset import decode
from ingest.html.ballots import ballots
from ingest.html.code_blocks import rewrite_code
from ingest.html.formulas import rewrite_formulas
from ingest.html.judges import chosen_blocks
from ingest.html.markdown import Block, blocks
from ingest.html.markup import parse
from ingest.html.metadata import metadata
from ingest.html.noscript import unwrap_noscript
from ingest.html.threads import thread
from ingest.html.traits import TRAITS, traits

Array = NDArray[np.float64]
_TOKEN = re.compile("[\u3040-\u30ff\u3400-\u9fff]|[^\\W\u3040-\u30ff\u3400-\u9fff]+")
_FOLDS = 5
_RIDGE = 50.0
_SIDE = 0.15  # what a page counts whose gold is a tool's, or that is a forum's
_LONG = 8  # tokens from which a block can be found in the gold without doubt


def shingles(tokens: list[str]) -> Counter[tuple[str, ...]]:
    """Return the runs of four tokens, the unit of the article-extraction benchmark of Zyte."""
    return Counter(tuple(tokens[i : i + 4]) for i in range(max(1, len(tokens) - 3))) if tokens else Counter()


def labels(parts: list[Block], gold: str) -> tuple[Array, Array]:
    """Return, for each block, the share of it that is in the gold text, and its number of tokens."""
    wanted, text = shingles(_TOKEN.findall(gold)), f" {' '.join(_TOKEN.findall(gold))} "
    found, sizes = np.zeros(len(parts)), np.zeros(len(parts))
    for number, part in enumerate(parts):
        tokens = _TOKEN.findall(part.words)
        sizes[number] = len(tokens)
        own = shingles(tokens)
        if len(tokens) < 4:
            found[number] = f" {' '.join(tokens)} " in text
        else:
            found[number] = (own & wanted).total() / own.total()
    long = np.flatnonzero(sizes >= _LONG)
    for number in np.flatnonzero(sizes < 4):
        # A short block is of the article if the blocks before and after it are.
        near = [*long[long < number][-1:], *long[long > number][:1]]
        if any(found[other] <= 0.5 for other in near):
            found[number] = 0.0
    return found, sizes


@dataclass(frozen=True, slots=True)
class Example:
    """A page of the benchmark: its blocks, what is known of them, and what of each is in the gold text."""

    parts: list[Block]
    votes: tuple[frozenset[int], ...]
    rows: Array  # one a block, a column for each trait
    found: Array  # share of each block that is in the gold text
    weights: Array  # what each block counts in the loss
    gold: Counter[tuple[str, ...]]
    host: str
    source: str
    headline: bool

    def fold(self, seed: str, folds: int) -> int:
        """Return the fold that all pages of its host are in."""
        return zlib.crc32(f"{seed}{self.host}".encode()) % folds


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic model, as its weights."""

    weights: Array
    bias: float

    def __call__(self, rows: Array) -> Array:
        """Return a chance for each row."""
        return np.asarray(1 / (1 + np.exp(-(rows @ self.weights + self.bias))))


def fit(rows: Array, wanted: Array, weight: Array) -> Logistic:
    """Return the ridge-penalised logistic model, by Newton's method."""
    mean = np.average(rows, axis=0, weights=weight)
    spread = np.sqrt(np.average((rows - mean) ** 2, axis=0, weights=weight)) + 1e-9
    design = np.column_stack([(rows - mean) / spread, np.ones(len(rows))])
    ridge = np.diag([_RIDGE] * rows.shape[1] + [0.0])
    beta = np.zeros(design.shape[1])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-design @ beta))
        slope = design.T @ (weight * (wanted - chance)) - ridge @ beta
        bend = (design * (weight * chance * (1 - chance))[:, None]).T @ design + ridge
        step = np.linalg.solve(bend, slope)
        beta += step
        if np.abs(step).max() < 1e-6:
            break
    weights = beta[:-1] / spread
    return Logistic(weights, float(beta[-1] - weights @ mean))


def fit_pages(pages: Sequence[Example]) -> Logistic:
    """Return the judge of some pages."""
    return fit(
        np.vstack([page.rows for page in pages]),
        np.concatenate([page.found for page in pages]),
        np.concatenate([page.weights for page in pages]),
    )


def example(page: dict[str, str], folder: Path) -> Example | None:
    """Return a page of the benchmark, or None if it has no blocks or is a thread, which no judge decides."""
    body = (folder / page["file"]).read_bytes()
    root = parse(decode(gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body))
    url = page["url"] or "https://example.org/"
    if root is None or thread(root, url) is not None:
        return None
    title = metadata(root, url).title
    unwrap_noscript(root)
    rewrite_formulas(root)
    rewrite_code(root)
    if not (parts := blocks(root)):
        return None
    votes = ballots(root, parts, url)
    found, sizes = labels(parts, page["text"])
    headline = page.get("gold") != "snapshot" and "forum" not in page["source"]
    return Example(
        parts,
        votes,
        traits(root, parts, votes, title),
        found,
        (1.0 if headline else _SIDE) * (np.minimum(sizes / max(30.0, float(found @ sizes)), 1.0) * 200 + 0.1),
        shingles(_TOKEN.findall(page["text"])),
        (urlsplit(page["url"] or "").hostname or page["id"]),
        page["source"],
        headline,
    )


def f1(pages: Iterable[tuple[Example, Array]]) -> str:
    """Return precision, recall and F1 of what the judges choose, given the chances of the blocks."""
    shares = []
    for page, chances in pages:
        chosen = chosen_blocks(page.parts, page.rows, page.votes, chances)
        got = shingles(_TOKEN.findall("\n".join(part.words for part in chosen)))
        hit = (got & page.gold).total()
        shares.append((hit / max(1, got.total()), hit / max(1, page.gold.total())))
    precision, recall = np.mean(shares, axis=0)
    score = 2 * precision * recall / (precision + recall)
    return f"{len(shares)} pages, P {precision:.3f} R {recall:.3f} F1 {score:.4f}"


def cross_validate(pages: Sequence[Example]) -> None:
    """Print the scores, each page judged by a model that has not seen its host; for several ways to part the hosts."""
    for seed in ("", "a", "b"):
        judged: list[tuple[Example, Array]] = []
        for fold in range(_FOLDS):
            judge = fit_pages([page for page in pages if page.fold(seed, _FOLDS) != fold])
            judged += [(page, judge(page.rows)) for page in pages if page.fold(seed, _FOLDS) == fold]
        print(f"hosts left out, headline: {f1(row for row in judged if row[0].headline)}")
        for source in sorted({page.source for page in pages}):
            print(f"    {source:20} {f1(row for row in judged if row[0].source == source)}")


def main(truth: Path) -> None:
    """Read the pages, print the score on hosts left out, and the weights of all."""
    read = (example(json.loads(line), truth.parent) for line in truth.read_text("utf-8").splitlines())
    pages = [page for page in read if page is not None]
    cross_validate(pages)
    judge = fit_pages(pages)
    for name, value in zip(TRAITS, judge.weights, strict=True):
        print(f'    "{name}": {value:.2f},')
    print(f"_BIAS = {judge.bias:.2f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
