"""What a reader asks to be left in: lists, sections, hosts, languages, years, stars, a date.

`Filters` is the reader's side; `where()` translates it into the facets that both legs apply during recall.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from index.facets import STARRED, FacetKind, Where, facet
from ingest.articles import Lang
from ingest.errors import QueryError

__all__ = ["Filters"]

_YEAR = re.compile(r"[0-9]{4}")


@dataclass(frozen=True, slots=True)
class Filters:
    """All that are given must hold; of several values of one kind, any may. Nothing given lets everything in.

    An article of mixed language passes for both of its languages.
    """

    lists: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()  # any heading above the link, as it is written in the list
    hosts: tuple[str, ...] = ()
    langs: tuple[str, ...] = ()
    years: tuple[str, ...] = ()  # published in this year, such as 2021
    starred: bool = False
    since: str = ""  # ISO date, month or year: 2024-05-31, 2024-05, 2024

    def without(self, kind: FacetKind) -> Filters:
        """These filters with those of one kind taken off."""
        match kind:
            case "list":
                return replace(self, lists=())
            case "section":
                return replace(self, sections=())
            case "host":
                return replace(self, hosts=())
            case "lang":
                return replace(self, langs=())
            case "year":
                return replace(self, years=())

    def where(self) -> Where:
        """Translate into facets. Raises QueryError on an unknown language, or a year or date that is none."""
        # Not mixed: such an article is found under both of its languages (`index.facets`), and none under that name.
        known = {Lang.ZH.value, Lang.EN.value, Lang.OTHER.value}
        if unknown := [lang for lang in self.langs if lang.lower() not in known]:
            raise QueryError(
                f"'{unknown[0]}' is no language that articles are sorted by.",
                "Use zh or en.",
                key="unknown_lang",
                about=(unknown[0],),
            )
        if wrong := [year for year in self.years if not _YEAR.fullmatch(year.strip())]:
            raise QueryError(
                f"'{wrong[0]}' is not a year.", "Write it as 2024.", key="no_year", about=(wrong[0],)
            )
        kinds = (
            frozenset(facet("list", name) for name in self.lists),
            frozenset(facet("section", name) for name in self.sections),
            frozenset(facet("host", host.strip().lower().removeprefix("www.")) for host in self.hosts),
            frozenset(facet("lang", lang.lower()) for lang in self.langs),
            frozenset(facet("year", year.strip()) for year in self.years),
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
        raise QueryError(
            f"'{since}' is not a date.",
            "Write it as 2024-05-31, 2024-05 or 2024.",
            key="no_date",
            about=(since,),
        ) from None
