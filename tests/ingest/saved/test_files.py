"""A saved file is the page it was, and says which."""

from __future__ import annotations

import contextlib
import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import ExtractionError
from ingest.saved.files import is_saved, read_saved, saved_files

URL = "https://a.test/post/1?a=1&b=2"
TEXT = "<p>双塔召回</p>"
IN_SCRIPT = URL.replace("&", r"\x26amp;")
MHTML = f"""From: <Saved by Blink>
Snapshot-Content-Location: {URL}
Subject: =?utf-8?Q?x?=
MIME-Version: 1.0
Content-Type: multipart/related;
\ttype="text/html";
\tboundary="----B"

------B
Content-Type: text/css
Content-Transfer-Encoding: quoted-printable
Content-Location: https://a.test/a.css

p =3D {{}}
------B
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable
Content-Location: {URL}

<p>=E5=8F=8C=E5=A1=94=
=E5=8F=AC=E5=9B=9E</p>
------B--
"""


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("browser.html", f"<!-- saved from url=(0029){URL} --><html>{TEXT}"),
        (
            "single.html",
            f"<!DOCTYPE html> <html><!--\n Page saved with SingleFile \n url: {URL} \n saved date: Tue\n-->{TEXT}",
        ),
        ("scrapbook.htm", f'<html data-scrapbook-source="{URL}">{TEXT}'),
        ("canonical.html", f"<link rel=canonical href='{URL.replace('&', '&amp;')}'>{TEXT}"),
        ("social.html", f'<meta property="og:url" content="{URL}" />{TEXT}'),
        ("wechat.html", f'<script>var msg_link = "{IN_SCRIPT}";</script>{TEXT}'),
        ("clipped.md", f"---\ntitle: x\nsource: {URL}\n---\n双塔召回"),
        ("blink.mhtml", MHTML),
        ("BLINK.MHT", MHTML.replace("\n", "\r\n")),
    ],
)
def test_every_tool_notes_the_address_in_its_own_way(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / name
    path.write_text(content, "utf-8", newline="")
    saved = read_saved(path, f"sub/{name}")
    assert saved.addresses == (URL,)
    assert (saved.page.requested, saved.page.url, saved.page.status) == (f"saved:sub/{name}", URL, 200)
    assert is_saved(saved.page.requested)
    assert not is_saved(URL)
    assert "双塔召回" in saved.page.body.decode()


def test_a_page_without_an_address_has_none(tmp_path: Path) -> None:
    path = tmp_path / "x.html"
    path.write_text(
        "<link rel=canonical href='/relative'><p>url: https://a.test/ is in the text</p>", "utf-8"
    )
    saved = read_saved(path, "x.html")
    assert (saved.addresses, saved.page.url) == ((), "")


def test_pictures_inside_the_file_are_left_out(tmp_path: Path) -> None:
    picture = "data:image/png;base64," + "iVBORw0KGgo" * 1000
    path = tmp_path / "x.html.gz"
    path.write_bytes(
        gzip.compress(f"<img src='{picture}'>{TEXT}<style>p{{background:url({picture})}}</style>".encode())
    )
    saved = read_saved(path, "x")
    assert len(saved.page.body) < 200
    assert TEXT in saved.page.body.decode()


def test_words_behind_a_picture_are_not_taken_for_it(tmp_path: Path) -> None:
    picture = "data:image/png;base64," + "iVBORw0KGgo" * 20
    wrapped = picture + "\n" + "AAAABBBBCC" * 7 + "=="
    path = tmp_path / "a.md"
    path.write_text(f"[1]: {picture}\nThe next words\n\n[2]: {wrapped}\nand more")
    assert read_saved(path, "a.md").page.body == b"[1]: data:,\nThe next words\n\n[2]: data:,\nand more"


@pytest.mark.parametrize("told", ['; start="<page@x>"', f"\r\nSnapshot-Content-Location: {URL}"])
def test_a_frame_that_stands_before_the_page_is_not_the_page(tmp_path: Path, told: str) -> None:
    parts = (("<frame@x>", "https://ads.test/", "an ad"), ("<page@x>", URL, TEXT))
    written = f'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"{told}\r\n\r\n' + "".join(
        f"--b\r\nContent-Type: text/html; charset=utf-8\r\nContent-ID: {name}\r\nContent-Location: {address}\r\n\r\n<p>{text}</p>\r\n"
        for name, address, text in parts
    )
    path = tmp_path / "x.mhtml"
    path.write_text(written + "--b--\r\n", "utf-8", newline="")
    saved = read_saved(path, "x")
    assert TEXT in saved.page.body.decode()
    assert saved.page.url == URL


def test_the_pieces_that_a_browser_puts_beside_a_page_are_no_pages(tmp_path: Path) -> None:
    for name in (
        "a.html",
        "a_files/frame.html",
        "b/c.mhtml",
        "b/.hidden.html",
        ".git/x.md",
        "b/photo.jpg",
        "d.files/x.htm",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    assert [path.relative_to(tmp_path).as_posix() for path in saved_files(tmp_path)] == [
        "a.html",
        "b/c.mhtml",
    ]
    assert saved_files(tmp_path / "a.html") == [tmp_path / "a.html"]


def test_a_file_of_another_kind_is_refused_with_the_cure(tmp_path: Path) -> None:
    path = tmp_path / "notes.docx"
    path.write_bytes(b"PK")
    with pytest.raises(ExtractionError, match=r"no page that can be read.*\.mhtml"):
        read_saved(path, path.name)


def test_a_packed_file_is_not_unpacked_beyond_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "bomb.html.gz"
    with gzip.open(path, "wb", compresslevel=1) as packed:
        for _ in range(257):
            packed.write(bytes(2**20))
    with pytest.raises(ExtractionError, match="larger than 256 MiB"):
        read_saved(path, path.name)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExtractionError, match="no folder"):
        saved_files(tmp_path / "none")


@given(st.binary(max_size=400))
def test_no_file_raises_anything_but_an_extraction_error(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    folder = tmp_path_factory.getbasetemp()
    for name in ("any.mhtml", "any.html"):
        (folder / name).write_bytes(content)
        with contextlib.suppress(ExtractionError):
            read_saved(folder / name, name)
