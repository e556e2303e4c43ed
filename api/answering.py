"""Who answers a command's questions: the server of its data folder where there is one, else an engine opened here."""

from __future__ import annotations

import time
from functools import cached_property
from typing import TYPE_CHECKING, Any

from api.sources import SOCKET, fingerprint, likely_data_dir

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping

    from api.question import Question
    from api.settings import Settings
    from search.answers import Answer, Hit
    from search.engine import Engine

__all__ = ["Answering"]


class Answering:
    """Answers one question after another, with the same result whoever does it; the engine is opened once, at need."""

    def __init__(
        self,
        arguments: argparse.Namespace,
        environ: Mapping[str, str],
        *,
        by_server: bool,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`arguments` are those of `add_settings_options`; `clock` gives seconds since the epoch."""
        self._arguments = arguments
        self._environ = environ
        self._by_server = by_server
        self._clock = clock

    def answer(self, question: Question) -> Answer:
        """The answer. Raises ShuangtaError."""
        from search.answers import from_json

        found = self._asked_of_server(question)
        return question.ask(self._engine) if found is None else from_json(found)

    def json(self, question: Question) -> dict[str, Any]:
        """The answer as JSON, in the form of `search.answers.to_json`. Raises ShuangtaError."""
        found = self._asked_of_server(question)
        if found is not None:
            return found
        from search.answers import to_json

        return to_json(question.ask(self._engine))

    def opened(self, question: Question, answer: Answer, hit: Hit) -> None:
        """Keep in the data folder that a hit was opened, where the settings ask for it. Raises StoreError."""
        if not question.plain or not self._settings.search.clicks.enabled:
            return
        from api.wiring import click_log
        from search.clicks import Click

        # Of an article that is shown twice (search.per_article) its better place counts.
        shown = tuple(dict.fromkeys(each.article_id for each in answer.hits))
        first = answer.hits[0].rank
        click = Click.at(self._clock(), answer.query, answer.generation, shown, hit.article_id, first)
        click_log(self._settings).append(click)

    def _asked_of_server(self, question: Question) -> dict[str, Any] | None:
        if not self._by_server:
            return None
        config, sets = self._arguments.config, self._arguments.sets
        if self._arguments.data_dir:
            sets = [*sets, f"data_dir={self._arguments.data_dir}"]
        try:
            data_dir = likely_data_dir(config, sets, self._environ)
            if data_dir is None or not (data_dir / SOCKET).is_socket():
                return None
            mark = fingerprint(config, sets, self._environ)
        except OSError:
            # What is wrong with the settings file is said in full by whoever reads it.
            return None
        from api.socket_client import ask_server

        return ask_server(question, data_dir, mark)

    @cached_property
    def _settings(self) -> Settings:
        from api.options import settings_of

        return settings_of(self._arguments, self._environ)

    @cached_property
    def _engine(self) -> Engine:
        from api.wiring import open_engine

        return open_engine(self._settings, once=True)
