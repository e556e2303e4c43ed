"""PDFs become paragraphs: lines and cut words joined, running heads and references dropped, headings known by size."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.articles import Article, Page
from ingest.extract import extract
from ingest.pdf import BrokenPdfError, read_pdf
from ingest.settings import ExtractSettings

Line = tuple[float, float, float, str] | tuple[float, float, float, str, str]
"""Left, distance from the foot, size of type, text, and font: F1 if not told."""

FONTS = {"F1": b"Helvetica", "F2": b"Helvetica-Bold", "F3": b"Courier"}
HAN_FONT = (  # "F4": not embedded, as the reader knows the characters of this encoding (ISO 32000-1, table 118)
    b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [<< /Type /Font "
    b"/Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> "
    b"/FontDescriptor << /Type /FontDescriptor /FontName /STSong-Light /Flags 4 >> >>] >>"
)


def pdf(
    pages: list[list[Line]],
    *,
    title: str = "",
    author: str = "",
    box: bytes = b"612 792",
    transform: str = "",
) -> bytes:
    """Write a PDF with the given lines, as small as the format allows (ISO 32000).

    `transform` are operators that come before the lines of a page.
    """
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        *(
            b"<< /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >>" % font
            for font in FONTS.values()
        ),
        HAN_FONT,
    ]
    kids = []
    for lines in pages:
        stream = f"{transform}\n" + "".join(
            f"BT /{font[0] if font else 'F1'} {size} Tf {x} {y} Td {shown(text, *font)} Tj ET\n"
            for x, y, size, text, *font in lines
        )
        drawn = stream.encode("cp1252")
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %s] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R /F2 4 0 R /F3 5 0 R /F4 6 0 R >> >> >>" % (box, len(objects))
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


def shown(text: str, font: str = "F1") -> str:
    """Return a string as PDF writes it, in the encoding of the font."""
    if font == "F4":
        return f"<{text.encode('utf-16-be').hex()}>"
    escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"({escaped})"


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
    lines += [(72, 460, 14, "A", "F2"), (92, 460, 14, "Proofs", "F2"), *paragraph(430, "And the rest.")]
    text = read_pdf(pdf([lines])).text
    assert "A. Author" not in text
    assert text.endswith("## A Proofs\n\nAnd the rest.")
    assert "## Appendix A\n\nMore of it." in text


def test_a_page_without_text_is_empty() -> None:
    assert read_pdf(pdf([[]])).text == ""


HALF = "A line of the paper as wide as its own column is"  # and ends before the gutter
CENTRE = 318.0  # where the right column begins


def column(left: float, top: float, *lines: str) -> list[Line]:
    return [(left, top - 12 * number, 10, line) for number, line in enumerate(lines)]


def two_columns(top: float, left: list[str], right: list[str]) -> list[Line]:
    """Lines of two columns in the order in which the worst of writers draws them: across the page."""
    both = [*column(54, top, *left), *column(CENTRE, top, *right)]
    return sorted(both, key=lambda line: -line[1])


def test_columns_are_read_one_after_the_other_under_a_title_across_both() -> None:
    title: list[Line] = [(100, 740, 18, "A Title That Goes Across Both Columns")]
    left = [f"{HALF} {n}" for n in range(8)]
    right = [f"{HALF.lower()} {n}" for n in range(8, 16)]
    text = read_pdf(pdf([title + two_columns(700, left, right)])).text
    assert text == "# A Title That Goes Across Both Columns\n\n" + " ".join(left + right)


def test_what_spans_the_columns_parts_those_above_from_those_below() -> None:
    above, below = [f"{HALF} a{n}" for n in range(12)], [f"{HALF} b{n}" for n in range(12)]
    wide: list[Line] = [
        (54, 580, 10, "Figure 1: A caption that is set across the two columns, as wide as both of them are.")
    ]
    lines = two_columns(720, above[:6], above[6:]) + wide + two_columns(550, below[:6], below[6:])
    text = read_pdf(pdf([lines])).text
    assert [text.index(line) for line in above + below] == sorted(text.index(line) for line in above + below)
    assert text.index(above[-1]) < text.index("Figure 1") < text.index(below[0]) or text.endswith(
        "both of them are."
    )


def test_a_page_that_lies_on_its_side_is_read_upright() -> None:
    pages = [
        two_columns(700, [f"{HALF} {n}" for n in range(8)], [f"{HALF.lower()} {n}" for n in range(8, 16)])
    ]
    assert (
        read_pdf(pdf(pages, box=b"792 612", transform="0 1 -1 0 792 0 cm")).text == read_pdf(pdf(pages)).text
    )


def test_dates_beside_the_text_are_no_column() -> None:
    lines = [(54.0, 700 - 20 * n, 10, f"{2000 + n}") for n in range(8)]
    entries = [
        (120.0, 700 - 20 * n, 10, f"Something that was done in that year, number {n}.") for n in range(8)
    ]
    text = read_pdf(pdf([[*lines, *entries]])).text
    assert all(f"{2000 + n} Something" in text for n in range(8))


def test_names_of_authors_side_by_side_are_no_columns_of_the_text() -> None:
    names: list[Line] = [(90, 700, 12, "Ann Author"), (360, 700, 12, "Bob Writer")]
    title: list[Line] = [(100, 740, 18, "A Title That Goes Across Both Columns")]
    left = [f"{HALF} {n}" for n in range(8)]
    text = read_pdf(pdf([title + names + two_columns(640, left, left)])).text
    assert text.index("Bob Writer") < text.index(left[0])


def test_a_sentence_goes_on_behind_a_footnote_and_on_the_next_page() -> None:
    first = paragraph(740, *[FULL] * 30)
    first += [
        (72, 130, 6, "1"),
        (76, 126, 8, "A note in small type, which stands at the foot of the first page."),
    ]
    second = paragraph(740, "goes on over here.", FULL, "The end.")
    text = read_pdf(pdf([first, second])).text
    assert "and then goes on over here." in text
    assert text.count("A note in small type") == 1


def test_the_mark_of_a_footnote_is_no_part_of_its_sentence() -> None:
    lines: list[Line] = [
        *paragraph(740, *[FULL] * 20),
        (72, 460, 10, "A system"),
        (112, 464, 6, "1"),
        (118, 460, 10, "that has a note."),
    ]
    lines += [(72, 130, 6, "1"), (76, 126, 8, "A note in small type, at the foot of the page.")]
    text = read_pdf(pdf([lines])).text
    assert "A system that has a note." in text
    assert "\n\nA note in small type" in text


def test_an_exponent_is_no_mark_of_a_footnote() -> None:
    lines: list[Line] = [
        *paragraph(740, *[FULL] * 20),
        (72, 460, 10, "It took 10"),
        (122, 464, 6, "2"),
        (128, 460, 10, "steps."),
    ]
    lines += [(72, 130, 6, "2"), (76, 126, 8, "A note in small type, at the foot of the page.")]
    assert "It took 102 steps." in read_pdf(pdf([lines])).text.replace("10 2", "102")


def test_a_real_hyphen_stays_where_the_document_hyphenates_the_word() -> None:
    lines = paragraph(
        740, f"{FULL} a pre-", "training step, and more of pre-training and of optimi-", "zation."
    )
    assert "a pre-training step, and more of pre-training and of optimization." in read_pdf(pdf([lines])).text


def test_bold_and_numbered_lines_are_headings_and_bold_words_in_a_paragraph_are_none() -> None:
    lines: list[Line] = [
        (72, 740, 10, "2 The Method", "F2"),
        *paragraph(715, FULL, FULL, "The end."),
        (72, 650, 10, "2.1 A Part of It", "F2"),
        (72, 625, 10, "Run-in.", "F2"),
        (112, 625, 10, "A paragraph that begins with a bold word, and goes on in the type of the rest"),
        (72, 612, 10, "of the text."),
    ]
    text = read_pdf(pdf([lines])).text
    assert text.startswith("## 2 The Method\n\nA line")
    assert "\n\n### 2.1 A Part of It\n\nRun-in. A paragraph" in text


def test_listings_keep_their_lines_and_indentation() -> None:
    listing: list[Line] = [
        (72, 600, 9, "for page in pages:", "F3"),
        (93.6, 588, 9, "read(page)", "F3"),
        (72, 576, 9, "done()", "F3"),
    ]
    text = read_pdf(pdf([paragraph(740, *[FULL] * 6) + listing])).text
    assert text.endswith("```\nfor page in pages:\n    read(page)\ndone()\n```")


def test_a_command_that_stands_alone_is_no_heading() -> None:
    lines: list[Line] = [
        *paragraph(740, FULL, "as follows:"),
        (90, 700, 10, "# poweroff -i -f", "F3"),
        *paragraph(676, FULL, "The end."),
    ]
    assert "\n\n```\n# poweroff -i -f\n```\n\n" in read_pdf(pdf([lines])).text


def test_a_line_that_ends_a_sentence_in_another_face_is_part_of_it() -> None:
    lines: list[Line] = [
        *paragraph(740, f"{FULL} regardless of the option"),
        (72, 727, 10, "CLOBBER.", "F3"),
        *paragraph(690, FULL, FULL, FULL, "The end."),
    ]
    assert "regardless of the option CLOBBER." in read_pdf(pdf([lines])).text


def test_chinese_lines_are_joined_without_a_space_and_column_by_column() -> None:
    left = [
        "双塔模型把用户和物品分别编码成向量，两边互不相",
        "见，因此物品一侧可以事先算好，放进近似最近邻索",
        "引里，线上只需对用户一侧做一次前向的计算，再到",
        "索引里取前几百个候选，交给粗排；训练的时候则以",
    ]
    right = [
        "同一批里的其他样本为负例，热门物品因此被当作负",
        "例的次数偏多，需要按采样概率修正，否则模型会过",
        "分压低它们，而冷门的物品又被抬得太高，这与线上",
        "看到的分布并不相同，所以修正是不可以省去的步骤",
    ]
    lines: list[Line] = [
        (x, 700 - 14 * n, 10, text, "F4") for n in range(4) for x, text in ((54, left[n]), (CENTRE, right[n]))
    ]
    assert read_pdf(pdf([lines])).text == "".join(left + right)


def test_chinese_headings_are_headings_and_references_go() -> None:
    line = "双塔模型把用户和物品分别编码成向量，两边互不相见，因此物品一侧可以事先算好。"
    lines: list[Line] = [
        (72, 740, 20, "双塔召回小记", "F4"),
        (72, 700, 14, "一、训练", "F4"),
        *((72, 670 - 15 * n, 10, line, "F4") for n in range(12)),
        (72, 460, 14, "参考文献", "F4"),
        (72, 430, 10, "[1] 李雷. 双塔模型综述. 2019.", "F4"),
        (72, 400, 14, "附录", "F4"),
        (72, 370, 10, "更多的实验。", "F4"),
    ]
    read = read_pdf(pdf([lines]))
    assert read.title == "双塔召回小记"
    assert read.text.startswith("# 双塔召回小记\n\n## 一、训练\n\n双塔")
    assert read.text.endswith("## 附录\n\n更多的实验。")
    assert "李雷" not in read.text


def test_a_large_initial_is_the_first_letter_of_the_first_line() -> None:
    lines: list[Line] = [
        (72, 686, 28, "T"),
        (92, 700, 10, "HIS is a line that stands beside a large initial, in the way of the transactions of"),
        (
            92,
            688,
            10,
            "a learned society, as does the second line, while all of the others begin on the left",
        ),
        *(
            (
                72,
                676 - 12 * n,
                10,
                "a further line of the text that begins on the left and is as wide as the column",
            )
            for n in range(6)
        ),
    ]
    assert read_pdf(pdf([lines])).text.startswith(
        "THIS is a line that stands beside a large initial, in the way of the transactions of a learned"
    )


def test_numbers_of_lines_in_the_margin_go() -> None:
    numbers: list[Line] = [(40, 700 - 12 * n, 8, f"{100 + n}") for n in range(20)]
    text = read_pdf(pdf([numbers + [(72, 700 - 12 * n, 10, FULL) for n in range(20)]])).text
    assert text == " ".join([FULL] * 20)


def test_items_of_a_list_are_items() -> None:
    lines: list[Line] = [
        *paragraph(740, FULL, "There are two towers:"),
        (
            82,
            700,
            10,
            "\u2022 one for queries, of which the text is so long that it needs two lines to stand on, and",
        ),
        (92, 688, 10, "no more;"),
        (82, 676, 10, "\u2022 one for passages."),
    ]
    text = read_pdf(pdf([lines])).text
    assert text.endswith("stand on, and no more;\n- one for passages.")
    assert "\n\n- one for queries" in text


def test_numbers_of_a_table_go_and_its_caption_stays() -> None:
    rows: list[Line] = [
        (72 + 90 * cell, 600 - 12 * row, 9, f"{row}.{cell}5") for row in range(6) for cell in range(4)
    ]
    caption: list[Line] = [(72, 510, 9, "Table 1: What was measured.")]
    text = read_pdf(
        pdf([paragraph(740, *[FULL] * 6) + rows + caption + paragraph(480, FULL, "The end.")])
    ).text
    assert "3.25" not in text
    assert "Table 1: What was measured." in text


def test_rows_of_a_table_go_that_begin_with_words() -> None:
    rows: list[Line] = []
    for row in range(5):
        rows.append((72, 600 - 12 * row, 9, f"A way of doing it with {row} more or fewer words"))
        rows.append((400, 600 - 12 * row, 9, f"3{row}.5"))
    caption: list[Line] = [(72, 520, 9, "Table 1: What was measured.")]
    text = read_pdf(
        pdf([paragraph(740, FULL, "It ends.") + rows + caption + paragraph(490, FULL, "The end.")])
    ).text
    assert "A way of doing it" not in text
    assert f"It ends.\n\nTable 1: What was measured.\n\n{FULL} The end." in text


def test_a_table_of_contents_goes() -> None:
    entries: list[Line] = [
        (72, 700 - 14 * n, 10, f"{n} A chapter of the book {'.' * 60} {10 + n}") for n in range(1, 8)
    ]
    text = read_pdf(pdf([entries, paragraph(740, FULL, "The end.")])).text
    assert text == f"{FULL} The end."


def test_a_chapter_at_the_head_of_neighbouring_pages_goes() -> None:
    pages = [
        [
            (72.0, 760, 9, f"Chapter {n // 2}: Towers {'ABCDE'[n // 2]}  {n}"),
            *paragraph(700, f"{'XYZUVWRSTQ'[n]} {FULL}", *[FULL] * 9),
        ]
        for n in range(10)
    ]
    assert "Chapter" not in read_pdf(pdf(pages)).text


@pytest.mark.parametrize("line", ["3D models of the world", "A system of towers", "and 2 Related Work"])
def test_a_line_that_begins_like_a_number_is_no_heading(line: str) -> None:
    lines = [*paragraph(740, FULL, "The end."), *paragraph(690, line), *paragraph(650, FULL, "The end.")]
    assert "#" not in read_pdf(pdf([lines])).text


@pytest.mark.parametrize("line", ["2 Related Work", "IV. RELATED WORK", "B.1 Related Work", "RELATED WORK"])
def test_a_numbered_line_that_stands_alone_is_a_heading(line: str) -> None:
    lines = [*paragraph(740, FULL, "The end."), *paragraph(690, line), *paragraph(650, FULL, "The end.")]
    assert f"# {line}\n" in read_pdf(pdf([lines])).text


@pytest.mark.parametrize("heading", ["References", "7 References", "Bibliography", "REFERENCES"])
def test_a_list_of_references_is_known_by_its_heading(heading: str) -> None:
    lines = [line for top in (760, 720, 680) for line in paragraph(top, FULL, "The end.")]
    lines += [(72, 640, 14, heading), *paragraph(600, "[1] A. Author. A paper. 2018.")]
    assert "A. Author" not in read_pdf(pdf([lines])).text


def test_the_name_of_a_journal_is_not_the_title() -> None:
    first: list[Line] = [
        (72, 714, 8, "Journal of Towers and Bridges 28 (2010) 836-849"),
        (72, 700, 8, "Contents lists available elsewhere"),
        (150, 670, 22, "Journal of Towers and Bridges"),
        (72, 620, 16, "On the Height of Towers"),
        *paragraph(580, *[FULL] * 10),
    ]
    read = read_pdf(pdf([first]))
    assert read.title == "On the Height of Towers"
    assert read.text.startswith("# On the Height of Towers\n\n")


@pytest.mark.parametrize(
    ("address", "hint", "title"),
    [
        ("https://example.org/notes/%E5%8F%8C%E5%A1%94%E8%AF%A6%E8%A7%A3.pdf", "", "双塔详解"),
        ("https://example.org/notes/tall_towers.pdf", "", "tall towers"),
        ("https://example.org/notes/tall_towers.pdf", "On Towers", "On Towers"),
        ("https://example.org/notes/2005.12592v2.pdf", "", "1 The Model"),
    ],
)
def test_notes_without_a_title_are_named_by_the_list_or_the_file(address: str, hint: str, title: str) -> None:
    lines: list[Line] = [
        (72, 740, 16, "1 The Model"),
        *paragraph(710, *[FULL] * 5),
        (72, 600, 16, "2 The Data"),
        *paragraph(570, *[FULL] * 5),
    ]
    page = Page(address, address, 200, (("content-type", "application/pdf"),), pdf([lines]), 0.0)
    article = extract(page, url=address, settings=ExtractSettings(), hint=hint)
    assert isinstance(article, Article)
    assert article.title == title


def test_the_first_of_many_numbered_headings_is_not_the_title() -> None:
    lines: list[Line] = [
        (72, 740, 16, "1 The Model"),
        *paragraph(710, *[FULL] * 5),
        (72, 600, 16, "2 The Data"),
        *paragraph(570, *[FULL] * 5),
    ]
    assert read_pdf(pdf([lines])).title == ""


def test_metadata_that_the_page_does_not_bear_out_are_not_believed() -> None:
    lines: list[Line] = [(72, 740, 16, "Towers and How to Read Them"), *paragraph(700, *[FULL] * 5)]
    read = read_pdf(pdf([lines], title="Layout 1", author="Administrator"))
    assert (read.title, read.author) == ("Towers and How to Read Them", "")


def test_what_was_read_when_time_gets_short_is_kept() -> None:
    pages = [paragraph(700, f"Page {name}. {FULL}", "The end.") for name in ("one", "two", "three")]
    ticks = iter(range(100))
    read = read_pdf(pdf(pages), seconds=1.5, clock=lambda: next(ticks))
    assert (read.pages, "Page one" in read.text, "Page three" in read.text) == (3, True, False)


@pytest.mark.parametrize("body", [b"", b"%PDF-1.4 nothing", b"<html>", pdf([[(72, 700, 10, "x")]])[:200]])
def test_what_is_no_pdf_is_broken(body: bytes) -> None:
    with pytest.raises(BrokenPdfError):
        read_pdf(body)


WHOLE = pdf(
    [[(72, 740, 18, "A Title", "F2"), *two_columns(700, [HALF] * 9, [HALF] * 9)]] * 2,
    title="A Title",
    author="A",
)


def reads_or_refuses(body: bytes) -> None:
    with suppress(BrokenPdfError):
        assert isinstance(read_pdf(body).text, str)


@given(st.binary(max_size=300))
def test_random_bytes_are_read_or_refused(noise: bytes) -> None:
    reads_or_refuses(b"%PDF-1.4\n" + noise)


@given(st.integers(0, len(WHOLE)))
def test_a_truncated_file_is_read_or_refused(length: int) -> None:
    reads_or_refuses(WHOLE[:length])


@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), max_size=30))
def test_a_damaged_file_is_read_or_refused(damage: list[tuple[int, int]]) -> None:
    body = bytearray(WHOLE)
    for place, value in damage:
        body[place] = value
    reads_or_refuses(bytes(body))


@pytest.mark.parametrize("matrix", ["362 0 0 362 0 0", "0 0 1 362 234 13", "362 -362 362 362 1 1"])
@pytest.mark.parametrize("times", [1, 10, 15, 16])
def test_sizes_beyond_all_measure_are_read(matrix: str, times: int) -> None:
    """Scaled once too often, the numbers of a page are none."""
    reads_or_refuses(pdf([[(72, 700, 10, FULL)]], transform=f"{matrix} cm " * times))


@given(
    st.lists(
        st.tuples(
            st.floats(-50, 700, width=16),
            st.floats(-50, 850, width=16),
            st.floats(1, 60, width=16),
            st.text(st.characters(codec="cp1252", exclude_categories=["Cc"]), max_size=30),
            st.sampled_from(sorted(FONTS)),
        ),
        max_size=40,
    )
)
def test_text_anywhere_on_the_page_is_read(lines: list[Line]) -> None:
    assert isinstance(read_pdf(pdf([lines, lines])).text, str)
