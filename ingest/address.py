"""A web address taken apart and put together again, in the one spelling that RFC 3986 section 6.2 calls normalised.

What is written forgivingly in a reading list (spaces around it, Chinese in the path, a full-width colon) is read as a
browser would read it (WHATWG URL); which parts of an address matter on which site is for `site_forms` and `urls`.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

__all__ = ["Address"]

# RFC 3986 appendix B, for http and https only. Curators type full-width colons and slashes, one slash or three.
_SYNTAX = re.compile(
    r"(?P<scheme>https?)[:：][/\\／]+(?P<authority>[^/\\?#]*)(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?:#(?P<fragment>.*))?",
    re.IGNORECASE | re.DOTALL,
)
_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})|([^%]+)|(%)")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_INVISIBLE = dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))  # pasted along, never part of an address
_DEFAULT_PORTS = {"http": 80, "https": 443}

# RFC 2396 section 2.3 counted these five as unreserved, RFC 3986 no longer does; encoders still differ about them
# (encodeURIComponent leaves them, urllib.parse.quote does not), and no server tells the two spellings apart.
_MARKS = b"!'()*"
_UNRESERVED = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~" + _MARKS
_PATH = _UNRESERVED + b"$&+,;=:@/"
_QUERY = _PATH + b"?"


@dataclass(frozen=True, slots=True)
class Address:
    """An http or https address in normalised spelling."""

    scheme: str
    host: str  # lower case, IDNA, with ":port" where it is not the scheme's own
    path: str  # percent-encoded, without dot segments, never empty
    query: tuple[str, ...] = ()  # the pieces between "&", percent-encoded, none of them empty
    fragment: str = ""

    @classmethod
    def parse(cls, written: str) -> Address:
        """Take an address apart. Raises ValueError when it is not one of the web, or has no possible host."""
        text = written.translate(_INVISIBLE).strip().replace("\t", "").replace("\n", "").replace("\r", "")
        match = _SYNTAX.fullmatch(text)
        if match is None:
            raise ValueError(f"not an http or https address: {written[:80]!r}")
        scheme = match["scheme"].lower()
        path = _normalised(match["path"].replace("\\", "/"), _PATH)
        query = _normalised(match["query"] or "", _QUERY)
        return cls(
            scheme,
            _authority(match["authority"], scheme),
            _without_dot_segments(path) or "/",
            tuple(piece for piece in query.split("&") if piece),
            _normalised(match["fragment"] or "", _QUERY),
        )

    def __str__(self) -> str:
        query = f"?{'&'.join(self.query)}" if self.query else ""
        fragment = f"#{self.fragment}" if self.fragment else ""
        return f"{self.scheme}://{self.host}{self.path}{query}{fragment}"

    @property
    def segments(self) -> list[str]:
        """The path's parts, without empty ones."""
        return [segment for segment in self.path.split("/") if segment]

    def value(self, name: str) -> str:
        """The first value of a query parameter, still percent-encoded, or ""."""
        return next((piece[len(name) + 1 :] for piece in self.query if piece.startswith(name + "=")), "")


def _normalised(text: str, allowed: bytes) -> str:
    """Percent-encode what must be, decode what need not be, hex digits in upper case (RFC 3986 6.2.2)."""
    parts = []
    for hexadecimal, literal, stray in _PERCENT.findall(text.encode()):
        if hexadecimal:
            byte = int(hexadecimal, 16)
            parts.append(chr(byte) if byte in _UNRESERVED else f"%{byte:02X}")
        elif stray:
            parts.append("%25")
        else:
            parts.append("".join(chr(byte) if byte in allowed else f"%{byte:02X}" for byte in literal))
    return "".join(parts)


def _without_dot_segments(path: str) -> str:
    """RFC 3986 5.2.4, for an absolute path."""
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            if len(kept) > 1:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/".join(kept)


def _authority(written: str, scheme: str) -> str:
    # What stands before "@" are credentials; they name no page, and are for deception more often than for use.
    written = written.rpartition("@")[2]
    host, port = written, ""
    if not written.endswith("]") and (match := re.fullmatch(r"(.*)[:：](\d*)", written, re.DOTALL)):
        host, port = match[1], match[2]
    if len(port) > 5 or int(port or 0) > 65535:
        raise ValueError(f"no such port: {port[:20]}")
    host = _host(unquote_to_bytes(host).decode())
    return host if not port or int(port) == _DEFAULT_PORTS[scheme] else f"{host}:{int(port)}"


def _host(written: str) -> str:
    if written.startswith("[") and written.endswith("]"):
        return f"[{ipaddress.IPv6Address(written[1:-1]).compressed}]"
    host = written.lower()
    if not host.isascii():
        import idna  # its tables take milliseconds to load, and few hosts need them

        host = idna.encode(host, uts46=True).decode()
    host = host.removesuffix(".")
    labels = host.split(".")
    if len(host) > 253 or not all(map(_LABEL.fullmatch, labels)):
        raise ValueError(f"not a host name: {written[:80]!r}")
    if re.fullmatch(r"\d+|0x[0-9a-f]*", labels[-1]):
        # A number can only be an IPv4 address; its shortened and hexadecimal spellings only serve to hide one.
        return str(ipaddress.IPv4Address(host))
    return host
