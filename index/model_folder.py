"""What every sentence-transformers folder has: JSON files that need not exist, and prompts under several names."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ingest.errors import TowerError

__all__ = ["CURE", "MODELS", "OWN_CONFIG", "passage_prompt", "read_bytes", "read_json"]

MODELS = Path(__file__).parent / "models"  # those that ship
OWN_CONFIG = "shuangta.json"  # what sentence-transformers has no place for
CURE = "Put the file back, or set `name` of [[index.towers]] to another tower."


def read_bytes(path: Path) -> bytes:
    """Return the content. Raises TowerError when the file cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise TowerError(f"The tower's file {path} cannot be read: {error.strerror}.", CURE) from error


def read_json(path: Path) -> Any:
    """Return the content of a file that need not exist, else {}. Raises TowerError when it is not JSON."""
    if not path.is_file():
        return {}
    try:
        return json.loads(read_bytes(path))
    except ValueError as error:
        raise TowerError(f"The tower's file {path} is not JSON: {error}.", CURE) from error


def passage_prompt(prompts: Mapping[str, str | None]) -> str:
    """Return the prompt of the passages' side, under whichever of its names a model has it; "": none."""
    return next((prompt for name in ("document", "passage", "corpus") if (prompt := prompts.get(name))), "")
