"""A PDF of a few paragraphs of Latin text: one font, no compression, deterministic (PDF 1.4, ISO 32000-1).

The sample site needs one honest PDF; this writes it from a text file, so that no binary lies in the repository.
"""

from __future__ import annotations

import textwrap

__all__ = ["small_pdf"]

_LINE_CHARS = 86  # of Helvetica at body size within the margins of A4
_LINES_PER_PAGE = 46
_LEADING = 15  # points from one line to the next
_TITLE, _HEADING, _BODY = 17, 13, 11  # points

Line = tuple[int, str]  # size, text


def small_pdf(title: str, text: str) -> bytes:
    """Set `text` (paragraphs parted by blank lines, "# " before a heading) under `title`.

    Characters outside Latin-1 are refused with UnicodeEncodeError: the standard fonts have no others.
    """
    lines: list[Line] = [(_TITLE, title), (_BODY, "")]
    for paragraph in text.strip().split("\n\n"):
        size = _HEADING if paragraph.startswith("# ") else _BODY
        lines += [(size, line) for line in textwrap.wrap(paragraph.removeprefix("# "), _LINE_CHARS)]
        lines.append((_BODY, ""))
    sheets = [lines[start : start + _LINES_PER_PAGE] for start in range(0, len(lines), _LINES_PER_PAGE)]
    pages = [4 + 2 * number for number in range(len(sheets))]  # each page object is followed by its content
    kids = " ".join(f"{page} 0 R" for page in pages)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for page, sheet in zip(pages, sheets, strict=True):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
            f"/Resources << /Font << /F1 3 0 R >> >> /Contents {page + 1} 0 R >>".encode()
        )
        content = _content(sheet)
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    objects.append(b"<< /Title (%s) >>" % _escaped(title))
    return _file(objects)


def _content(lines: list[Line]) -> bytes:
    shown = b"\n".join(b"/F1 %d Tf (%s) '" % (size, _escaped(text)) for size, text in lines)
    return b"BT %d TL 60 790 Td\n%s\nET" % (_LEADING, shown)


def _escaped(text: str) -> bytes:
    raw = text.encode("latin-1")
    return raw.replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")


def _file(objects: list[bytes]) -> bytes:
    """Number the objects, of which the first is the catalog and the last the document information."""
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\n" % (len(objects) + 1, len(objects))
    out += b"startxref\n%d\n%%%%EOF\n" % table
    return bytes(out)
