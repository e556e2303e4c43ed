"""Towers adapted to the corpus of one data folder: where they lie, and which one stands for a tower of the settings.

Under the data folder lie `towers/<digest>/adapted/`, a tower each, with a record of how it came about beside it, and
`towers/latest.json`, the record of the last run, which names the tower to build with. A published generation is searched
with the tower that it was built with, so towers stay as long as a generation needs them. Deleting `towers/` forgets
everything: the next index is built with the towers of the settings.
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from index.static_folder import module_folder
from index.static_tower import StaticTower
from index.towers import SHIPPED, load_tower
from index.vectors import file_name
from ingest.errors import TowerError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from index.settings import TowerSettings
    from index.towers import Tower

__all__ = [
    "Adaptation",
    "Figures",
    "adaptable",
    "keep",
    "last_adaptation",
    "open_adapted",
    "prune_adapted",
    "staging",
    "towers_for_index",
    "towers_for_search",
    "write_latest",
]

NAME = "adapted"  # of such a tower, and of its folder
_TOWERS = "towers"
_LATEST = "latest.json"
_RECORD = "adaptation.json"
_STAGING = ".staging"


class Figures(msgspec.Struct, frozen=True):
    """How well a tower finds the articles that were held out."""

    tower: str  # its id
    ndcg_10: float
    mrr_10: float


class Adaptation(msgspec.Struct, frozen=True):
    """One run, and what came of it."""

    outcome: Literal["better", "no better", "too few queries"]
    name: str  # of the tower in the settings
    start: str  # its id
    tower: str  # id of the tower to build with from now on: the new one, the one used before, or the start
    inputs: str  # digest of all that went in
    pairs: int  # trained on
    queries: int  # held out
    figures: tuple[Figures, ...] = ()  # of the start, the one used before if that is another, and the new one


def adaptable(towers: Sequence[TowerSettings]) -> TowerSettings | None:
    """Return the first of the towers that is a static one, if any is."""
    return next((tower for tower in towers if _start_folder(tower) is not None), None)


def last_adaptation(data_dir: Path) -> Adaptation | None:
    """Return the record of the last run. One that cannot be read is as good as none: the next run writes it anew."""
    return _read(data_dir / _TOWERS / _LATEST)


def write_latest(data_dir: Path, adaptation: Adaptation) -> None:
    """Put the record in its place in one step."""
    place = data_dir / _TOWERS / _LATEST
    place.parent.mkdir(parents=True, exist_ok=True)
    aside = place.with_name(f".{_LATEST}-aside")
    _write(aside, adaptation)
    aside.replace(place)


@contextmanager
def staging(data_dir: Path) -> Iterator[Path]:
    """Give a place to write a tower to; it is gone afterwards, unless it was kept."""
    folder = data_dir / _TOWERS / _STAGING
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder / NAME
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def keep(data_dir: Path, adaptation: Adaptation) -> None:
    """Move the tower that was written to `staging` to its place, in one step, and make it the one to build with."""
    staged = data_dir / _TOWERS / _STAGING
    _write(staged / _RECORD, adaptation)
    place = _place(data_dir, adaptation.tower)
    shutil.rmtree(place, ignore_errors=True)
    staged.rename(place)
    write_latest(data_dir, adaptation)


def open_adapted(data_dir: Path, tower_id: str, settings: TowerSettings) -> StaticTower | None:
    """Open the tower of that id which stands for the one that `settings` name.

    None where there is none; a damaged one, whose digest is another, is as good as none, because the tower that
    it came from is always at hand.
    """
    place = _place(data_dir, tower_id)
    record = _read(place / _RECORD)
    if record is None or record.name != settings.name:
        return None
    try:
        tower = StaticTower.open(place / NAME, settings)
    except TowerError:
        return None
    return tower if tower.id == tower_id else None


def prune_adapted(data_dir: Path, needed: Collection[str]) -> None:
    """Delete all adapted towers but those of the ids `needed`, and the vectors that were encoded with them."""
    places = {_place(data_dir, tower_id) for tower_id in needed}
    for record in (data_dir / _TOWERS).glob(f"*/{_RECORD}"):
        if record.parent not in places:
            shutil.rmtree(record.parent)
            for cache in (data_dir / "vectors").glob(f"{file_name(f'{NAME}@{record.parent.name}')}.sqlite*"):
                cache.unlink()


def towers_for_index(towers: Sequence[TowerSettings], data_dir: Path) -> list[Tower]:
    """Load the towers to build with: for one that was adapted, and has not changed since, what came of it.

    Raises TowerError and MissingExtraError as `load_tower` does.
    """
    last = last_adaptation(data_dir)
    loaded: list[Tower] = []
    for settings in towers:
        tower = load_tower(settings)
        adapted = None
        if last is not None and last.start == tower.id != last.tower:
            adapted = open_adapted(data_dir, last.tower, settings)
        loaded.append(adapted or tower)
    return loaded


def towers_for_search(
    towers: Sequence[TowerSettings],
    data_dir: Path,
    built_with: Sequence[str],
    *,
    load: Callable[[TowerSettings], Tower] = load_tower,
) -> list[Tower]:
    """Load the towers for a generation that was built with the towers of these ids.

    `load` opens a tower of the settings. Raises TowerError and MissingExtraError as it does.
    """
    adapted_ids = [tower_id for tower_id in built_with if tower_id.rpartition("@")[0] == NAME]
    loaded: list[Tower] = []
    for settings in towers:
        opened = (open_adapted(data_dir, tower_id, settings) for tower_id in adapted_ids)
        loaded.append(next((tower for tower in opened if tower is not None), None) or load(settings))
    return loaded


def _start_folder(tower: TowerSettings) -> Path | None:
    folder = SHIPPED.get(tower.name) or Path(tower.name).expanduser()
    return folder if tower.name and folder.is_dir() and module_folder(folder) is not None else None


def _place(data_dir: Path, tower_id: str) -> Path:
    return data_dir / _TOWERS / tower_id.rpartition("@")[2]


def _read(path: Path) -> Adaptation | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Adaptation)
    except (FileNotFoundError, NotADirectoryError, UnicodeDecodeError, msgspec.MsgspecError):
        return None


def _write(path: Path, adaptation: Adaptation) -> None:
    path.write_bytes(msgspec.json.format(msgspec.json.encode(adaptation)) + b"\n")
