"""How far a search goes: one leg, both, or the whole cascade. Apart from the settings, which are slow to import."""

from __future__ import annotations

from typing import Literal

__all__ = ["Mode"]

Mode = Literal["lexical", "dense", "hybrid", "full"]
