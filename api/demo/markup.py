"""What publishing tools do to a body before it goes into their page: permalinks at headings, a gutter beside code."""

from __future__ import annotations

import re

__all__ = ["with_gutter", "with_permalinks"]

_HEADING = re.compile(r"<(h[23])>(.*?)</\1>")
_CODE = re.compile(r'<pre><code class="language-(\w+)">(.*?)</code></pre>', re.DOTALL)


def with_permalinks(body: str) -> str:
    """Give every heading an id and a link to itself, as Sphinx does."""

    def linked(match: re.Match[str]) -> str:
        level, title = match.groups()
        slug = re.sub(r"\W+", "-", title.lower()).strip("-")
        link = f'<a class="headerlink" href="#{slug}" title="Permalink to this heading">¶</a>'
        return f'<{level} id="{slug}">{title}{link}</{level}>'

    return _HEADING.sub(linked, body)


def with_gutter(body: str) -> str:
    """Turn code blocks into the two-column table of line numbers and lines that Hexo makes of them."""

    def figure(match: re.Match[str]) -> str:
        language, code = match.groups()
        lines = code.rstrip("\n").split("\n")
        numbers = "".join(f'<span class="line">{number}</span><br>' for number in range(1, len(lines) + 1))
        shown = "".join(f'<span class="line">{line}</span><br>' for line in lines)
        return (
            f'<figure class="highlight {language}"><table><tr>'
            f'<td class="gutter"><pre>{numbers}</pre></td>'
            f'<td class="code"><pre>{shown}</pre></td></tr></table></figure>'
        )

    return _CODE.sub(figure, body)
