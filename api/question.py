"""What is asked on the command line, before it is known who answers: a running server, or an engine opened for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from search.answers import Answer
    from search.engine import Engine
    from search.mode import Mode

__all__ = ["Question"]


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

    def parameters(self) -> list[tuple[str, str]]:
        """The question as parameters of `GET /api/search`; a server's defaults are left to it."""
        given = [("q", self.text), ("k", str(self.k))]
        given += [("mode", self.mode)] if self.mode else []
        for name, values in (
            ("list", self.lists),
            ("section", self.sections),
            ("host", self.hosts),
            ("lang", self.langs),
        ):
            given += [(name, value) for value in values]
        given += [("since", self.since)] if self.since else []
        given += [(name, "true") for name in ("starred", "explain") if getattr(self, name)]
        return given

    def ask(self, engine: Engine) -> Answer:
        """Let the engine answer. Raises QueryError."""
        from search.filters import Filters

        filters = Filters(
            lists=self.lists,
            sections=self.sections,
            hosts=self.hosts,
            langs=self.langs,
            starred=self.starred,
            since=self.since,
        )
        return engine.search(self.text, k=self.k, mode=self.mode, filters=filters, explain=self.explain)
