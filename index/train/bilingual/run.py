"""One bilingual run: vocabulary, first rows, steps, and the finished sentence-transformers folder."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from index.folding import fold
from index.model_folder import OWN_CONFIG
from index.settings import TowerSettings
from index.towers import load_tower
from index.train.bilingual.encoders import Student, Teacher
from index.train.bilingual.orders import by_topic, shuffled
from index.train.bilingual.rows import initial_rows
from index.train.bilingual.streams import batches, read_material, streams
from index.train.bilingual.vocabulary import SPECIAL, bilingual_tokenizer, choose_pieces, english_pieces
from index.train.dictionary import read_dictionary
from index.train.export import refuse_foreign, replaced
from index.train.extra import need_models
from index.train.onnx_export import export_onnx
from index.train.schedule import pace
from index.train.tokenizer import everyday_characters
from ingest.errors import SettingsError, TowerError
from ingest.progress import Progress, ProgressCallback

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

    from index.towers import Tower
    from index.train.bilingual.settings import BilingualSettings
    from index.train.bilingual.streams import Material, Stream

__all__ = ["BilingualReport", "Translations", "train_bilingual"]

Batches = Iterator[
    tuple[list[list[int]], list[str]]
]  # tokens of the student's texts, and what each belongs to

_REPORT_EVERY = 25  # steps
_SEEN = 5  # times that a character or word must occur in the training texts


@dataclass(frozen=True, slots=True)
class Translations:
    """How near held-back Chinese sentences lie to their translations."""

    found: float  # share of them whose own translation is the nearest of all held back
    cosine: float  # mean


@dataclass(frozen=True, slots=True)
class BilingualReport:
    """What a run did."""

    out: Path
    pieces: int  # Han
    pairs: dict[str, int]  # by stream
    before: Translations
    after: Translations
    seconds: dict[str, float]  # by stage


def train_bilingual(
    settings: BilingualSettings,
    *,
    progress: ProgressCallback = lambda _: None,
    clock: Callable[[], float] = time.monotonic,
) -> BilingualReport:
    """Teach an English encoder Chinese as `settings` say and write it as a sentence-transformers model.

    Deterministic for given settings, data, library versions and number of threads. Raises SettingsError when there is nothing to train on or `out` holds something
    else, PairsError for a damaged file, TowerError when the base model or the space cannot be had, and
    MissingExtraError without torch and sentence-transformers.
    """
    need_models()
    import torch

    torch.set_num_threads(settings.threads)
    torch.manual_seed(settings.seed)
    began = clock()
    out = Path(settings.out)
    refuse_foreign(out)
    if settings.onnx:
        refuse_foreign(Path(settings.onnx))
    base = _model(settings.base, "Set `base` to the folder of an English sentence-transformers model.")
    random = np.random.default_rng(settings.seed)
    progress(Progress("pairs", 0, 1, ""))
    material = read_material(settings, random)
    entries = read_dictionary(Path(settings.dictionary))
    space = load_tower(TowerSettings(name=settings.space))
    student, teacher, tokenizer, pieces = _encoders(base, material, entries, space, settings)
    run = streams(material, list(entries.values()), settings)
    drawn = _drawn(run, tokenizer, space, settings, random)
    ready = clock()

    before = _translations(student, teacher, tokenizer, material)
    _descend(student, teacher, tokenizer, run, drawn, settings, random, progress)
    after = _translations(student, teacher, tokenizer, material)
    fitted = clock()
    _write(out, base, student, tokenizer, settings)
    if settings.onnx:
        export_onnx(base, Path(settings.onnx), folded=True, training=_record(settings))
    return BilingualReport(
        out=out,
        pieces=pieces,
        pairs={stream.name: len(stream.pairs) for stream in run},
        before=before,
        after=after,
        seconds={"vocabulary": ready - began, "steps": fitted - ready, "writing": clock() - fitted},
    )


def _model(folder: str, cure: str) -> SentenceTransformer:
    """Read a sentence-transformers folder. Raises TowerError with `cure` when it is none."""
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(folder, device="cpu", local_files_only=True)
    except (OSError, ValueError, KeyError) as error:
        raise TowerError(
            f"The model {folder} cannot be loaded: {(str(error) or repr(error)).splitlines()[0]}", cure
        ) from error


def _encoders(
    base: SentenceTransformer,
    material: Material,
    entries: Mapping[str, Any],
    space: Tower,
    settings: BilingualSettings,
) -> tuple[Student, Teacher, Tokenizer, int]:
    """The student, its teacher, the student's tokenizer, and the number of Han pieces."""
    transformer: Any = base[0]
    teacher: Any = transformer.model
    english_tokenizer = base.tokenizer.backend_tokenizer
    english_tokenizer.no_padding()
    english_tokenizer.enable_truncation(settings.max_tokens)
    vocabulary = english_tokenizer.get_vocab()
    english = english_pieces(vocabulary)
    first_new = len(SPECIAL) + len(english)
    body: Any = teacher
    if settings.start:
        earlier = _model(settings.start, "Set `start` to the folder that an earlier run wrote as `out`.")
        body, tokenizer = earlier[0].model, earlier.tokenizer.backend_tokenizer
        tokenizer.no_padding()
        tokenizer.enable_truncation(settings.max_tokens)
        rows = body.get_input_embeddings().weight.detach().numpy().astype(np.float32)
        if [tokenizer.id_to_token(number) for number in range(first_new)] != [*SPECIAL, *english]:
            raise TowerError(
                f"The model {settings.start} was not made from {settings.base}: its pieces are others.",
                "Set `start` to the folder that an earlier run wrote as `out`.",
            )
    else:
        old = teacher.get_input_embeddings().weight.detach().numpy().astype(np.float32)
        words, characters = _counts(material.han())
        han = choose_pieces(words, _everyday(Path(settings.words), entries), characters, settings.pieces)
        tokenizer = bilingual_tokenizer(english, han, settings.max_tokens)
        table = old[list(english.values())]
        new = initial_rows(han, list(english), table, tokenizer, entries, space)
        special = old[[vocabulary[token] for token in SPECIAL]]
        rows = np.concatenate((special, table, new)).astype(np.float32)
    student = Student(body, rows, first_new, body_rate=settings.body_rate, half=settings.half)
    return student, Teacher(teacher, english_tokenizer, half=settings.half), tokenizer, len(rows) - first_new


def _drawn(
    run: Sequence[Stream],
    tokenizer: Tokenizer,
    space: Tower,
    settings: BilingualSettings,
    random: np.random.Generator,
) -> list[Batches]:
    """The batches of each stream."""
    drawn = []
    for stream in run:
        order = shuffled(len(stream.pairs))
        if stream.topical and settings.topics:
            order = by_topic([first for first, _ in stream.pairs], settings.topics, space, settings.seed)
        drawn.append(batches(stream, tokenizer, settings, random, order))
    return drawn


def _counts(texts: Iterable[str]) -> tuple[Counter[str], set[str]]:
    """How often each word occurs, and the Han characters of everyday print and of the texts."""
    import rjieba

    words: Counter[str] = Counter()
    characters: Counter[str] = Counter()
    for text in texts:
        words.update(rjieba.cut(text))
        characters.update(text)
    seen = {one for one, count in characters.items() if count >= _SEEN and "\u3400" <= one <= "\u9fff"}
    return Counter({word: n for word, n in words.items() if n >= _SEEN}), seen | everyday_characters()


def _everyday(path: Path, entries: Mapping[str, Any]) -> Counter[str]:
    """Counts of the words of a list that the dictionary explains. Raises SettingsError when it cannot be read."""
    counts: Counter[str] = Counter()
    try:
        for line in path.read_text("utf-8").splitlines():
            word, count = line.split()[:2]
            if (folded := fold(word)) in entries:
                counts[folded] += int(count)
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"The word list {path} cannot be read: {error}.", 'Write "word count" on each line.'
        ) from error
    return counts


def _descend(
    student: Student,
    teacher: Teacher,
    tokenizer: Tokenizer,
    run: Sequence[Stream],
    drawn: Sequence[Batches],
    settings: BilingualSettings,
    random: np.random.Generator,
    report: ProgressCallback,
) -> None:
    shares = np.array([stream.share for stream in run])
    losses: dict[str, list[float]] = {stream.name: [] for stream in run}
    for step in range(settings.steps):
        which = int(random.choice(len(run), p=shares / shares.sum()))
        stream = run[which]
        tokens, targets = next(drawn[which])
        sides = [student(tokens)]
        if stream.by_teacher:
            target = teacher(targets)
        else:
            encodings = tokenizer.encode_batch_fast(targets)
            sides.append(student([encoding.ids[: settings.longest] for encoding in encodings]))
            target = sides[1].vectors
        loss = _loss(sides[0].vectors, target, stream, settings)
        loss.backward()  # type: ignore[no-untyped-call]
        student.step(sides, settings.row_rate, pace(step, settings.steps, settings.warmup))
        losses[stream.name].append(loss.item())
        if step % _REPORT_EVERY == _REPORT_EVERY - 1:
            latest = ", ".join(f"{name} {np.mean(each[-10:]):.2f}" for name, each in losses.items() if each)
            report(Progress("steps", step + 1, settings.steps, latest))


def _loss(
    vectors: torch.Tensor, target: torch.Tensor, stream: Stream, settings: BilingualSettings
) -> torch.Tensor:
    import torch
    from torch.nn.functional import cross_entropy

    loss = torch.zeros(())
    if stream.contrast:
        scores = vectors @ target.T / settings.temperature
        own = torch.arange(len(scores))
        loss = (cross_entropy(scores, own) + cross_entropy(scores.T, own)) / 2
    if stream.exact:
        loss = loss + settings.nearness * (1 - (vectors * target).sum(1)).mean()
    return loss


def _translations(
    student: Student, teacher: Teacher, tokenizer: Tokenizer, material: Material
) -> Translations:
    import torch

    if not material.held_back:
        return Translations(math.nan, math.nan)
    chinese = [encoding.ids for encoding in tokenizer.encode_batch_fast([zh for zh, _ in material.held_back])]
    with torch.no_grad():
        parts = [student(chinese[start : start + 64]).vectors for start in range(0, len(chinese), 64)]
        scores = torch.cat(parts) @ teacher([en for _, en in material.held_back]).T
    found = scores.argmax(1) == torch.arange(len(scores))
    return Translations(float(found.float().mean()), float(scores.diagonal().mean()))


def _write(
    out: Path, base: SentenceTransformer, student: Student, tokenizer: Tokenizer, settings: BilingualSettings
) -> None:
    """Write the student as a sentence-transformers model, in place of an older one."""
    from transformers import PreTrainedTokenizerFast

    names = dict(
        zip(("pad_token", "unk_token", "cls_token", "sep_token", "mask_token"), SPECIAL, strict=True)
    )
    transformer: Any = base[0]
    transformer.model = student.body
    wrapper: Any = PreTrainedTokenizerFast
    transformer.processor = wrapper(tokenizer_object=tokenizer, model_max_length=settings.max_tokens, **names)
    base.max_seq_length = settings.max_tokens
    with replaced(out) as new:
        base.save_pretrained(str(new), create_model_card=False)
        (new / OWN_CONFIG).write_bytes(
            msgspec.json.format(msgspec.json.encode({"fold": True, "training": _record(settings)}))
        )


def _record(settings: BilingualSettings) -> dict[str, Any]:
    """The settings without this machine's paths."""
    record: dict[str, Any] = msgspec.to_builtins(settings)
    for name in ("pairs", "base", "dictionary", "words", "out", "onnx", "space", "start"):
        del record[name]
    return record
