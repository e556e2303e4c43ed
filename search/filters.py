"""What a reader asks to be left in: lists, sections, hosts, languages, stars, a date.

`Filters` is the reader's side; `where()` translates it into the facets that both legs apply during recall.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from index.facets import STARRED, Where, facet
from ingest.articles import Lang
from ingest.errors import QueryError

__all__ = ["Filters"]


@dataclass(frozen=True, slots=True)
class Filters:
    """All that are given must hold; of several values of one kind, any may. Nothing given lets everything in.

    An article of mixed language passes for both of its languages.
    """

    lists: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()  # any heading above the link, as it is written in the list
    hosts: tuple[str, ...] = ()
    langs: tuple[str, ...] = ()
    starred: bool = False
    since: str = ""  # ISO date, month or year: 2024-05-31, 2024-05, 2024

    def where(self) -> Where:
        """Translate into facets. Raises QueryError on an unknown language or a date that is none."""
        known = {Lang.ZH.value, Lang.EN.value, Lang.MIXED.value, Lang.OTHER.value}
        if unknown := [lang for lang in self.langs if lang.lower() not in known]:
            raise QueryError(f"'{unknown[0]}' is no language that articles are sorted by.", "Use zh or en.")
        kinds = (
            frozenset(facet("list", name) for name in self.lists),
            frozenset(facet("section", name) for name in self.sections),
            frozenset(facet("host", host.strip().lower().removeprefix("www.")) for host in self.hosts),
            frozenset(facet("lang", lang.lower()) for lang in self.langs),
            frozenset({STARRED} if self.starred else ()),
        )
        return Where(all_of=tuple(kind for kind in kinds if kind), since=_first_day(self.since))


def _first_day(since: str) -> str:
    """Complete an ISO year or month to its first day."""
    written = since.strip()
    if not written:
        return ""
    completed = {4: f"{written}-01-01", 7: f"{written}-01"}.get(len(written), written)
    try:
        return date.fromisoformat(completed).isoformat()
    except ValueError:
        raise QueryError(f"'{since}' is not a date.", "Write it as 2024-05-31, 2024-05 or 2024.") from None
