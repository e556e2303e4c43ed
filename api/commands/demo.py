"""`shuangta demo`: the whole path on a bundled sample site."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from api.commands.verb import Verb
from api.progress import ProgressBars
from api.settings import read

__all__ = ["DEMO"]


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data-dir", type=Path, metavar="DIR", help="data folder (default: `demo` in the usual one)"
    )


def _demo(arguments: argparse.Namespace) -> int:
    from api.demo.demo import run

    data_dir = arguments.data_dir or read(environ=os.environ).data_path / "demo"
    with ProgressBars() as progress:
        return run(data_dir, out=sys.stdout, environ=os.environ, clock=time.time, progress=progress)


DEMO = Verb(
    "demo",
    "crawl, index and search a bundled sample site",
    "shuangta demo --data-dir ./demo-data",
    _add_arguments,
    _demo,
)
