"""`shuangta demo`: what a newcomer sees."""

from __future__ import annotations

import io
import shlex
import time
from pathlib import Path

import pytest

from api.demo.demo import QUESTIONS, run
from api.demo.server import SiteServer
from api.demo.site import sample_site
from api.demo.small_pdf import small_pdf
from api.demo.sources import sources


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """What the demo printed, and its data folder."""
    folder, out = tmp_path_factory.mktemp("demo"), io.StringIO()
    assert run(folder, out=out, environ={}, clock=time.time) == 0
    return out.getvalue(), folder


def test_it_answers_three_questions_each_with_the_article_that_knows(shown: tuple[str, Path]) -> None:
    text, _ = shown
    blocks = [text.partition(f"? {question}")[2] for question in QUESTIONS]
    titles = (
        "召回模型的负样本为什么不能用曝光未点击",
        "BM25, term by term",
        "知识蒸馏：让小模型学会大模型的犹豫",
    )
    for block, title in zip(blocks, titles, strict=True):
        assert title in block.partition("\n? ")[0]


def test_it_says_what_to_type_next(shown: tuple[str, Path]) -> None:
    text, folder = shown
    commands = text.partition("Now you:")[2]
    assert f"--data-dir {shlex.quote(str(folder))}" in commands
    assert "serve" in commands
    assert "rebuild --lists" in commands


def test_a_second_demo_in_the_same_folder_still_answers(shown: tuple[str, Path]) -> None:
    _, folder = shown
    out = io.StringIO()
    assert run(folder, out=out, environ={}, clock=time.time) == 0


def test_the_sample_site_is_as_large_and_as_mixed_as_promised() -> None:
    site, pages = sample_site(), list(sources())
    assert len(pages) >= 40
    assert {"blog", "docs", "hexo", "old", "s"} == {page.template for page in pages}
    assert sum(page.lang == "zh-TW" for page in pages) == 2
    assert site["/old/encoding.html"].body.decode("gb18030").count("㐂") == 1
    assert max(len(served.body) for path, served in site.items() if path.endswith(".pdf")) < 10_000


def test_the_site_goes_to_another_port_when_its_own_is_taken() -> None:
    with SiteServer({}) as first:
        port = int(first.url.rpartition(":")[2])
        with SiteServer({}, port=port) as second:
            assert second.url != first.url


def test_the_pdf_is_the_same_bytes_every_time_and_breaks_pages() -> None:
    text = "\n\n".join(f"Paragraph {number} (with \\ brackets)." for number in range(100))
    assert small_pdf("Title", text) == small_pdf("Title", text)
    assert small_pdf("Title", text).count(b"/Type /Page ") == 5
