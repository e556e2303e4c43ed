"""`search -i`: ask, turn the pages, open hits, and ask again; on a terminal with line editing and a history.

Reads lines from any stream, so that a script can drive it.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import IO, TYPE_CHECKING

from api.exits import SUCCESS
from api.hit_list import hit_list
from api.opening import hit_of, open_hit
from api.terminal import columns, style_for
from ingest.errors import QueryError, ShuangtaError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from api.answering import Answering
    from api.question import Question
    from search.answers import Answer

__all__ = ["session"]

PROMPT = "search› "
HELP = """  words      a new question · 提问            n, p       next, previous page · 下一页、上一页
  3          open hit 3 in the browser · 打开   like 3     articles like hit 3 · 相似文章
  :h         this help · 帮助                  :q         leave (Ctrl-D too) · 退出
To look for the word n itself, put it in quotes."""
_REMEMBERED = 1_000  # lines of the history
_LONGEST_RANK = 6  # digits


def session(
    question: Question, answering: Answering, source: IO[str], out: IO[str], environ: Mapping[str, str]
) -> int:
    """Answer line after line with the filters of `question`, its `k` hits a page, until the end; return an exit code."""
    asked = _Session(question, answering, out, environ)
    with _history(source) as lines:
        for line in lines:
            if line in (":q", ":quit", ":exit"):
                break
            try:
                asked.take(line)
            except ShuangtaError as error:
                print(error, file=out)
    return SUCCESS


class _Session:
    """What was asked last, and how far its pages have been turned."""

    def __init__(
        self, question: Question, answering: Answering, out: IO[str], environ: Mapping[str, str]
    ) -> None:
        self._question = question
        self._answering = answering
        self._out = out
        self._environ = environ
        self._size = question.k
        self._page = 0
        self._answer: Answer | None = None

    def take(self, line: str) -> None:
        """Do what the line says. Raises ShuangtaError, and stays where it was."""
        word, _, rest = line.partition(" ")
        match word:
            case "":
                return
            case ":h" | ":help" | "?":
                print(HELP, file=self._out)
            case "n" | "p" if not rest:
                self._turn(self._page + (1 if word == "n" else -1))
            case "like" if _is_rank(rest.strip()):
                self._ask(replace(self._question, text="", like=hit_of(self._shown(), int(rest)).url))
            case _ if _is_rank(line):
                hit = hit_of(self._shown(), int(line))
                open_hit(hit)
                print(f"opened {hit.link}", file=self._out)
                self._answering.opened(self._question, self._shown(), hit)
            case _:
                self._ask(replace(self._question, text=line, like=""))

    def _ask(self, question: Question) -> None:
        answer = self._answering.answer(replace(question, k=self._size))
        self._question, self._page, self._answer = question, 0, answer
        self._print()

    def _turn(self, page: int) -> None:
        """Show another page: the same question for more hits begins with the same hits."""
        shown = self._shown()
        if page < 0:
            raise QueryError("This is the first page.")
        if len(shown.hits) < (page + 1) * self._size:
            more = self._answering.answer(replace(self._question, k=(page + 1) * self._size))
            if len(more.hits) <= page * self._size:
                raise QueryError("There are no more hits.")
            self._answer = more
        self._page = page
        self._print()

    def _shown(self) -> Answer:
        if self._answer is None:
            raise QueryError("Nothing has been asked yet.", "Type a question, or :h for help.")
        return self._answer

    def _print(self) -> None:
        answer = self._shown()
        first = self._page * self._size
        hits = answer.hits[first : first + self._size]
        if not hits:
            print("Nothing found. Try fewer words or fewer filters. · 没有找到。", file=self._out)
            return
        style, width = style_for(self._out, self._environ), columns(self._out, self._environ)
        part = replace(answer, hits=hits)
        print(hit_list(part, style=style, width=width, explain=self._question.explain), file=self._out)
        place = f"{first + 1}–{first + len(hits)} of {answer.total}"
        print(style.faint(f"\n{place} · n next, p previous, a number opens, :h help"), file=self._out)


def _is_rank(text: str) -> bool:
    """Whether it can be the rank of a hit: what is longer is a question, and too long for int() at some point."""
    return text.isdecimal() and len(text) <= _LONGEST_RANK


@contextmanager
def _history(source: IO[str]) -> Iterator[Iterator[str]]:
    """The lines of `source`: with a prompt, line editing and the history of earlier sessions where it is a terminal."""
    if not source.isatty():
        yield (line.strip() for line in source)
        return
    from platformdirs import user_state_path

    place = user_state_path("shuangta", appauthor=False) / "search_history"
    try:
        import readline
    except ImportError:  # a Python built without it
        yield _prompted()
        return
    with suppress(OSError):
        readline.read_history_file(place)
    readline.set_history_length(_REMEMBERED)
    try:
        yield _prompted()
    finally:
        # A history that cannot be kept is no reason to end badly.
        with suppress(OSError):
            place.parent.mkdir(parents=True, exist_ok=True)
            place.touch(mode=0o600)
            readline.write_history_file(place)


def _prompted() -> Iterator[str]:
    while True:
        try:
            yield input(PROMPT).strip()
        except EOFError:
            print()
            return
