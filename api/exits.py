"""How a command ends: what it found out becomes an exit code, what went wrong one sentence on standard error."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from ingest.errors import ShuangtaError

__all__ = ["FAILURE", "INTERRUPTED", "SUCCESS", "USAGE", "guarded", "leave"]

SUCCESS = 0
FAILURE = 1
USAGE = 2  # argparse's own
INTERRUPTED = 130  # 128 + SIGINT
BROKEN_PIPE = 141  # 128 + SIGPIPE


def guarded(program: str, run: Callable[[], int], *, failure: int = FAILURE) -> int:
    """Run a command and return its exit code, or `failure` after printing what a ShuangtaError or OSError says.

    Ctrl-C gives 130. A reader that went away (`search … | head`) gives 141, as it would for a program in C.
    """
    _mend_streams()
    try:
        code = run()
        sys.stdout.flush()
    except ShuangtaError as error:
        print(f"{program}: {error}", file=sys.stderr)
        return failure
    except KeyboardInterrupt:
        print(f"\n{program}: interrupted.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # What is still in the buffer would raise again when the interpreter flushes it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except OSError as error:
        place = f" {error.filename}:" if error.filename else ""
        print(f"{program}:{place} {error.strerror or error}.", file=sys.stderr)
        return failure
    return code


def _mend_streams() -> None:
    """Make standard input, output and error what a command may count on: there, and taking any text."""
    # Of a stream that the caller closed (`>&-`) Python makes None.
    nothing = Path(os.devnull)
    sys.stdin = sys.stdin or nothing.open(encoding="utf-8")
    sys.stdout = sys.stdout or nothing.open("w", encoding="utf-8")
    sys.stderr = sys.stderr or nothing.open("w", encoding="utf-8")
    # Bytes that are no text, and a locale without Chinese, show as such instead of failing.
    for stream, errors in (
        (sys.stdin, "replace"),
        (sys.stdout, "backslashreplace"),
        (sys.stderr, "backslashreplace"),
    ):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=errors)


def leave(code: int) -> NoReturn:
    """End the process at once, without taking the interpreter down piece by piece.

    For a command that only reads: freeing its tries and tables is a tenth of its time and saves nothing.
    """
    sys.stderr.flush()
    os._exit(code)
