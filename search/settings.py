"""Settings of this room. Every key is explained in `configs/default.toml`, which holds the same values."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from search.mode import Mode

__all__ = [
    "ClickSettings",
    "FusionSettings",
    "Mode",
    "Objective",
    "PrerankSettings",
    "PrerankTrainSettings",
    "RecallSettings",
    "RelevanceSettings",
    "RerankSettings",
    "SearchSettings",
    "Sort",
    "UnderstandingSettings",
]

Sort = Literal["relevance", "date"]


# Passages that a leg may return: more than a generation holds is harmless, but no engine counts without end.
Depth = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
Weight = Annotated[float, msgspec.Meta(ge=0)]


class UnderstandingSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a query may be rewritten. Only words that the corpus does not know, or hardly, are corrected."""

    spelling: bool = True
    homophones: bool = True
    pinyin: bool = True
    glossary: bool = True
    mined_names: bool = True
    rare: Annotated[int, msgspec.Meta(ge=0)] = 10  # passages beyond which a word is known
    expansion_weight: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.5


class RecallSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """召回: how deep each leg goes, in passages."""

    lexical_k: Depth = 200
    dense_k: Depth = 200


class FusionSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the legs become one list."""

    method: Literal["weighted", "rrf"] = "weighted"
    lexical_weight: Weight = 0.4
    dense_weight: Weight = 0.6
    article_weight: Weight = 0.35
    rrf_k: Annotated[int, msgspec.Meta(ge=0)] = 60


Objective = Literal["pointwise", "pairwise", "listwise"]


class PrerankTrainSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How trees for prerank are grown by `shuangta train --prerank`."""

    objective: Objective = "pairwise"
    passages: Annotated[int, msgspec.Meta(ge=64)] = 1024  # of a collection that is made to learn from
    questions: Annotated[int, msgspec.Meta(ge=1)] = 150  # asked of it
    prior: Annotated[float, msgspec.Meta(ge=0)] = (
        30.0  # of the linear score, which trees correct; 0: trees alone
    )
    trees: Annotated[int, msgspec.Meta(ge=1)] = 60
    leaves: Annotated[int, msgspec.Meta(ge=2, le=32)] = 12
    learning_rate: Annotated[float, msgspec.Meta(gt=0)] = 0.05
    min_leaf: Annotated[int, msgspec.Meta(ge=1)] = 300  # candidates in a leaf
    l2: Annotated[float, msgspec.Meta(ge=0)] = 20.0  # on the values of leaves
    features: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.5  # share that a tree may use
    rows: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.8  # share of the queries that a tree sees
    folds: Annotated[int, msgspec.Meta(ge=2)] = (
        5  # parts of the sources, each judged by trees that have not seen it
    )
    click_most: Annotated[float, msgspec.Meta(ge=1)] = 10.0  # what a click far down may count at most
    distill_depth: Annotated[int, msgspec.Meta(ge=2)] = 40  # candidates of a question that a reranker reads
    seed: int = 13
    threads: Annotated[int, msgspec.Meta(ge=1)] = 1


class PrerankSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """粗排: a model over cheap features."""

    model: str = "auto"  # "auto", "linear", "none", or a file of trees
    depth: Annotated[int, msgspec.Meta(ge=1)] = 100  # candidates that it sees
    train: PrerankTrainSettings = PrerankTrainSettings()


class ClickSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether it is kept, in the data folder, which results were opened."""

    enabled: bool = False
    most_bytes: Annotated[int, msgspec.Meta(ge=10_000)] = 10_000_000


class RerankSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """精排: off while `model` is empty."""

    model: str = ""  # a sentence-transformers CrossEncoder, by name or folder
    depth: Annotated[int, msgspec.Meta(ge=1)] = 30
    budget_ms: Annotated[float, msgspec.Meta(gt=0)] = 300.0


class RelevanceSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When an answer says that nothing relevant was found."""

    enabled: bool = True
    floor: float = 0.6  # standard deviations above what is asked of everything else
    held: float = 1.5  # lexical score, by its scale, from which words alone are enough
    least: float = 0.25  # score below which they are not, where there are only words


class SearchSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The room's settings: `[search]` and its tables."""

    mode: Mode = "full"
    per_article: Annotated[int, msgspec.Meta(ge=1)] = 1
    max_query_chars: Annotated[int, msgspec.Meta(ge=1)] = 1000
    diversity: Annotated[float, msgspec.Meta(ge=0, lt=1)] = 0.0  # weight of unlikeness in MMR
    understanding: UnderstandingSettings = UnderstandingSettings()
    recall: RecallSettings = RecallSettings()
    fusion: FusionSettings = FusionSettings()
    prerank: PrerankSettings = PrerankSettings()
    rerank: RerankSettings = RerankSettings()
    relevance: RelevanceSettings = RelevanceSettings()
    clicks: ClickSettings = ClickSettings()
