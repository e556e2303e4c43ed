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
    from collections.abc import Mapping

__all__ = ["declared_charset", "decode"]

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
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
# A declaration of these says nothing: servers send them for pages in any character set.
_UNINFORMATIVE = frozenset({"cp1252", "utf-8"})
_META = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w:.-]+)", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w:.-]+)", re.IGNORECASE)
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w:.-]+)", re.IGNORECASE)
_META_WITHIN = 100_000  # bytes; some pages put half a stylesheet before their meta
_TOLERATED = 0.02  # share of characters outside ASCII that may be damaged
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def decode(body: bytes, content_type: str = "") -> str:
    """Return the text of a page; never raises. `content_type` is the value of that header."""
    for bom, encoding in _BOMS:
        if body.startswith(bom):
            return _clean(body[len(bom) :].decode(encoding, "replace"))
    text = _with_little_damage(body, "utf-8")
    if text is None:
        declared = [name for name in declared_charset(body, content_type) if name not in _UNINFORMATIVE]
        tried = (_with_little_damage(body, name) for name in (*declared, *_sniffed(body)))
        text = next((text for text in tried if text is not None), None)
    return _clean(body.decode("cp1252", "replace") if text is None else text)


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
    except UnicodeDecodeError:
        text = body.decode(encoding, "replace")
    except LookupError:  # codecs that are not for text, such as "hex"
        return None
    foreign = sum(1 for char in text if char > "\x7f")
    return text if text.count("\ufffd") <= _TOLERATED * foreign else None


def _sniffed(body: bytes) -> tuple[str, ...]:
    """Return the Chinese codec whose frequent characters the bytes are made of, if there is one.

    Both sets put the characters of everyday text first: GB 2312 level 1 has lead bytes B0-D7, Big5 level 1 A4-C6.
    """
    gb = _share_of_frequent(body, "gb18030", 0xB0, 0xD7)
    big5 = _share_of_frequent(body, "big5hkscs", 0xA4, 0xC6)
    if max(gb, big5) < 0.6:
        return ()
    return ("gb18030",) if gb >= big5 else ("big5hkscs",)


def _share_of_frequent(body: bytes, encoding: str, first: int, last: int) -> float:
    """Return the share of frequent ones among the ideographs that the bytes give in that codec."""
    han = [char for char in body[:200_000].decode(encoding, "replace") if "\u4e00" <= char <= "\u9fff"]
    leads = [lead for char in han if len(code := char.encode(encoding, "ignore")) == 2 for lead in code[:1]]
    return sum(first <= lead <= last for lead in leads) / len(leads) if leads else 0.0


def _clean(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _CONTROLS.sub("", text.removeprefix("\ufeff")))
