"""What a training run is told: data, vocabulary, objective, and how long."""

from __future__ import annotations

import msgspec

__all__ = ["TrainSettings"]


class TrainSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One run. The defaults are those of the shipped `static` tower, on two cores in about eight minutes."""

    pairs: tuple[str, ...]  # folders of *.jsonl.gz, one {"q", "p"} a line (optional: "type", "ql", "pl")
    out: str  # folder to write; replaced when it exists
    leave_out: tuple[str, ...] = ()  # files not to train on, by name without .jsonl.gz
    start: str = ""  # a static tower to go on from: its folder, or "static" for the shipped one
    vocabulary: int = 36_864  # pieces of the tokenizer, unless `start` has one
    dim: int = 256  # unless `start` has one
    steps: int = 1_500
    batch: int = 2_048  # pairs; each is a negative of all others
    max_tokens: int = 256  # of a text; the rest is not seen in training
    temperature: float = 0.05
    matryoshka: tuple[int, ...] = ()  # shorter dimensions that are trained along
    source_exponent: float = 0.7  # a source of n pairs is drawn in proportion to n to this power
    parallel_boost: float = 1.5  # factor on that for sources of translations
    crops: float = 0.1  # share of batches that pair a span of a passage with the passage
    shortest_part: float = 0.5  # share of a passage that a batch sees at least
    dropout: float = 0.2  # share of the tokens of both sides that a batch does not see
    learning_rate: float = 0.1
    weight_rate: float = 0.005  # learning rate of the token weights
    warmup: float = 0.05  # share of the steps
    sif: float = 1e-3  # a of Arora et al.'s a / (a + p), where the token weights start
    seed: int = 20
    threads: int = 2
