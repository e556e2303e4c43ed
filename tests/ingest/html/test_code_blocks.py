"""Code of the common highlighters comes out whole, without line numbers, with its language."""

from __future__ import annotations

import pytest

from ingest.html.code_blocks import rewrite_code
from ingest.html.markdown import blocks, join
from ingest.html.markup import parse

CODE = "import numpy as np\n\ndef dot(a, b):\n    return a @ b"
LINES = CODE.split("\n")

HEXO = (
    '<figure class="highlight python"><table><tr><td class="gutter"><pre>'
    + "".join(f'<span class="line">{n}</span><br>' for n in range(1, 5))
    + '</pre></td><td class="code"><pre>'
    + "".join(f'<span class="line">{line}</span><br>' for line in LINES)
    + "</pre></td></tr></table></figure>"
)
ROUGE = (
    '<div class="language-python highlighter-rouge"><div class="highlight"><pre class="highlight"><code>'
    '<table class="rouge-table"><tbody><tr><td class="rouge-gutter gl"><pre class="lineno">1\n2\n3\n4\n</pre></td>'
    f'<td class="rouge-code"><pre>{CODE}\n</pre></td></tr></tbody></table></code></pre></div></div>'
)
CHROMA = (
    '<div class="highlight"><div class="chroma"><table class="lntable"><tr><td class="lntd"><pre class="chroma"><code>'
    '<span class="lnt">1\n</span><span class="lnt">2\n</span><span class="lnt">3\n</span><span class="lnt">4\n</span>'
    f'</code></pre></td><td class="lntd"><pre class="chroma"><code class="language-python" data-lang="python">{CODE}\n'
    "</code></pre></td></tr></table></div></div>"
)
LINENO_SPANS = (
    '<div class="highlight language-python"><pre>'
    + "".join(f'<span class="lineno">{n:4}</span>{line}\n' for n, line in enumerate(LINES, 1))
    + "</pre></div>"
)
TABLE_OF_LINES = (
    '<pre><code class="hljs language-python"><table class="hljs-ln">'
    + "".join(
        f'<tr><td class="hljs-ln-numbers" data-line-number="{n}">{n}</td><td class="hljs-ln-code">{line}</td></tr>'
        for n, line in enumerate(LINES, 1)
    )
    + "</table></code></pre>"
)
CNBLOGS = (
    '<div class="cnblogs_code"><pre>'
    + "".join(
        f'<span style="color: rgba(0, 128, 128, 1)">{n}</span> {line}\n' for n, line in enumerate(LINES, 1)
    )
    + "</pre></div>"
)
WECHAT = (
    '<section class="code-snippet__fix"><ul class="code-snippet__line-index"><li></li><li></li></ul>'
    '<pre class="code-snippet__js" data-lang="python">'
    + "".join(f"<code><span>{line}</span></code>" for line in LINES)
    + "</pre></section>"
)
SYNTAX_HIGHLIGHTER = (
    '<div class="syntaxhighlighter python"><table><tr><td class="gutter"><div class="line">1</div></td>'
    '<td class="code"><div class="container">'
    + "".join(f'<div class="line"><code>{line.replace(" ", "&nbsp;")}</code></div>' for line in LINES)
    + "</div></td></tr></table></div>"
)


def markdown(html: str) -> str:
    root = parse(f"<body><p>before</p>{html}<p>after</p></body>")
    assert root is not None
    rewrite_code(root)
    return join(blocks(root))


@pytest.mark.parametrize(
    "html",
    [HEXO, ROUGE, CHROMA, LINENO_SPANS, TABLE_OF_LINES, WECHAT],
    ids=["hexo", "rouge", "chroma", "spans", "rows", "wechat"],
)
def test_a_highlighter_gives_plain_code_with_its_language(html: str) -> None:
    assert markdown(html) == f"before\n\n```python\n{CODE}\n```\n\nafter"


@pytest.mark.parametrize("html", [CNBLOGS, SYNTAX_HIGHLIGHTER], ids=["cnblogs", "syntaxhighlighter"])
def test_numbers_at_the_head_of_lines_go(html: str) -> None:
    found = markdown(html)
    assert all(line.strip() in found for line in LINES)
    assert "1 import" not in found
    assert "\n    return a @ b\n" in found


def test_numbers_that_are_the_code_stay() -> None:
    assert "10\n20\n30" in markdown("<pre>10\n20\n30</pre>")


def test_a_list_of_numbers_elsewhere_is_no_gutter() -> None:
    assert markdown('<ul class="numbers"><li>1</li><li>2</li></ul>') == "before\n\n- 1\n- 2\n\nafter"


def test_prose_in_pre_is_prose() -> None:
    assert "```" not in markdown("<pre><section><p>一段话</p><img src=x></section></pre>")


def test_a_copy_button_is_no_code() -> None:
    assert "复制" not in markdown('<pre><code>x = 1</code><span class="copy-code-btn">复制代码</span></pre>')
