"""What of a curator's note is shown beside a result."""

from __future__ import annotations

import pytest

from api.web.hits import _shortened


@pytest.mark.parametrize(
    ("note", "shown"),
    [
        ("must read, on soft labels", "must read, on soft labels"),
        ("双塔：", ""),  # 只是链接前的一个词
        ("Papers:", ""),
        (
            "从这篇开始读起，后面几篇都以它的记号为准，先看第二节再看附录：",
            "从这篇开始读起，后面几篇都以它的记号为准，先看第二节再看附录：",
        ),
        ("x" * 300, "x" * 240 + " …"),
        ("", ""),
    ],
)
def test_a_label_before_the_link_is_no_note(note: str, shown: str) -> None:
    assert _shortened(note) == shown
