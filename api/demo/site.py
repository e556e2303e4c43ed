"""The sample site: every path it answers, rendered once. Articles in the dress of five kinds of site, and the web's faults.

Among them are a redirect, a page that asks not to be crawled, a reposted article, a page in GB18030, a PDF and plain
text. A path that is not here is a dead link. How the answers travel is for `server`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.demo.markup import with_gutter, with_permalinks
from api.demo.small_pdf import small_pdf
from api.demo.sources import PAGES, Source, sources

__all__ = ["REDIRECTS", "ROBOTS", "Served", "sample_site"]

REDIRECTS = {"/go/embedding-refresh": "/docs/embedding-refresh.html"}
ROBOTS = "User-agent: *\nDisallow: /private/\n"

_TEMPLATES = Path(__file__).parent / "templates"
_PDF = ("/papers/dual-encoders.pdf", "notes/dual-encoders.txt")
_TEXT = ("/notes/glossary.txt", "notes/glossary.txt")


@dataclass(frozen=True, slots=True)
class Served:
    """What the site answers at one path."""

    body: bytes
    content_type: str
    status: int = 200
    location: str = ""  # of a redirect


def sample_site(folder: Path = PAGES) -> dict[str, Served]:
    """Render the sources in `folder` and return every path of the site with its answer."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters.update(with_gutter=with_gutter, with_permalinks=with_permalinks)
    pages = list(sources(folder))
    tags = Counter(tag for page in pages for tag in page.tags)
    site = {page.path: _rendered(environment, page, pages, tags) for page in pages}
    for path, target in REDIRECTS.items():
        site[path] = Served(b"", "text/html", status=301, location=target)
    site["/robots.txt"] = Served(ROBOTS.encode(), "text/plain; charset=utf-8")
    path, name = _TEXT
    site[path] = Served((folder / name).read_bytes(), "text/plain; charset=utf-8")
    path, name = _PDF
    title, _, text = (folder / name).read_text("utf-8").partition("\n")
    site[path] = Served(small_pdf(title, text), "application/pdf")
    return site


def _rendered(environment: Environment, page: Source, pages: list[Source], tags: Counter[str]) -> Served:
    siblings = [
        other for other in pages if other.template == page.template and not other.path.startswith("/private/")
    ]
    html = environment.get_template(f"{page.template}.html").render(page=page, siblings=siblings, tags=tags)
    # Pages in an old encoding leave it to their <meta> to say so, as such servers do.
    content_type = "text/html; charset=utf-8" if page.charset == "utf-8" else "text/html"
    return Served(html.encode(page.charset), content_type)
