"""Many saved pages to articles at once, one process a worker: `shuangta extract --batch`.

A line of the batch names a file relative to it, gzip or not; a line of the result has what was found, in the order of
the batch.
"""

from __future__ import annotations

import gzip
import multiprocessing
import zlib
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from ingest.articles import Article, Page, Skipped, SkipReason
from ingest.errors import ExtractionError
from ingest.extract import extract

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ingest.settings import ExtractSettings

__all__ = ["Prediction", "SavedPage", "extract_batch", "saved_page"]

_GZIP = b"\x1f\x8b"
_LARGEST = 256 * 2**20  # bytes, pictures inside included


class SavedPage(msgspec.Struct, frozen=True):
    """One line of a batch: an address, where it is known, and the file with its bytes."""

    id: str
    url: str | None
    file: str
    content_type: str = ""


class Prediction(msgspec.Struct, frozen=True):
    """One line of the result; `skipped` is the reason where there is no article."""

    id: str
    text: str
    title: str
    skipped: str | None


def extract_batch(truth: Path, settings: ExtractSettings) -> Iterator[Prediction]:
    """Return what is found in every page that `truth` lists, in its order.

    Raises ExtractionError for a line that cannot be read, and while it is iterated over for a file that cannot.
    """
    return _predictions(list(_read(truth)), truth.parent, settings)


def saved_page(path: Path, url: str, *, content_type: str = "") -> Page:
    """Return a file, gzip or not, as the page that it was saved from.

    Raises ExtractionError if it cannot be read, or is larger than 256 MiB, unpacked if it is packed.
    """
    try:
        with path.open("rb") as file:
            packed = file.read(len(_GZIP)) == _GZIP
        with gzip.open(path) if packed else path.open("rb") as file:
            body = file.read(_LARGEST + 1)
    except FileNotFoundError:
        raise ExtractionError(f"There is no file {path}.") from None
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise ExtractionError(f"{path} is a broken gzip file.") from error
    except OSError as error:
        raise ExtractionError(f"{path} cannot be read: {error.strerror}.") from error
    if len(body) > _LARGEST:
        raise ExtractionError(
            f"{path} is larger than {_LARGEST // 2**20} MiB.", "Save the page without its pictures."
        )
    headers = (("content-type", content_type),) if content_type else ()
    return Page(url, url, 200, headers, body, 0.0)


def _predictions(saved: Sequence[SavedPage], folder: Path, settings: ExtractSettings) -> Iterator[Prediction]:
    one = partial(_predict, folder=folder, settings=settings)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(settings.workers, mp_context=context) as pool:
        yield from pool.map(one, saved, chunksize=8)


def _read(truth: Path) -> Iterator[SavedPage]:
    try:
        lines = truth.read_bytes().splitlines()
    except OSError as error:
        raise ExtractionError(f"{truth} cannot be read: {error.strerror}.") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield msgspec.json.decode(line, type=SavedPage)
            except msgspec.DecodeError as error:
                raise ExtractionError(
                    f"{truth}, line {number}: {error}.", "Each line needs id, url and file."
                ) from error


def _predict(saved: SavedPage, *, folder: Path, settings: ExtractSettings) -> Prediction:
    path = folder / saved.file
    url = saved.url or path.resolve().as_uri()
    page = saved_page(path, url, content_type=saved.content_type)
    found: Article | Skipped
    try:
        found = extract(page, url=url, settings=settings)
    except Exception as error:  # noqa: BLE001 the boundary of the process: one page's trouble stays its own
        found = Skipped(url, SkipReason.BROKEN_FILE, f"{type(error).__name__}: {error}")
    if isinstance(found, Article):
        return Prediction(saved.id, found.text, found.title, None)
    return Prediction(saved.id, "", "", found.reason)
