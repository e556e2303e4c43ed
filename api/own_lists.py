"""Lists and single links that the user adds to the settings, and takes out again.

A list goes into the settings file as it is; a single link goes into a list of the user's own, beside that file, which
the settings name from the first link to the last.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from api.own_list import OWN_LIST, OwnList
from api.settings import read
from api.settings_file import SettingsFile
from api.sources import SHIPPED, SHIPPED_LIST
from ingest.errors import ReadingListError
from ingest.settings import ListSettings
from ingest.urls import canonical, host_of, split

if TYPE_CHECKING:
    from collections.abc import Callable

    from ingest.reading_list import ParsedList

__all__ = ["Change", "Kind", "LinkNote", "add", "kind_of", "remove"]

Kind = Literal["list", "article"]

_MARKDOWN = (".md", ".markdown", ".mdown", ".mkd")


@dataclass(frozen=True, slots=True)
class Change:
    """What was done: `done` is false where everything was so already."""

    kind: Kind
    what: str  # the list's place, or the article's address
    settings: str  # the file that names the list
    list: str  # the list's place; of an article, that of the user's own list
    done: bool
    links: int = 0  # of a list that was added
    left_out: int = 0
    kept_shipped: int = 0  # lists of the catalogue that now stand in the settings beside the new one
    replaced_shipped: int = 0  # lists of the catalogue that are no longer read
    back_to_shipped: bool = False  # no list is left in the settings: the catalogue is read again


@dataclass(frozen=True, slots=True)
class LinkNote:
    """What the user says of a single link."""

    title: str = ""
    section: str = ""
    note: str = ""
    starred: bool = False


def kind_of(what: str) -> Kind:
    """What an address or a path is taken for: a list if it is no address, or one of a Markdown file."""
    if "://" not in what:
        return "list"
    return "list" if split(what).path.lower().endswith(_MARKDOWN) else "article"


def add(
    what: str,
    kind: Kind,
    settings_file: Path,
    *,
    listed: ListSettings,
    about: LinkNote,
    load: Callable[[ListSettings], ParsedList],
    keep_shipped: bool,
) -> Change:
    """Add a list, read by `load`, or an article. `listed` has name and base of a list.

    The first list of one's own takes the place of those that ship, unless `keep_shipped`.
    Raises ReadingListError when it is none, SettingsError, OSError.
    """
    file = SettingsFile(settings_file)
    before = file.places()
    if kind == "article":
        return _add_article(what, file, about, keep_shipped=keep_shipped)
    place = what if ":" in what else str(Path(what).expanduser().resolve())
    if place in before:
        return Change("list", place, str(file.path), place, done=False)
    entry, readable = _entry(place, listed)
    parsed = load(readable)
    kept = _put(entry, file, keep_shipped=keep_shipped)
    return Change(
        "list",
        place,
        str(file.path),
        place,
        done=True,
        links=len(parsed.links),
        left_out=len(parsed.left_out),
        kept_shipped=kept,
        replaced_shipped=0 if before or kept else len(read(SHIPPED).lists),
    )


def remove(what: str, settings_file: Path) -> Change:
    """Take out a list, by its place or name, or an article of the user's own list. Raises ReadingListError."""
    file = SettingsFile(settings_file)
    own = OwnList(_own_place(file))
    if "://" in what and what not in file.places() and own.holds(what):
        own.remove(what)
        own.save()
        if not own.links and str(own.path) in file.places():
            file.remove(str(own.path))
            file.save()
        return _removed("article", canonical(what), own.path, file)
    place = _named(what, file)
    file.remove(place)
    file.save()
    return _removed("list", place, Path(place), file)


def _add_article(url: str, file: SettingsFile, about: LinkNote, *, keep_shipped: bool) -> Change:
    if not url.lower().startswith(("http://", "https://")) or not host_of(url):
        raise ReadingListError(
            f"{url} is no address of a page.", "Write it whole: https://example.org/article"
        )
    own = OwnList(_own_place(file))
    before = file.places()
    done = not own.holds(url)
    if done:
        own.add(url, title=about.title, section=about.section, note=about.note, starred=about.starred)
        own.save()
    kept = 0
    if str(own.path) not in before:
        kept = _put(ListSettings(str(own.path)), file, keep_shipped=keep_shipped)
    return Change(
        "article",
        canonical(url),
        str(file.path),
        str(own.path),
        done=done,
        kept_shipped=kept,
        replaced_shipped=0 if before or kept else len(read(SHIPPED).lists),
    )


def _entry(place: str, listed: ListSettings) -> tuple[ListSettings, ListSettings]:
    """The list as the settings name it, and as it is read: for one of the catalogue these differ."""
    if not place.startswith(SHIPPED_LIST):
        entry = ListSettings(place, name=listed.name, base=listed.base)
        return entry, entry
    shipped = {SHIPPED_LIST + Path(each.path).stem: each for each in read(SHIPPED).lists}
    if place not in shipped:
        raise ReadingListError(f"No list {place} ships.", f"There are: {', '.join(shipped)}.")
    found = shipped[place]
    return ListSettings(place, name=listed.name or found.name, base=listed.base or found.base), found


def _put(entry: ListSettings, file: SettingsFile, *, keep_shipped: bool) -> int:
    """Name the list in the file; return how many of the catalogue are named there for the first time as well."""
    kept: list[ListSettings] = []
    if keep_shipped and not file.places():
        kept = [
            ListSettings(SHIPPED_LIST + Path(each.path).stem, name=each.name, base=each.base)
            for each in read(SHIPPED).lists
        ]
    file.add([*kept, entry])
    file.save()
    return len(kept)


def _removed(kind: Kind, what: str, place: Path | str, file: SettingsFile) -> Change:
    return Change(
        kind,
        what,
        str(file.path),
        str(place),
        done=True,
        back_to_shipped=not SettingsFile(file.path).places(),
    )


def _own_place(file: SettingsFile) -> Path:
    return file.path.resolve().parent / OWN_LIST


def _named(what: str, file: SettingsFile) -> str:
    """The place of the list that is meant."""
    places = file.places()
    for place, name in zip(places, file.names(), strict=True):
        if what in (place, name) or str(Path(what).expanduser().resolve()) == place:
            return place
    held = ", ".join(file.names()) or "none"
    raise ReadingListError(
        f"{what} is neither a list of {file.path} nor a link of your own list there.",
        f"Its lists: {held}. What stands in a list of yours is taken out in that list.",
    )
