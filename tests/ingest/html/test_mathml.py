"""MathML without its source comes out as TeX."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.html.markup import parse
from ingest.html.mathml import tex_of


def tex(inner: str) -> str:
    root = parse(f"<math>{inner}</math>")
    assert root is not None
    return tex_of(next(root.iter("math")))


@pytest.mark.parametrize(
    ("inner", "found"),
    [
        ("<mi>a</mi><mo>≠</mo><mn>0</mn>", "a ≠ 0"),
        ("<msup><mi>x</mi><mn>2</mn></msup>", "x^{2}"),
        ("<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>", "x_{i}^{2}"),
        ("<msup><mrow><mo>(</mo><mi>x</mi><mo>)</mo></mrow><mn>2</mn></msup>", "{( x )}^{2}"),
        ("<mfrac><mrow><mo>−</mo><mi>b</mi></mrow><mi>a</mi></mfrac>", "\\frac{− b}{a}"),
        ("<msqrt><mi>b</mi><mo>+</mo><mi>c</mi></msqrt>", "\\sqrt{b + c}"),
        ("<mroot><mi>x</mi><mn>3</mn></mroot>", "\\sqrt[3]{x}"),
        ("<munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover>", "∑_{i = 1}^{n}"),
        ("<munder><mo>lim</mo><mi>n</mi></munder>", "\\lim_{n}"),
        ("<mover><mi>y</mi><mo>˙</mo></mover>", "\\dot{y}"),
        ("<mover><mo>=</mo><mtext>def</mtext></mover>", "{\\overset{\\text{def}}{=}}"),
        ("<mtable><mtr><mtd><mi>a</mi></mtd><mtd><mi>b</mi></mtd></mtr><mtr><mtd><mi>c</mi></mtd><mtd></mtd></mtr></mtable>", "\\begin{matrix} a & b \\\\ c & \\end{matrix}"),
        ("<mi>f</mi><mo>\u2061</mo><mfenced><mi>x</mi><mi>y</mi></mfenced>", "f ( x , y )"),
        ("<semantics><mrow><mi>E</mi></mrow><annotation>none</annotation></semantics>", "E"),
        ("<mi>log</mi><mo>{</mo>", "\\log \\{"),
    ],
)  # fmt: skip
def test_each_element_has_its_command(inner: str, found: str) -> None:
    assert tex(inner) == found


@given(st.lists(st.sampled_from(["<msup>", "<mfrac>", "<mi>x", "<mtable>", "<mover>", "</msup>", "<mroot>", "y", "<munderover>"])))  # fmt: skip
def test_no_mathml_raises(pieces: list[str]) -> None:
    tex("".join(pieces))
