"""Fit the weights of `ingest.html.judges` on pages with gold text, and print them with their cross-validated score.

    python tests/benchmarks/fit_judges.py TRUTH.jsonl

TRUTH.jsonl has `id, url, file, text` a line, files relative to it, gzip or not. The loss is weighted so that every
page counts alike however long it is; the folds keep all pages of a host together.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
import zlib
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from ingest.charset import decode
from ingest.html.ballots import ballots
from ingest.html.code_blocks import rewrite_code
from ingest.html.formulas import rewrite_formulas
from ingest.html.markdown import Block, blocks
from ingest.html.markup import parse
from ingest.html.metadata import metadata
from ingest.html.traits import TRAITS, traits

Array = NDArray[np.float64]
_TOKEN = re.compile("[\u3040-\u30ff\u3400-\u9fff]|[^\\W\u3040-\u30ff\u3400-\u9fff]+")
_FOLDS = 5
_RIDGE = 20.0
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


def fit(pages: list[tuple[Array, Array, Array, float]]) -> tuple[Array, float]:
    """Return weights and bias of the ridge-penalised logistic model, by Newton's method."""
    rows = np.vstack([page[0] for page in pages])
    wanted = np.concatenate([page[1] for page in pages])
    weight = np.concatenate(
        [
            worth * (np.minimum(sizes / max(30.0, float(found @ sizes)), 1.0) * 200 + 0.1)
            for _, found, sizes, worth in pages
        ]
    )
    mean = np.average(rows, axis=0, weights=weight)
    spread = np.sqrt(np.average((rows - mean) ** 2, axis=0, weights=weight)) + 1e-9
    design = np.column_stack([(rows - mean) / spread, np.ones(len(rows))])
    ridge = np.diag([_RIDGE] * len(TRAITS) + [0.0])
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
    return weights, float(beta[-1] - weights @ mean)


def main(truth: Path) -> None:
    """Read the pages, print the score on hosts left out, and the weights of all."""
    pages, folds, texts = [], [], []
    for line in truth.read_text(encoding="utf-8").splitlines():
        page = json.loads(line)
        body = (truth.parent / page["file"]).read_bytes()
        root = parse(decode(gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body))
        if root is None:
            continue
        url = page["url"] or "https://example.org/"
        title = metadata(root, url).title
        rewrite_formulas(root)
        rewrite_code(root)
        parts = blocks(root)
        rows = traits(root, parts, ballots(root, parts, url), title)
        headline = page.get("gold") != "snapshot" and "forum" not in page["source"]
        pages.append((rows, *labels(parts, page["text"]), 1.0 if headline else _SIDE))
        folds.append(zlib.crc32((urlsplit(url).hostname or "").encode()) % _FOLDS)
        texts.append((parts, shingles(_TOKEN.findall(page["text"]))))
    shares = []
    for fold in range(_FOLDS):
        weights, bias = fit([page for page, own in zip(pages, folds, strict=True) if own != fold])
        for (rows, _, _, worth), (parts, gold), own in zip(pages, texts, folds, strict=True):
            if own == fold and worth == 1.0:
                kept = rows @ weights + bias > 0
                got = shingles(
                    _TOKEN.findall("\n".join(p.words for p, k in zip(parts, kept, strict=True) if k))
                )
                hit = (got & gold).total()
                shares.append((hit / max(1, got.total()), hit / max(1, gold.total())))
    precision, recall = np.mean(shares, axis=0)
    print(
        f"{len(shares)} pages, hosts left out: P {precision:.3f} R {recall:.3f} F1 {2 * precision * recall / (precision + recall):.3f}"
    )
    weights, bias = fit(pages)
    for name, value in zip(TRAITS, weights, strict=True):
        print(f'    "{name}": {value:.2f},')
    print(f"_BIAS = {bias:.2f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
