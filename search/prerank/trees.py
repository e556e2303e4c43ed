"""Gradient-boosted regression trees, evaluated by numpy: what LightGBM learned runs without LightGBM.

Every test that fails rules out some leaves of its tree; what all failed tests leave is where a row arrives, as in
QuickScorer (Lucchese et al. 2015, doi:10.1145/2766462.2767733). Tests of one feature are sorted by threshold, so those
that fail are a prefix, and the leaves that a prefix leaves in all trees are one row of a table made beforehand: a
hundred trees cost one look-up and one AND for each feature.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from ingest.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["MOST_LEAVES", "Forest", "Tree", "read_forest", "write_forest"]

MOST_LEAVES = 32  # of a tree: a bit each


class Tree(msgspec.Struct, frozen=True, array_like=True):
    """One tree of `n` tests and `n` + 1 leaves, numbered from left to right. Test 0 is the root.

    A row goes left where its value is at most the threshold, or where it is NaN and `nan_left` says so. A child ≥ 0 is
    a test, a child < 0 the leaf -1 - child.
    """

    feature: list[int]
    threshold: list[float]
    nan_left: list[bool]
    left: list[int]
    right: list[int]
    leaf: list[float]  # value of each leaf
    inner: list[float]  # what a row that arrives at each test can expect, as the trainer saw it


class Forest(msgspec.Struct, frozen=True, dict=True):
    """Trees over named features; the score of a row is the sum of one leaf a tree.

    Where `prior` is not 0 they were grown upon another score, and are to be added to that many times it.
    """

    features: tuple[str, ...]
    trees: tuple[Tree, ...]
    prior: float = 0.0

    def scores(self, values: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the (n,) scores of rows `values` (n, features)."""
        leaves = self._leaves(values)
        values_of = self._leaf_values
        scores: NDArray[np.float64] = values_of[np.arange(len(self.trees)), leaves].sum(axis=1)
        return scores

    def contributions(self, values: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return what each feature added to the scores, (n, features); with a constant, each row sums to the score.

        Walking down a tree, the change in what can be expected belongs to the feature that is tested: Saabas,
        "Interpreting random forests" (2014), http://blog.datadive.net/interpreting-random-forests/.
        """
        leaves = self._leaves(values)
        added = np.zeros(values.shape)
        for number, table in enumerate(self._changes):
            added += table[leaves[:, number]]
        return added

    def _leaves(self, values: NDArray[np.float32]) -> NDArray[np.int64]:
        """The leaf of every tree at which each row arrives, (n, trees)."""
        left = np.full((len(values), len(self.trees)), np.iinfo(np.uint32).max, dtype=np.uint32)
        for feature, thresholds, table in self._prefixes:
            column = values[:, feature].astype(np.float64)
            # NaN sorts last, behind the longest prefix, where its own row stands.
            prefix = np.where(np.isnan(column), len(thresholds) + 1, np.searchsorted(thresholds, column))
            left &= table[prefix]
        # Of the leaves left, the first is the one: its bit alone, as a float whose exponent is its number.
        lowest = left & (~left + np.uint32(1))
        return np.frexp(lowest.astype(np.float64))[1].astype(np.int64) - 1

    @cached_property
    def _leaf_values(self) -> NDArray[np.float64]:
        values = np.zeros((len(self.trees), MOST_LEAVES))
        for number, tree in enumerate(self.trees):
            values[number, : len(tree.leaf)] = tree.leaf
        return values

    @cached_property
    def _prefixes(self) -> list[tuple[int, NDArray[np.float64], NDArray[np.uint32]]]:
        """For each feature that is tested: thresholds (t,), and the leaves left by tree, (t + 2, trees).

        Row i is where the first i tests fail; the last one is for NaN.
        """
        tests: dict[int, list[tuple[float, int, int, bool]]] = {}
        for number, tree in enumerate(self.trees):
            spans = _spans(tree)
            for test, feature in enumerate(tree.feature):
                low, high = spans[test][0]
                keep = ~(((1 << (high - low)) - 1) << low) & 0xFFFFFFFF
                # To go left rules out the leaves on the right; read from the left, only what failing rules out counts.
                tests.setdefault(feature, []).append(
                    (tree.threshold[test], number, keep, tree.nan_left[test])
                )
        prefixes = []
        for feature, found in sorted(tests.items()):
            found.sort()
            table = np.full((len(found) + 2, len(self.trees)), 0xFFFFFFFF, dtype=np.uint32)
            for place, (_, number, keep, nan_left) in enumerate(found, 1):
                table[place, number] = keep
                if not nan_left:
                    table[-1, number] &= np.uint32(keep)
            table[:-1] = np.bitwise_and.accumulate(table[:-1], axis=0)
            prefixes.append((feature, np.array([each[0] for each in found]), table))
        return prefixes

    @cached_property
    def _changes(self) -> list[NDArray[np.float64]]:
        """For each tree, what each feature adds on the way to each leaf, (leaves, features)."""
        return [_change(tree, len(self.features)) for tree in self.trees]


def _spans(tree: Tree) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """The leaves on the left and on the right of each test, as half-open ranges."""
    spans: list[tuple[tuple[int, int], tuple[int, int]]] = [((0, 0), (0, 0))] * len(tree.feature)

    def span(child: int) -> tuple[int, int]:
        if child < 0:
            return -1 - child, -child
        left, right = span(tree.left[child]), span(tree.right[child])
        spans[child] = left, right
        return left[0], right[1]

    if tree.feature:
        span(0)
    return spans


def _change(tree: Tree, features: int) -> NDArray[np.float64]:
    table = np.zeros((len(tree.leaf), features))

    def walk(child: int, so_far: NDArray[np.float64]) -> None:
        if child < 0:
            table[-1 - child] = so_far
            return
        for after in (tree.left[child], tree.right[child]):
            expected = tree.leaf[-1 - after] if after < 0 else tree.inner[after]
            further = so_far.copy()
            further[tree.feature[child]] += expected - tree.inner[child]
            walk(after, further)

    if tree.feature:
        walk(0, np.zeros(features))
    return table


def write_forest(forest: Forest, path: Path) -> None:
    """Put a forest in its place in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}-aside")
    aside.write_bytes(msgspec.msgpack.encode(forest))
    aside.replace(path)


def read_forest(path: Path, features: Sequence[str]) -> Forest:
    """Read a forest that was written as MessagePack, its columns those of `features`.

    Raises ModelError when it cannot be read, or knows a feature that is none of `features`.
    """
    cure = 'Train it again with `shuangta train --prerank`, or set search.prerank.model to "linear".'
    try:
        forest = msgspec.msgpack.decode(path.read_bytes(), type=Forest)
    except (OSError, UnicodeDecodeError, msgspec.MsgspecError) as error:
        raise ModelError(f"The prerank model {path} cannot be read: {error}.", cure) from error
    if forest.features != tuple(features):
        raise ModelError(f"The prerank model {path} was made for other features.", cure)
    if not all(_is_whole(tree, len(features)) for tree in forest.trees):
        raise ModelError(f"The prerank model {path} cannot be read: a tree of it contradicts itself.", cure)
    return forest


def _is_whole(tree: Tree, features: int) -> bool:
    """Whether every test and leaf is reached on one way, and every test knows its feature."""
    tests = len(tree.feature)
    columns = (tree.threshold, tree.nan_left, tree.left, tree.right, tree.inner)
    if not (all(len(column) == tests for column in columns) and len(tree.leaf) == tests + 1 <= MOST_LEAVES):
        return False
    if not tests:
        return True
    children = sorted((*tree.left, *tree.right))
    return (
        children == [*range(-tests - 1, 0), *range(1, tests)]
        and all(
            child < 0 or child > test for side in (tree.left, tree.right) for test, child in enumerate(side)
        )
        and all(0 <= feature < features for feature in tree.feature)
    )
