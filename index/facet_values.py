"""Which values of a filter the current generation holds, read from its catalog alone: for a shell that waits on Tab.

Opening the catalog by `index.catalog` would import numpy, which takes longer than anybody waits.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["facet_values"]


def facet_values(data_dir: Path, kind: str) -> list[str]:
    """Return the values of a kind of facet (`list`, `section`, `host`, `lang`), those of the most articles first.

    Empty where nothing is published, or nothing that can be read.
    """
    catalog = data_dir / "current" / "catalog.sqlite"
    if not catalog.is_file():
        return []
    query = (
        "SELECT substr(facet, ?) FROM facets WHERE facet GLOB ? GROUP BY facet ORDER BY count(*) DESC, facet"
    )
    connection = sqlite3.connect(f"{catalog.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        return [value for (value,) in connection.execute(query, (len(kind) + 2, f"{kind}:*"))]
    except sqlite3.DatabaseError:
        return []
    finally:
        connection.close()
