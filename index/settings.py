"""Settings of this room. Every key is explained in `configs/default.toml`, which holds the same values."""

from __future__ import annotations

from typing import Literal

import msgspec

__all__ = ["DenseSettings", "IndexSettings", "LexicalSettings", "PassageSettings", "TowerSettings"]


class PassageSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How articles are cut. Sizes are in display units: a CJK character is 1, any other character ½."""

    target: int = 400
    maximum: int = 500
    minimum: int = 80


class LexicalSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The BM25 leg."""

    engine: Literal["tantivy", "rank-bm25"] = "tantivy"


class TowerSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One dense leg."""

    name: str = "static"  # "static", "small": built in; otherwise a sentence-transformers name or folder
    backend: Literal["auto", "torch", "onnx"] = "auto"  # what runs a transformer
    batch_size: int = 64
    query_prompt: str = ""  # "": the model's own configuration decides
    passage_prompt: str = ""
    device: str = "cpu"


class DenseSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The FAISS side of the dense legs."""

    flat_below: int = 100_000  # passages up to which search is exhaustive; HNSW beyond
    hnsw_m: int = 32
    ef_construction: int = 200
    ef_search: int = 256


class IndexSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The room's settings: `[index]` and its tables."""

    keep_generations: int = 3
    passages: PassageSettings = PassageSettings()
    lexical: LexicalSettings = LexicalSettings()
    towers: tuple[TowerSettings, ...] = (TowerSettings(),)
    dense: DenseSettings = DenseSettings()
