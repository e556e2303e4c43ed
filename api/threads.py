"""How many threads a linear-algebra library may start in a process that answers queries: one."""

from __future__ import annotations

from collections.abc import MutableMapping

__all__ = ["one_per_query"]


def one_per_query(environ: MutableMapping[str, str]) -> None:
    """Keep OpenBLAS from starting a thread a core, unless the user has said how many; before numpy is imported.

    A query multiplies a few hundred short vectors. Waiting for each other, the threads burn a fifth of the CPU time
    of a whole `search` and save none of its wall time.
    """
    environ.setdefault("OPENBLAS_NUM_THREADS", "1")
