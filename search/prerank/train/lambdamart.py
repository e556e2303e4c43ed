"""Trees that learn to rank, by LightGBM, and from its form into ours.

Burges: From RankNet to LambdaRank to LambdaMART: An Overview (2010), MSR-TR-2010-82. Few leaves, large leaves and
monotone constraints where reason knows the direction (a better score never hurts) keep a model that has seen some
collections from believing that all are like them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec.structs import replace

from ingest.errors import MissingExtraError
from search.prerank.features import FEATURES, NEVER_HELPS, NEVER_HURTS, Features
from search.prerank.model import LINEAR
from search.prerank.trees import Forest, Tree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import ModuleType

    from numpy.typing import NDArray

    from search.prerank.train.examples import Examples
    from search.settings import Objective, PrerankTrainSettings

__all__ = ["exported", "fit", "need_lightgbm"]

_OBJECTIVES: dict[Objective, dict[str, Any]] = {
    "pointwise": {"objective": "cross_entropy"},
    # LambdaRank: pairs, weighed by what their exchange would change in nDCG at the cut.
    "pairwise": {"objective": "lambdarank", "lambdarank_truncation_level": 15, "lambdarank_norm": True},
    # Bruch: An Alternative Cross Entropy Loss for Learning-to-Rank (2021), arXiv:1911.09798.
    "listwise": {"objective": "rank_xendcg"},
}


def fit(examples: Examples, settings: PrerankTrainSettings) -> Forest:
    """Grow trees on examples, each query as heavy as its weight. Raises MissingExtraError without LightGBM."""
    lightgbm = need_lightgbm()
    sizes = examples.sizes()
    pointwise = settings.objective == "pointwise"
    data = lightgbm.Dataset(
        examples.values,
        label=_chances(examples, sizes) if pointwise else examples.grades,
        group=None if pointwise else sizes,
        # Of a ranking objective, LightGBM multiplies what a query's pairs or list say by these.
        weight=_weights(examples, sizes) if pointwise else examples.weights,
        init_score=settings.prior * LINEAR.score(Features(examples.values)).astype(np.float64),
        feature_name=[name.replace(".", "_") for name in FEATURES],
        params={"max_bin": 127, "verbosity": -1, "num_threads": settings.threads},
    )
    parameters = _OBJECTIVES[settings.objective] | {
        "num_leaves": settings.leaves,
        "learning_rate": settings.learning_rate,
        "min_data_in_leaf": settings.min_leaf,
        "lambda_l2": settings.l2,
        "feature_fraction": settings.features,
        "bagging_fraction": settings.rows,
        "bagging_freq": 1,
        "bagging_by_query": not pointwise,
        "monotone_constraints": [(name in NEVER_HURTS) - (name in NEVER_HELPS) for name in FEATURES],
        "seed": settings.seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": settings.threads,
        "verbosity": -1,
    }
    booster = lightgbm.train(parameters, data, num_boost_round=settings.trees)
    return replace(exported(booster.dump_model(), FEATURES), prior=settings.prior)


def _chances(examples: Examples, sizes: NDArray[np.int64]) -> NDArray[np.float64]:
    """How likely single candidates are to be what was meant: their gain, of the largest in their query."""
    gains = 2.0**examples.grades - 1
    chances: NDArray[np.float64] = gains / np.repeat(np.maximum.reduceat(gains, examples.firsts()), sizes)
    return chances


def _weights(examples: Examples, sizes: NDArray[np.int64]) -> NDArray[np.float32]:
    """Weights of single candidates: what is relevant in a query as much as all the rest of it."""
    relevant = np.add.reduceat((examples.grades > 0).astype(np.float64), examples.firsts())
    of_row = np.repeat(np.arange(len(sizes)), sizes)
    rest = np.maximum(sizes - relevant, 1)
    weights = np.where(examples.grades > 0, 0.5 / np.maximum(relevant, 1)[of_row], 0.5 / rest[of_row])
    weights *= examples.weights
    normed: NDArray[np.float32] = (weights * len(weights) / weights.sum()).astype(np.float32)
    return normed


def exported(model: Mapping[str, Any], features: Sequence[str]) -> Forest:
    """Return what `Booster.dump_model` tells as a forest over `features`, its leaves numbered from left to right."""
    return Forest(tuple(features), tuple(_tree(each["tree_structure"]) for each in model["tree_info"]))


def _tree(root: Mapping[str, Any]) -> Tree:
    tree = Tree([], [], [], [], [], [], [])

    def add(node: Mapping[str, Any]) -> int:
        if "leaf_value" in node:
            tree.leaf.append(float(node["leaf_value"]))
            return -len(tree.leaf)
        number = len(tree.feature)
        threshold = float(node["threshold"])
        tree.feature.append(int(node["split_feature"]))
        tree.threshold.append(threshold)
        # Where training saw no NaN in a feature, LightGBM reads one as zero.
        unseen = node["missing_type"] != "NaN"
        tree.nan_left.append(threshold >= 0 if unseen else bool(node["default_left"]))
        tree.inner.append(float(node["internal_value"]))
        tree.left.append(0)
        tree.right.append(0)
        tree.left[number] = add(node["left_child"])
        tree.right[number] = add(node["right_child"])
        return number

    add(root)
    return tree


def need_lightgbm() -> ModuleType:
    """Return LightGBM. Raises MissingExtraError where it is not installed."""
    try:
        import lightgbm
    except ImportError as error:
        raise MissingExtraError(
            "Training prerank needs LightGBM, which is not installed.", "pip install 'shuangta[train]'"
        ) from error
    module: ModuleType = lightgbm
    return module
