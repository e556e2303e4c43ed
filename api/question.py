"""What is asked on the command line, before it is known who answers: a running server, or an engine opened for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from search.answers import Answer
    from search.engine import Engine
    from search.mode import Mode

__all__ = ["Question"]

_API = "/api/v1"


@dataclass(frozen=True, slots=True)
class Question:
    """A search: a query, or with `like` the address of an article that others should be like; and its filters."""

    text: str = ""
    like: str = ""
    k: int = 10
    mode: Mode | None = None
    lists: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    langs: tuple[str, ...] = ()
    starred: bool = False
    since: str = ""
    explain: bool = False

    @property
    def plain(self) -> bool:
        """Whether the answer is a ranking for a query and nothing else: no filter."""
        filters = (*self.lists, *self.sections, *self.hosts, *self.langs, self.since)
        return not (self.like or self.starred or any(filters))

    def target(self) -> str:
        """What to `GET` of the API; a server's defaults are left to it."""
        given = [("article", self.like)] if self.like else [("q", self.text)]
        given.append(("k", str(self.k)))
        for name, values in (
            ("list", self.lists),
            ("section", self.sections),
            ("host", self.hosts),
            ("lang", self.langs),
        ):
            given += [(name, value) for value in values]
        given += [("since", self.since)] if self.since else []
        given += [("starred", "true")] if self.starred else []
        if not self.like:
            given += [("mode", self.mode)] if self.mode else []
            given += [("explain", "true")] if self.explain else []
        return f"{_API}/{'similar' if self.like else 'search'}?{urlencode(given)}"

    def ask(self, engine: Engine) -> Answer:
        """Let the engine answer. Raises QueryError, NotFoundError."""
        from search.filters import Filters

        filters = Filters(
            lists=self.lists,
            sections=self.sections,
            hosts=self.hosts,
            langs=self.langs,
            starred=self.starred,
            since=self.since,
        )
        if self.like:
            return engine.similar(self.like, k=self.k, filters=filters)
        return engine.search(self.text, k=self.k, mode=self.mode, filters=filters, explain=self.explain)
