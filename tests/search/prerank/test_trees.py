"""Trees by numpy against LightGBM's own prediction, and the files that hold them."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import ModelError
from search.prerank.features import FEATURES
from search.prerank.trees import Forest, Tree, read_forest, write_forest

# Value 1 at most: the left leaf; unknown: the right one.
STUMP = Tree([1], [1.0], [False], [-1], [-2], [0.25, -0.5], [0.125])
CONSTANT = Tree([], [], [], [], [], [2.0], [])
NAMES = ("first", "second")


def rows(*values: tuple[float, float]) -> np.ndarray:
    return np.array(values, dtype=np.float32)


def test_a_row_takes_one_leaf_of_each_tree() -> None:
    forest = Forest(NAMES, (STUMP, CONSTANT, STUMP))
    assert forest.scores(rows((0, 1), (0, 1.5), (0, np.nan))).tolist() == [2.5, 1.0, 1.0]


def test_no_rows_have_no_scores() -> None:
    assert Forest(NAMES, (STUMP,)).scores(np.empty((0, 2), np.float32)).tolist() == []


def test_contributions_and_a_constant_are_the_score() -> None:
    forest = Forest(NAMES, (STUMP, CONSTANT))
    values = rows((9, 0), (9, 2))
    added = forest.contributions(values)
    assert added[:, 0].tolist() == [0, 0]
    assert added[:, 1].tolist() == [0.125, -0.625]
    assert np.ptp(forest.scores(values) - added.sum(axis=1)) == 0


def test_a_forest_is_the_same_after_writing_and_reading(tmp_path: Path) -> None:
    forest = Forest(FEATURES, (STUMP, CONSTANT))
    write_forest(forest, tmp_path / "below" / "model.msgpack")
    assert read_forest(tmp_path / "below" / "model.msgpack", FEATURES) == forest


@pytest.mark.parametrize(
    "content", [b"", b"\xc1", b"\x81\xa1\xff\x01", msgspec.msgpack.encode({"features": []})]
)
def test_a_damaged_file_is_named_with_the_cure(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "model").write_bytes(content)
    with pytest.raises(ModelError, match=r"model cannot be read.*shuangta train --prerank"):
        read_forest(tmp_path / "model", FEATURES)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="nowhere"):
        read_forest(tmp_path / "nowhere", FEATURES)


@pytest.mark.parametrize(
    "tree",
    [
        Tree([999], [1.0], [False], [-1], [-2], [0.0, 0.0], [0.0]),  # no such feature
        Tree([1], [1.0], [False], [0], [-2], [0.0, 0.0], [0.0]),  # a circle
        Tree([1], [1.0], [False], [-1], [-1], [0.0, 0.0], [0.0]),  # a leaf on two ways
        Tree([1], [1.0], [False], [-1], [-2], [0.0], [0.0]),  # a leaf too few
        Tree([1], [], [False], [-1], [-2], [0.0, 0.0], [0.0]),
        Tree([], [], [], [], [], [], []),
    ],
)
def test_a_tree_that_contradicts_itself_is_refused(tmp_path: Path, tree: Tree) -> None:
    write_forest(Forest(FEATURES, (STUMP, tree)), tmp_path / "model")
    with pytest.raises(ModelError, match=r"a tree of it contradicts itself\. Train it again"):
        read_forest(tmp_path / "model", FEATURES)


def test_trees_over_other_features_are_refused(tmp_path: Path) -> None:
    write_forest(Forest(NAMES, (STUMP,)), tmp_path / "model")
    with pytest.raises(ModelError, match="other features"):
        read_forest(tmp_path / "model", FEATURES)


@settings(max_examples=40)
@given(
    seed=st.integers(0, 2**20),
    leaves=st.integers(2, 32),
    missing=st.sampled_from([0.0, 0.2, 0.9]),
    objective=st.sampled_from(["binary", "regression", "lambdarank"]),
)
def test_any_model_of_lightgbm_scores_as_lightgbm_does(
    seed: int, leaves: int, missing: float, objective: str
) -> None:
    lightgbm = pytest.importorskip("lightgbm", reason="needs the `train` extra")
    from search.prerank.train.lambdamart import exported

    random = np.random.default_rng(seed)

    def draw(count: int) -> np.ndarray:
        values = random.normal(size=(count, 5)).round(1).astype(np.float32)
        values[random.random(values.shape) < missing] = np.nan
        values[:, 4] = random.integers(0, 3, count)  # never unknown where it is trained on
        return values

    values = draw(300)
    wanted = np.nan_to_num(values[:, 0]) * np.nan_to_num(values[:, 1]) + values[:, 4] > 0.5
    data = lightgbm.Dataset(
        values, label=wanted.astype(int), group=[100, 200] if objective == "lambdarank" else None
    )
    parameters = {
        "objective": objective,
        "num_leaves": leaves,
        "min_data_in_leaf": 2,
        "num_threads": 1,
        "verbosity": -1,
    }
    booster = lightgbm.train(parameters, data, num_boost_round=12)
    forest = exported(booster.dump_model(), "abcde")
    unseen = draw(200)
    unseen[::7, 4] = np.nan
    assert np.abs(forest.scores(unseen) - booster.predict(unseen, raw_score=True)).max() < 1e-6
    rest = forest.scores(unseen) - forest.contributions(unseen).sum(axis=1)
    assert np.ptp(rest) < 1e-9
