"""The one tree of errors: each carries a sentence for people and the cure.

    ShuangtaError
    ├── SettingsError        a setting is unknown, of the wrong type or out of range
    ├── ReadingListError     a reading list cannot be read, or holds no link
    ├── StoreError           the corpus cannot be opened, read or written
    │   └── BusyError        another crawl or rebuild holds the data folder
    ├── OfflineError         no host at all can be reached from this machine
    ├── ExtractionError      a file handed to `shuangta extract` cannot be read
    ├── IndexMissingError    nothing has been built yet
    ├── GenerationError      a generation is damaged, or of a format this version cannot open
    ├── TowerError           a tower is unknown, or its files cannot be loaded
    ├── ModelError           a model of prerank cannot be read, or was made for other features
    ├── MissingExtraError    an optional package is not installed
    ├── QueryError           a query is empty, too long, or its filters make no sense
    ├── NotFoundError        the index has no such article
    ├── GoneError            what an answer should go on in is no longer there
    ├── PairsError           a file of training pairs is not as it should be
    └── EvaluationError      a collection, query file or judgement file is not as it should be

Fronts turn them into an exit code or problem+json; nothing below a front prints or exits.
"""

__all__ = [
    "BusyError",
    "EvaluationError",
    "ExtractionError",
    "GenerationError",
    "GoneError",
    "IndexMissingError",
    "MissingExtraError",
    "ModelError",
    "NotFoundError",
    "OfflineError",
    "PairsError",
    "QueryError",
    "ReadingListError",
    "SettingsError",
    "ShuangtaError",
    "StoreError",
    "TowerError",
]


class ShuangtaError(Exception):
    """Something went wrong that a person can mend.

    `sentence` says what, in one sentence; `cure` says what to do about it, and may be empty.
    `str()` of the error is both. What a reader in another language may meet has a `key`, by which a front finds its own
    sentence, and what that sentence is `about`.
    """

    def __init__(
        self, sentence: str, cure: str = "", *, key: str = "", about: tuple[object, ...] = ()
    ) -> None:
        super().__init__(f"{sentence} {cure}".strip())
        self.sentence = sentence
        self.cure = cure
        self.key = key
        self.about = about


class SettingsError(ShuangtaError):
    """A setting is unknown, of the wrong type or out of range."""


class ReadingListError(ShuangtaError):
    """A reading list cannot be read, or holds no link."""


class StoreError(ShuangtaError):
    """The corpus cannot be opened, read or written."""


class BusyError(StoreError):
    """Another crawl or rebuild holds the data folder."""


class OfflineError(ShuangtaError):
    """No host at all can be reached from this machine."""


class ExtractionError(ShuangtaError):
    """A file handed over for extraction cannot be read."""


class IndexMissingError(ShuangtaError):
    """Nothing has been built yet in this data folder."""


class GenerationError(ShuangtaError):
    """A generation is damaged, or of a format that this version cannot open."""


class TowerError(ShuangtaError):
    """A tower is unknown, or its files cannot be loaded."""


class ModelError(ShuangtaError):
    """A model of prerank cannot be read, or was made for other features than this version computes."""


class MissingExtraError(ShuangtaError):
    """An optional package is not installed; the cure names the extra."""


class QueryError(ShuangtaError):
    """A query is empty, too long, or its filters make no sense."""


class NotFoundError(ShuangtaError):
    """The index has no such article."""


class GoneError(ShuangtaError):
    """What an answer should go on in is no longer there."""


class PairsError(ShuangtaError):
    """A file of training pairs is not as it should be."""


class EvaluationError(ShuangtaError):
    """A collection, query file or judgement file is not as it should be."""
