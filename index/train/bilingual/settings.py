"""What the making of a bilingual encoder is told."""

from __future__ import annotations

import msgspec

from index.train.settings import AtLeastOne, Count, Share  # noqa: TC001 - msgspec reads the annotations

__all__ = ["BilingualSettings", "Shares"]


class Shares(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often each stream of texts is drawn, in proportion; 0: never."""

    parallel: float = 0.6  # sentences and their translations
    dictionary: float = 0.12  # words and their meanings
    cross: float = 0.15  # a Chinese question and its English passage, or the other way round
    anchor: float = 0.07  # English texts, which are to stay where they are
    english: float = 0.0  # questions and passages, both English
    chinese: float = 0.08  # questions and passages, both Chinese


class BilingualSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One run. The defaults are those of the first run of the shipped `small` tower, which teaches it Chinese."""

    # Data
    pairs: tuple[str, ...]  # folders of *.jsonl.gz, one {"q", "p", "type", "ql", "pl"} a line
    base: str  # the English encoder: a sentence-transformers folder with WordPieces, a BERT body and mean pooling
    dictionary: str  # CC-CEDICT as www.mdbg.net gives it, plain or gzipped
    words: str  # everyday words and how often they occur, one "word count …" a line, such as jieba's dict.txt
    out: str  # folder to write: a sentence-transformers model
    onnx: str = (
        ""  # folder to write besides: the same in ONNX with int8 weights, which runs without torch; "": none
    )
    start: str = ""  # folder that an earlier run wrote, to go on from; "": from `base`, with first rows
    leave_out: tuple[str, ...] = ()  # files not to train on, by name without .jsonl.gz
    space: str = "static"  # a tower that places words of both languages; built in, or a folder

    # Student
    pieces: Count = 30_000  # of Han text
    max_tokens: AtLeastOne = 256  # of a text, in use
    row_rate: float = 3e-3  # learning rate of the new rows
    body_rate: float = 1e-4  # of the encoder itself; 0: it stays as it is

    # What a batch sees
    shares: Shares = Shares()
    batch: AtLeastOne = 176  # texts at most
    words_batch: AtLeastOne = 512  # words of the dictionary at most
    batch_tokens: AtLeastOne = 4_400  # tokens at most, padding included
    longest: AtLeastOne = 224  # tokens of a text; the rest is not seen in training
    topics: Count = (
        0  # into which questions are sorted, a batch being of one (Hofstätter et al. 2021); 0: unsorted
    )
    crops: Share = 0.0  # share of Chinese batches that ask for a passage by a part of it
    temperature: float = 0.05
    nearness: float = 3.0  # weight of 1 − cosine beside InfoNCE, where both sides say the same

    # How long
    steps: Count = 1_200
    warmup: Share = 0.04  # share of the steps
    held_back: Count = 1_000  # translations to watch the run by
    half: bool = True  # bfloat16 where torch thinks it safe
    seed: int = 20
    threads: AtLeastOne = 2
