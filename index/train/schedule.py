"""How fast a run learns at each of its steps."""

from __future__ import annotations

import math

__all__ = ["pace"]


def pace(step: int, steps: int, warmup: float) -> float:
    """Share of the learning rate at a step: a linear warm-up over the share `warmup`, then half a cosine to zero.

    Cosine: Loshchilov & Hutter 2017, SGDR (arXiv:1608.03983), without restarts.
    """
    warm = max(1, round(warmup * steps))
    if step < warm:
        return (step + 1) / warm
    return 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm)))
