"""The Model Context Protocol (https://modelcontextprotocol.io): the corpus as tools of an agent, over stdio or HTTP.

Tools only read. What they answer can be cited: every passage comes with its title, an address that opens the page
there, and the reading list that led to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field

from api.citations import ArticleText, Found, Looked, cite, outline, text_of
from ingest.errors import ShuangtaError
from search.browse import Order  # noqa: TC001 - the SDK reads the annotations
from search.filters import Filters

if TYPE_CHECKING:
    from search.engine import Engine

__all__ = ["agent_server"]

_INSTRUCTIONS = """双塔 searches the articles that the user's own reading lists link to, in Chinese and English.
Ask in natural language, in either language: results come from both. Cite what you use by its title and url.
When `confident` is false, say that the reading lists hold nothing on it. `search` first; `read_article` for the whole
text; `similar` for more of its kind; `browse` to see what the lists hold or what is new."""

_READS = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)

Names = Annotated[list[str], Field(description="Names as `browse` gives them; any of them may hold.")]
Count = Annotated[int, Field(ge=1, le=50, description="How many at most.")]
Offset = Annotated[int, Field(ge=0, le=10_000, description="How many to pass over.")]
ArticleName = Annotated[str, Field(description="The article_id of a citation, or the address of an article.")]


def agent_server(engine: Callable[[], Engine]) -> MCPServer[None]:
    """The server; `engine` gives what to answer the next call from, and may raise ShuangtaError."""
    server: MCPServer[None] = MCPServer(
        "shuangta", title="双塔", instructions=_INSTRUCTIONS, version=version("shuangta"), log_level="WARNING"
    )

    @server.tool(title="Search the reading lists", annotations=_READS)
    def search(
        query: Annotated[str, Field(description="A question or some words, in Chinese or English.")],
        k: Count = 8,
        offset: Offset = 0,
        lists: Names = [],  # noqa: B006 - the SDK copies defaults
        sections: Names = [],  # noqa: B006
        sites: Annotated[list[str], Field(description="Hosts, such as arxiv.org.")] = [],  # noqa: B006
        languages: Annotated[list[str], Field(description="zh or en.")] = [],  # noqa: B006
        since: Annotated[str, Field(description="Published since 2021, 2021-06 or 2021-06-30.")] = "",
        starred: Annotated[bool, Field(description="Only what a curator marked as outstanding.")] = False,
    ) -> Found:
        """Find the passages of the user's reading lists that answer a question (搜索阅读清单里的文章)."""
        filters = Filters(
            lists=tuple(lists),
            sections=tuple(sections),
            hosts=tuple(sites),
            langs=tuple(languages),
            starred=starred,
            since=since,
        )
        with _told():
            answer = engine().search(query, k=k, offset=offset, filters=filters)
        return Found(
            confident=answer.confident,
            citations=cite(answer.hits),
            more=answer.has_more,
            notes=list(answer.notes),
        )

    @server.tool(title="Read an article", annotations=_READS)
    def read_article(
        article: ArticleName,
        from_passage: Annotated[int, Field(ge=0, description="Where to begin; see next_passage.")] = 0,
        max_chars: Annotated[int, Field(ge=1, le=200_000, description="About how much.")] = 20_000,
    ) -> ArticleText:
        """Read the clean text of an article, also of one whose page has died since (读全文)."""
        with _told():
            return text_of(engine().read(article), from_passage, max_chars)

    @server.tool(title="More like an article", annotations=_READS)
    def similar(article: ArticleName, k: Count = 8) -> Found:
        """Find the articles most like one (相似的文章)."""
        with _told():
            answer = engine().similar(article, k=k)
        return Found(confident=True, citations=cite(answer.hits), more=answer.has_more)

    @server.tool(title="Look around in the reading lists", annotations=_READS)
    def browse(
        lists: Names = [],  # noqa: B006
        sections: Names = [],  # noqa: B006
        new_since: Annotated[
            str, Field(description='Only what is new since "last" (the last rebuild) or a date.')
        ] = "",
        order: Annotated[Order, Field(description="That of the lists, or the newest first.")] = "list",
        k: Count = 20,
        offset: Offset = 0,
    ) -> Looked:
        """See which lists and sections there are (without arguments), or the articles in some of them (浏览清单)."""
        with _told():
            if not (lists or sections or new_since):
                return Looked(lists=outline(engine().shelves))
            filters = Filters(lists=tuple(lists), sections=tuple(sections))
            browsed = engine().browse(filters, k=k, offset=offset, order=order, new_since=new_since)
        return Looked(citations=cite(browsed.hits), total=browsed.total, more=browsed.has_more)

    return server


@contextmanager
def _told() -> Iterator[None]:
    """What a person could mend is said to the agent in the same words."""
    try:
        yield
    except ShuangtaError as error:
        raise ToolError(str(error)) from error
