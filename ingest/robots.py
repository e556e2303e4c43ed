"""What a site asks robots not to read: RFC 9309, once per origin and crawl.

Reading the file is handed in, so that it takes the same polite and guarded way as every page.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from protego import Protego

from ingest.articles import Page, Skipped, SkipReason

__all__ = ["MAX_BYTES", "Robots", "Rules", "product_token", "rules_of"]

MAX_BYTES = 500 * 1024
"""How much of a robots.txt is read (RFC 9309, section 2.5); the rest of a longer one is left out."""

# The file cannot be had because there is none to have (4xx, or redirects that lead nowhere): section 2.3.1.3.
_UNAVAILABLE = frozenset(
    {
        SkipReason.DEAD_LINK,
        SkipReason.FORBIDDEN,
        SkipReason.REDIRECT_LOOP,
        SkipReason.UNSAFE_ADDRESS,
        SkipReason.BROKEN_FILE,
        SkipReason.MALFORMED_URL,  # a redirect to no address
    }
)


@dataclass(frozen=True, slots=True)
class Rules:
    """What one origin's robots.txt says to us. `parsed` is None where there is no file: everything is allowed."""

    parsed: Protego | None = None
    refusal: Skipped | None = None  # nothing of this origin may be asked, and why
    crawl_delay: float = 0.0  # seconds

    def forbids(self, url: str, agent: str) -> Skipped | None:
        """Return why `url` must not be asked by `agent` (a product token), or None."""
        if self.refusal is not None:
            return Skipped(url, self.refusal.reason, self.refusal.detail, self.refusal.retry_at)
        if self.parsed is not None and not self.parsed.can_fetch(url, agent):
            return Skipped(url, SkipReason.ROBOTS, "robots.txt asks not to read this page")
        return None


def rules_of(answer: Page | Skipped, agent: str) -> Rules:
    """Judge the answer to a request for robots.txt.

    None there: all is allowed. A server in trouble: all is forbidden, as the RFC says. No server at all: its pages
    cannot be had either, for that same reason.
    """
    if isinstance(answer, Page):
        parsed = Protego.parse(answer.body.decode("utf-8-sig", "replace"))
        return Rules(parsed, crawl_delay=float(parsed.crawl_delay(agent) or 0.0))
    if answer.reason in _UNAVAILABLE:
        return Rules()
    if answer.reason is SkipReason.TEMPORARY:
        detail = f"robots.txt cannot be had ({answer.detail}), which forbids everything until it can"
        return Rules(refusal=Skipped(answer.url, SkipReason.ROBOTS, detail, answer.retry_at))
    return Rules(refusal=answer)


def product_token(user_agent: str) -> str:
    """Return the name by which robots.txt knows a user agent: "shuangta/0.1 (+…)" is "shuangta" (section 2.2.1)."""
    return user_agent.split("/", 1)[0].split(" ", 1)[0]


class Robots:
    """The rules of all origins met so far, each read once. `read` fetches one robots.txt."""

    def __init__(self, agent: str, read: Callable[[str], Awaitable[Page | Skipped]]) -> None:
        self._agent = agent
        self._read = read
        self._rules: dict[str, Rules] = {}
        self._reading: dict[str, asyncio.Lock] = {}

    async def rules(self, url: str) -> Rules:
        """Return the rules for the origin of `url`."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        async with self._reading.setdefault(origin, asyncio.Lock()):
            if origin not in self._rules:
                self._rules[origin] = rules_of(await self._read(f"{origin}/robots.txt"), self._agent)
            return self._rules[origin]
