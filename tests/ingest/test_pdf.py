"""PDFs become paragraphs: lines and cut words joined, running heads and references dropped, headings known by size."""

from __future__ import annotations

import pytest

from ingest.pdf import BrokenPdfError, read_pdf

Line = tuple[float, float, float, str]  # left, distance from the foot, size of type, text


def pdf(pages: list[list[Line]], *, title: str = "", author: str = "") -> bytes:
    """Write a PDF with the given lines of Helvetica, as small as the format allows (ISO 32000)."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    kids = []
    for lines in pages:
        stream = "".join(
            f"BT /F1 {size} Tf {x} {y} Td ({text.replace('(', chr(92) + '(').replace(')', chr(92) + ')')}) Tj ET\n"
            for x, y, size, text in lines
        ).encode("latin-1")
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(kids))
    objects.append(
        f"<< /Title ({title}) /Author ({author}) /CreationDate (D:20180226120000Z) >>".encode("latin-1")
    )
    body, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return body + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF"
        % (len(objects) + 1, table, len(objects) + 1, len(objects), len(body))
    )


FULL = "A line of the paper that is about as wide as the column in which all of its text stands and then"


def paragraph(top: float, *lines: str) -> list[Line]:
    return [(72, top - 13 * number, 10, line) for number, line in enumerate(lines)]


def test_lines_are_joined_to_paragraphs_and_cut_words_made_whole() -> None:
    read = read_pdf(
        pdf([paragraph(700, FULL, f"{FULL} a vec-", "tor index.") + paragraph(600, FULL, "The end.")])
    )
    assert read.text == f"{FULL} {FULL} a vector index.\n\n{FULL} The end."


def test_headings_are_known_by_their_size_and_the_title_is_the_largest() -> None:
    lines = [
        (72, 740, 20, "Two Towers for"),
        (72, 715, 20, "Candidate Retrieval"),
        (72, 680, 14, "1 Introduction"),
    ]
    read = read_pdf(pdf([lines + paragraph(660, FULL, FULL, "The end.")]))
    assert read.title == "Two Towers for Candidate Retrieval"
    assert read.text.startswith("# Two Towers for Candidate Retrieval\n\n## 1 Introduction\n\nA line")


def test_metadata_is_believed_unless_it_is_a_file_name() -> None:
    lines = [
        (72, 700, 20, "The Shown Title of a Paper"),
        (72, 680, 10, "A. Author"),
        *paragraph(660, FULL, FULL),
    ]
    assert (
        read_pdf(pdf([lines], title="The Title of a Paper, as Told", author="A. Author")).title
        == "The Title of a Paper, as Told"
    )
    read = read_pdf(pdf([lines], title="paper-final.dvi", author="A. Author"))
    assert (read.title, read.author, read.published) == (
        "The Shown Title of a Paper",
        "A. Author",
        "2018-02-26",
    )


def test_running_heads_and_page_numbers_go() -> None:
    pages = [
        [
            (72, 770, 9, f"Journal of Towers {n}"),
            (300, 30, 9, str(n)),
            *paragraph(700, FULL, f"Page {n} ends."),
        ]
        for n in range(1, 5)
    ]
    text = read_pdf(pdf(pages)).text
    assert "Journal" not in text
    assert [line for line in text.split() if line.isdigit()] == [
        "1",
        "2",
        "3",
        "4",
    ]  # those of "Page n ends."


def test_the_list_of_references_goes_and_the_appendix_stays() -> None:
    lines = [line for top in (760, 720, 680) for line in paragraph(top, FULL, "The end.")]
    lines += [(72, 640, 14, "References"), *paragraph(600, "[1] A. Author. A paper.")]
    lines += [(72, 540, 14, "Appendix A"), *paragraph(500, "More of it.")]
    text = read_pdf(pdf([lines])).text
    assert "A. Author" not in text
    assert "## Appendix A\n\nMore of it." in text


def test_a_page_without_text_is_empty() -> None:
    assert read_pdf(pdf([[]])).text == ""


@pytest.mark.parametrize("body", [b"", b"%PDF-1.4 nothing", b"<html>", pdf([[(72, 700, 10, "x")]])[:200]])
def test_what_is_no_pdf_is_broken(body: bytes) -> None:
    with pytest.raises(BrokenPdfError):
        read_pdf(body)
