"""The bundled reading lists, pointed at a running sample site.

In `lists/` they name the site as `sample.example` and a server that refuses connections as `refusing.example`
(RFC 2606 keeps these names free); here both become the addresses of the moment.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ingest.settings import ListSettings

if TYPE_CHECKING:
    from api.demo.server import SiteServer

__all__ = ["write_lists"]

_LISTS = Path(__file__).parent / "lists"


def write_lists(site: SiteServer, folder: Path) -> tuple[ListSettings, ...]:
    """Write the lists into `folder`, made if need be, and return the settings under which they are read."""
    folder.mkdir(parents=True, exist_ok=True)
    return tuple(_written(source, site, folder) for source in sorted(_LISTS.glob("*.md")))


def _written(source: Path, site: SiteServer, folder: Path) -> ListSettings:
    text = source.read_text("utf-8")
    text = text.replace("http://sample.example", site.url).replace(
        "http://refusing.example", site.refusing_url
    )
    path = folder / source.name
    path.write_text(text, "utf-8")
    return ListSettings(str(path), base=f"{site.url}/")
