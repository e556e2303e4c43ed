"""Bytes of a page to text, when its declared character set is missing, wrong, or the name of a smaller one.

Evidence comes before declaration: a byte-order mark, then UTF-8 that decodes, then what was declared, then what the
bytes look like. Names are read as browsers read them (WHATWG Encoding Standard): gb2312 and gbk mean GB18030,
iso-8859-1 means windows-1252. The result is NFC with line feeds only.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["declared_charset", "decode", "decoded"]

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LARGER: Mapping[str, str] = {
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "sjis": "cp932",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "windows-1252": "cp1252",
}
# A declaration of these says nothing: servers send them for pages in any character set, and UTF-16 is known by its zeros.
_NOT_OF_PAGES = frozenset({"idna", "punycode", "undefined"})
_UNINFORMATIVE = frozenset({"cp1252", "utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7"})
_CHINESE: Mapping[str, tuple[int, int]] = {
    "gb18030": (0xB0, 0xD7),
    "big5hkscs": (0xA4, 0xC6),
}  # lead bytes of level 1
_FREQUENT = frozenset(
    "的一是不了在人有我他这为之大来以个中上们到说国和地也子时道出而要于就下得可你年生自会那后能对着事其里所去行过家十用发天如然作方成者多日都三"
    "小军二无同么经法当起与好看学进种将还分此心前面又定见只主没公从這為來個們說國時於會後對著裡過發經當學進種將還見從無與實現關點開動機長體"
)
_LIKE = 0.6  # likeness from which bytes without a declaration are Chinese
_PLAINLY = 0.3  # likeness by which the other codec must be ahead of a declared one
_MARKUP = 0.2  # share of characters that are ASCII at the head of any page
_META = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w:.-]+)", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w:.-]+)", re.IGNORECASE)
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w:.-]+)", re.IGNORECASE)
_META_WITHIN = 100_000  # bytes; some pages put half a stylesheet before their meta
_BY_CHANCE = 2  # whole characters for every damaged one, up to which bytes need not be UTF-8
_TOLERATED = 0.02  # share of characters outside ASCII that may be damaged
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def decode(body: bytes, content_type: str = "") -> str:
    """Return the text of a page; never raises. `content_type` is the value of that header."""
    return decoded(body, content_type)[0]


def decoded(body: bytes, content_type: str = "") -> tuple[str, str]:
    """Return the text of a page, and the codec in which it was written; never raises."""
    for bom, encoding in _BOMS:
        if body.startswith(bom):
            return _clean(body[len(bom) :].decode(encoding, "replace")), encoding
    if encoding := _utf_16(body):
        return _clean(body.decode(encoding, "replace")), encoding
    if (text := _with_little_damage(body, "utf-8")) is not None:
        return _clean(text), "utf-8"
    for name in _candidates(body, content_type):
        if text := _with_little_damage(body, name):
            return _clean(text), name
    # More characters of UTF-8 than any other character set makes by chance: little text, or much of it damaged.
    text = body.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    if sum(char > "\x7f" for char in text) - damaged > _BY_CHANCE * damaged:
        return _clean(text), "utf-8"
    return _clean(body.decode("cp1252", "replace")), "cp1252"


def _candidates(body: bytes, content_type: str) -> Iterator[str]:
    """Yield the codecs to try, the likeliest first: the declared one, unless the bytes are plainly of the other Chinese one."""
    likely = {name: _likeness(body, name) for name in _CHINESE}
    best = max(likely, key=likely.__getitem__)
    for name in declared_charset(body, content_type):
        if name in _CHINESE and likely[best] > likely[name] + _PLAINLY:
            yield best
        elif name not in _UNINFORMATIVE:
            yield name
    if likely[best] >= _LIKE:
        yield best


def declared_charset(body: bytes, content_type: str = "") -> tuple[str, ...]:
    """Return the codecs that the header, the XML declaration and the meta elements name, in that order."""
    names = _HEADER.findall(content_type)
    names += [name.decode("ascii", "replace") for name in _XML.findall(body[:300])]
    names += [name.decode("ascii", "replace") for name in _META.findall(body[:_META_WITHIN])]
    codecs_: dict[str, None] = {}
    for name in names:
        codec = _LARGER.get(name.lower(), name)
        try:
            codecs_[codecs.lookup(codec).name] = None
        except LookupError:
            continue
    return tuple(codecs_)


def _with_little_damage(body: bytes, encoding: str) -> str | None:
    """Return the text, or None if more of it is damaged than a cut or edited page explains."""
    try:
        return body.decode(encoding)
    except (LookupError, UnicodeError) as error:
        # Codecs that are not for text ("hex"), or not for text of pages ("idna"), know nothing of replacing.
        if not isinstance(error, UnicodeDecodeError) or encoding in _NOT_OF_PAGES:
            return None
    text = body.decode(encoding, "replace")
    foreign = sum(1 for char in text if char > "\x7f")
    return text if text.count("\ufffd") <= _TOLERATED * foreign else None


def _utf_16(body: bytes) -> str:
    """Return the byte order of UTF-16 without a mark, which the zeros of its markup betray, or ""."""
    head = body[:256]  # where there is markup, however long the text
    low, high, half = head[1::2].count(0), head[0::2].count(0), max(1, len(head) // 2)
    if max(low, high) < _MARKUP * half or min(low, high) > max(low, high) / 10:
        return ""
    return "utf-16-le" if low > high else "utf-16-be"


def _likeness(body: bytes, encoding: str) -> float:
    """Return how much the bytes, read in a Chinese codec, are like Chinese: from 0 to about 1.5.

    Both sets put the characters of everyday text first (GB 2312 level 1 has lead bytes B0-D7, Big5 level 1 A4-C6), and
    some of these make up a good part of any text.
    """
    first, last = _CHINESE[encoding]
    start = _BEYOND_ASCII.search(body)
    sample = body[start.start() :][:200_000] if start else b""
    han = [char for char in sample.decode(encoding, "replace") if "\u4e00" <= char <= "\u9fff"]
    leads = [lead for char in han if len(code := char.encode(encoding, "ignore")) == 2 for lead in code[:1]]
    if not leads:
        return 0.0
    everyday = sum(first <= lead <= last for lead in leads)
    return (everyday + 2 * sum(map(_FREQUENT.__contains__, han))) / len(leads)


def _clean(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _CONTROLS.sub("", text.removeprefix("\ufeff")))
