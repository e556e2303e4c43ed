"""What a verb of `shuangta` is made of."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Verb"]


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb: its line in the list of verbs, an example, its options, and what it does (returns an exit code)."""

    name: str
    summary: str
    example: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]
