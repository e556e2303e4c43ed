"""What a training run is told: data, student, objective, negatives, teacher, and how long.

With `configs/towers/static.toml`, the defaults are those of the shipped `static` tower, on two cores in about eight
minutes. `checked` refuses combinations that could do nothing.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from ingest.errors import SettingsError

__all__ = [
    "DISTILLING",
    "PAIRWISE",
    "AtLeastOne",
    "Count",
    "NegativeSettings",
    "Share",
    "TeacherSettings",
    "TrainSettings",
    "checked",
]

Count = Annotated[int, msgspec.Meta(ge=0)]
AtLeastOne = Annotated[int, msgspec.Meta(ge=1)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]

ObjectiveName = Literal[
    "info_nce", "symmetric", "simcse", "triplet", "hinge", "bpr", "margin_mse", "kl"
]  # explained in objectives.py

# Objectives that compare a passage with a few negatives instead of with the whole batch, and those of them that need
# a teacher's scores.
PAIRWISE = frozenset({"triplet", "hinge", "bpr", "margin_mse", "kl"})
DISTILLING = frozenset({"margin_mse", "kl"})


class NegativeSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a query is told apart from, beside the passages of the other pairs in its batch.

    The first three are counts a query; the contrastive objectives show each of them to all queries of the batch.
    """

    random: Count = 0  # passages of the same source, drawn once
    bm25: Count = 0  # found by BM25 among the passages of the source
    tower: Count = 0  # found by the tower in training; random ones until it has looked
    queue: Count = (
        0  # passages of earlier batches of the source that are kept, as they were then; after the warm-up
    )
    pool: AtLeastOne = (
        50_000  # pairs of a source that are mined, among their own passages; the others get random ones
    )
    skip: Count = 0  # of the found, best ones passed over
    depth: AtLeastOne = 30  # of the found, how far down is looked
    ceiling: float = 0.95  # share of the positive's score that a found one may reach at most
    margin: float = 0.0  # by how much it must stay below the positive's score besides
    mined_at: tuple[float, ...] = (0.3,)  # shares of the steps after which the tower looks, and looks again
    guided: bool = False  # leave out in the batch what the teacher (a bi-encoder) puts above the positive
    guide_margin: float = 0.0  # or by at most so much below it

    @property
    def columns(self) -> int:
        """Negatives that each query has of its own."""
        return self.random + self.bm25 + self.tower


class TeacherSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Another model that tells how near texts are."""

    name: str = ""  # a built-in tower, or folder or hub name of a sentence-transformers model; "": none
    kind: Literal["bi", "cross"] = "bi"  # bi-encoder or cross-encoder
    vectors: str = (
        ""  # folder where its vectors are kept; what is missing there is encoded, with `name`, and added
    )
    share: float = 1.0  # of the pairs of each source that are shown to it
    weight: float = (
        0.0  # of the likeness of a batch's passages among each other, by a bi-encoder, beside the objective
    )
    temperature: float = 0.05  # of its scores, in `kl` and in that likeness
    batch: AtLeastOne = 64  # texts or pairs it sees at once

    def __bool__(self) -> bool:
        return bool(self.name or self.vectors)


class TrainSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One run."""

    # Data
    pairs: tuple[str, ...]  # folders of *.jsonl.gz, one {"q", "p"} a line (optional: "type", "ql", "pl")
    out: str  # folder to write; replaced when it exists
    leave_out: tuple[str, ...] = ()  # files not to train on, by name without .jsonl.gz
    dictionary: str = ""  # CC-CEDICT, whose words and meanings are one more source of translations
    source_weights: dict[str, float] = {}  # factor on how often a file is drawn, by name without .jsonl.gz
    shortest: Count = 1  # characters of a text, folded; pairs with a shorter one are left out
    longest: Count = 100_000  # and pairs with a longer one
    source_exponent: float = 0.7  # a source of n pairs is drawn in proportion to n to this power
    parallel_boost: float = 1.5  # factor on that for sources of translations

    # Student: a token table, unless `base` names a model
    start: str = ""  # a static tower to go on from: its folder, or "static" for the shipped one
    vocabulary: AtLeastOne = 36_864  # pieces of the tokenizer, unless `start` or `tokenizer` has one
    tokenizer: str = ""  # a tower whose tokenizer to take: a built-in one or a folder; "": made of the texts
    distilled: str = ""  # a tower whose vectors of single pieces the table starts from; "": random numbers
    random_dims: Count = 0  # dimensions that start at random all the same
    dim: AtLeastOne = 256  # unless `start` has one
    sif: float = 1e-3  # a of Arora et al.'s a / (a + p), where the token weights start
    towers: Literal["symmetric", "router"] = (
        "symmetric"  # one table for both sides, or one each from the same start
    )
    precision: Literal["int8", "float16", "float32"] = (
        "int8"  # of the table; sentence-transformers reads the floats
    )
    base: str = ""  # folder or hub name of a sentence-transformers model to train instead
    trainable: str = "all"  # of that model: "all", "embeddings", or "top:2" for its last two layers
    chunk: AtLeastOne = (
        64  # texts that model encodes at once: a larger batch takes two passes and no more memory
    )

    # What a batch sees
    batch: AtLeastOne = 2_048  # pairs; each is a negative of all others
    max_tokens: AtLeastOne = 256  # of a text; the rest is not seen in training
    crops: Share = 0.1  # share of batches that pair a span of a passage with the passage (token tables)
    shortest_part: Share = 0.5  # share of a passage that a batch sees at least (token tables)
    dropout: Share = 0.2  # share of the tokens of both sides that a batch does not see (token tables)

    # What is made small
    objective: ObjectiveName = "symmetric"
    temperature: float = 0.05  # of info_nce, symmetric, simcse, bpr and kl
    distance: float = 0.2  # by which triplet and hinge want the negative farther away than the passage
    matryoshka: tuple[int, ...] = ()  # shorter dimensions that are trained along
    negatives: NegativeSettings = NegativeSettings()
    teacher: TeacherSettings = TeacherSettings()

    # How long, and how fast
    steps: Count = 1_500
    learning_rate: float = 0.1  # token tables
    body_rate: float = 2e-5  # learning rate of a `base`
    weight_rate: float = 0.005  # learning rate of the token weights (token tables)
    warmup: Share = 0.05  # share of the steps
    seed: int = 20
    threads: AtLeastOne = 2


def checked(settings: TrainSettings) -> TrainSettings:
    """Return `settings`. Raises SettingsError when some of them contradict each other or are out of range."""
    objective, negatives, teacher = settings.objective, settings.negatives, settings.teacher
    wrong = {
        "`batch` must be 2 or more.": settings.batch < 2,
        "`temperature` and `teacher.temperature` must be above 0.": min(
            settings.temperature, teacher.temperature
        )
        <= 0,
        "`teacher.share` must be above 0 and at most 1.": not 0 < teacher.share <= 1,
        "`source_weights` must be 0 or more.": min(settings.source_weights.values(), default=0) < 0,
        f"The objective `{objective}` needs a teacher: set `teacher.name`.": objective in DISTILLING
        and not teacher,
        f"The objective `{objective}` needs negatives whose scores the teacher gives: set `negatives.random`, "
        "`negatives.bm25` or `negatives.tower`.": objective in DISTILLING and not negatives.columns,
        f"The objective `{objective}` has no use for `negatives.queue`.": objective in PAIRWISE
        and negatives.queue > 0,
        "`negatives.guided` and `teacher.weight` need a bi-encoder as `teacher`.": (
            negatives.guided or teacher.weight > 0
        )
        and (not teacher or teacher.kind == "cross"),
        "a cross-encoder teaches `margin_mse` and `kl` only, and has no vectors: set `teacher.name`.": bool(
            teacher
        )
        and teacher.kind == "cross"
        and (objective not in DISTILLING or not teacher.name),
        "the teacher has nothing to do: set `teacher.weight`, `negatives.guided`, negatives for it to judge, or "
        '`objective = "kl"`.': bool(teacher)
        and not (objective in DISTILLING or teacher.weight or negatives.guided or negatives.columns),
        "`simcse` has no queries to mine negatives for.": objective == "simcse" and negatives.columns > 0,
        "`simcse` needs `dropout` above 0, or a text is its own likeness.": objective == "simcse"
        and not settings.base
        and settings.dropout == 0,
        '`towers = "router"` is for token tables; a `base` keeps its own.': settings.towers == "router"
        and bool(settings.base),
        "Either `start` or `base` can be gone on from.": bool(settings.start and settings.base),
        "`tokenizer` and `distilled` are for token tables that begin.": bool(
            (settings.tokenizer or settings.distilled) and (settings.start or settings.base)
        ),
    }
    for sentence, is_so in wrong.items():
        if is_so:
            raise SettingsError(f"The training run cannot be: {sentence}", "Change the settings.")
    return settings
