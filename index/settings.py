"""Settings of this room. Every key is explained in `configs/default.toml`, which holds the same values."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

__all__ = [
    "AdaptSettings",
    "DenseSettings",
    "IndexSettings",
    "LexicalSettings",
    "PassageSettings",
    "TowerSettings",
]


# By measurement over 253 judged queries, nDCG@10 of the whole cascade with the static tower (of that tower alone) at
# target/maximum 250/350 .784 (.718), 400/500 .782 (.717), 600/750 .779 (.702), 900/1100 .779 (.670): no whole differs
# from another at p < .6, and smaller passages make a larger index. With 60 units of overlap .777 (.709); encoded under
# the title alone instead of title and headings .775 (.702), and under neither .776 (.667).
class PassageSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How articles are cut. Sizes are in display units: a CJK character is 1, any other character ½."""

    target: Annotated[int, msgspec.Meta(ge=10)] = 400
    maximum: Annotated[int, msgspec.Meta(ge=20)] = 500
    minimum: Annotated[int, msgspec.Meta(ge=0)] = 80


class LexicalSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The BM25 leg."""

    engine: Literal["tantivy", "rank-bm25"] = "tantivy"


class TowerSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One dense leg."""

    name: str = "static"  # "static", "small": built in; otherwise a sentence-transformers name or folder
    backend: Literal["auto", "torch", "onnx"] = "auto"  # what runs a transformer
    batch_size: Annotated[int, msgspec.Meta(ge=1)] = 64
    query_prompt: str = ""  # "": the model's own configuration decides
    passage_prompt: str = ""
    device: str = "cpu"


class DenseSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The FAISS side of the dense legs."""

    flat_below: Annotated[int, msgspec.Meta(ge=0)] = (
        100_000  # passages up to which search is exhaustive; HNSW beyond
    )
    hnsw_m: Annotated[int, msgspec.Meta(ge=2, le=1024)] = 32  # FAISS ends the process for fewer
    ef_construction: Annotated[int, msgspec.Meta(ge=1)] = 200
    ef_search: Annotated[int, msgspec.Meta(ge=1)] = 256


class AdaptSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a static tower is adapted to the corpus, and what it must show to be used."""

    enabled: bool = False  # in every `shuangta rebuild`, between crawl and index
    held_out: Annotated[float, msgspec.Meta(gt=0, lt=1)] = (
        0.2  # share of the articles that only the test sees
    )
    min_queries: Annotated[int, msgspec.Meta(ge=1)] = 50  # held out; with fewer the test tells nothing
    min_gain: float = 0.005  # nDCG@10 that is worth encoding every passage anew
    max_p: float = 0.05  # of that gain, by a paired randomisation test
    epochs: Annotated[float, msgspec.Meta(gt=0)] = 12.0  # passes over the corpus's pairs
    batch: Annotated[int, msgspec.Meta(ge=2)] = 512  # pairs; each is a negative of all others
    dropout: Annotated[float, msgspec.Meta(ge=0, lt=1)] = 0.3  # share of the tokens that a batch does not see
    learning_rate: Annotated[float, msgspec.Meta(gt=0)] = 0.03
    weight_rate: Annotated[float, msgspec.Meta(ge=0)] = 0.005  # learning rate of the token weights
    share: Annotated[float, msgspec.Meta(gt=0, le=1)] = (
        0.7  # of the trained table in the average with the start's
    )
    seed: int = 20
    threads: Annotated[int, msgspec.Meta(ge=1)] = (
        1  # more, on cores that others use too, only wait for each other
    )


class IndexSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The room's settings: `[index]` and its tables."""

    keep_generations: Annotated[int, msgspec.Meta(ge=1)] = 3
    passages: PassageSettings = PassageSettings()
    lexical: LexicalSettings = LexicalSettings()
    towers: tuple[TowerSettings, ...] = (TowerSettings(),)
    adapt: AdaptSettings = AdaptSettings()
    dense: DenseSettings = DenseSettings()
