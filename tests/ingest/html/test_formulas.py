"""Formulas come out as TeX between dollars, however the page drew them."""

from __future__ import annotations

import pytest

from ingest.html.formulas import rewrite_formulas
from ingest.html.markdown import blocks, join
from ingest.html.markup import parse

KATEX = (
    '<span class="katex"><span class="katex-mathml"><math><semantics><mrow><mi>E</mi></mrow>'
    '<annotation encoding="application/x-tex">E=mc^2</annotation></semantics></math></span>'
    '<span class="katex-html" aria-hidden="true">E=mc2</span></span>'
)


def markdown(html: str) -> str:
    root = parse(f"<body>{html}</body>")
    assert root is not None
    rewrite_formulas(root)
    return join(blocks(root))


@pytest.mark.parametrize(
    ("html", "found"),
    [
        (
            '<p>由 <span class="MathJax_Preview">?</span><script type="math/tex">x_i</script> 得</p>',
            "由 $x_i$ 得",
        ),
        (f"<p>即 {KATEX} 。</p>", "即 $E=mc^2$ 。"),
        ('<p><img eeimg="1" src="https://www.zhihu.com/equation?tex=x%5E2" alt="x^2"></p>', "$x^2$"),
        ('<p><img src="https://latex.codecogs.com/gif.latex?%5Calpha+1"></p>', "$\\alpha+1$"),
        ('<p><span class="ztext-math" data-tex="y=Wx">drawn</span></p>', "$y=Wx$"),
        ("<p><dt-math>a&lt;b</dt-math></p>", "$a<b$"),
        ('<p><span class="math inline">\\(k\\)</span></p>', "$k$"),
        (
            (
                '<p><mjx-container><mjx-math><mjx-mi><mjx-c class="mjx-c78"></mjx-c></mjx-mi></mjx-math><mjx-assistive-mml><math>'
                "<msup><mi>x</mi><mn>2</mn></msup></math></mjx-assistive-mml></mjx-container></p>"
            ),
            "$x^{2}$",
        ),
        ('<p><math alttext="{\\displaystyle p(x)}"><mi>p</mi></math></p>', "$p(x)$"),
    ],
    ids=[
        "mathjax",
        "katex",
        "zhihu image",
        "codecogs",
        "zhihu span",
        "distill",
        "pandoc",
        "mathjax 3",
        "mathml",
    ],
)
def test_an_inline_formula_is_tex(html: str, found: str) -> None:
    assert markdown(html) == found


@pytest.mark.parametrize(
    "html",
    [
        '<script type="math/tex; mode=display">\\sum_i x_i</script>',
        '<div class="math notranslate"><span class="eqno">(1)</span>\\[\\sum_i x_i\\]</div>',
        "<d-math block>\\sum_i x_i</d-math>",
    ],
    ids=["mathjax", "sphinx", "distill"],
)
def test_a_display_formula_stands_alone(html: str) -> None:
    assert markdown(f"<p>前</p>{html}<p>后</p>") == "前\n\n$$\\sum_i x_i$$\n\n后"


def test_an_ordinary_picture_is_no_formula() -> None:
    assert markdown('<p>图<img src="/a.png" alt="x_1 = 2"></p>') == "图"
