"""Content codings undone within a limit, so that a few kilobytes cannot become gigabytes.

httpx decodes whatever it is sent, in any number of layers and without a limit, which suits an API better than the web.
Only what we ask for (`ACCEPTED`) is decoded here, in one layer. RFC 9110, section 8.4.1.
"""

from __future__ import annotations

import zlib

__all__ = ["ACCEPTED", "CodingError", "Decoder", "TooLargeError"]

ACCEPTED = "gzip, deflate"
_GZIP = zlib.MAX_WBITS | 16
_RAW_DEFLATE = -zlib.MAX_WBITS
_MEMBER = b"\x1f\x8b"  # how each member of a gzip stream begins
# Names that IANA registers. Others (utf-8, none, binary) come from servers that take the field for another one, and say
# nothing of the body; browsers read it as it is.
_REGISTERED = frozenset(
    [
        "aes128gcm",
        "br",
        "compress",
        "dcb",
        "dcz",
        "deflate",
        "exi",
        "gzip",
        "pack200-gzip",
        "x-compress",
        "x-gzip",
        "zstd",
    ]
)


class CodingError(ValueError):
    """The body is not in the coding that its header names, or in one that was not asked for."""


class TooLargeError(ValueError):
    """The decoded body goes beyond the limit."""


class Decoder:
    """Collect a body piece by piece. `coding` is the value of Content-Encoding, `limit` counts decoded bytes.

    With `cut`, what goes beyond the limit is left out; otherwise it raises TooLargeError. Raises CodingError.
    """

    def __init__(self, coding: str, *, limit: int, cut: bool = False) -> None:
        layers = [
            layer for layer in (part.strip().lower() for part in coding.split(",")) if layer in _REGISTERED
        ]
        if len(layers) > 1 or not set(layers) <= {"gzip", "x-gzip", "deflate"}:
            raise CodingError(f"content coding {coding!r} was not asked for")
        self._deflate = layers == ["deflate"]
        self._gzip = bool(layers) and not self._deflate
        self._held = b""  # bytes that tell too little alone
        self._begun = self._ended = False
        self._inflater = zlib.decompressobj(zlib.MAX_WBITS if self._deflate else _GZIP) if layers else None
        self._limit = limit
        self._cut = cut
        self._body = bytearray()

    @property
    def full(self) -> bool:
        """Whether nothing more is wanted: the limit is reached, or the compressed body is at its end."""
        return self._ended or (self._cut and len(self._body) >= self._limit)

    def feed(self, data: bytes) -> None:
        """Take the next bytes from the wire."""
        if self.full:
            return
        # One byte more than is allowed tells "at the limit" from "beyond it".
        room = self._limit + 1 - len(self._body)
        self._body += data[:room] if self._inflater is None else self._inflate(data, room)
        if len(self._body) > self._limit:
            if not self._cut:
                raise TooLargeError(f"more than {self._limit:,} bytes")
            del self._body[self._limit :]

    def finish(self) -> bytes:
        """Return the body. Raises CodingError when its coding was not complete."""
        begun = self._begun or self._held
        if self._inflater is not None and begun and not self._inflater.eof and not self.full:
            raise CodingError("the compressed body breaks off")
        return bytes(self._body)

    def _inflate(self, data: bytes, room: int) -> bytes:
        """Undo one piece. Behind a gzip member comes another one (RFC 1952, section 2.2); all else there is ignored."""
        assert self._inflater is not None
        data, self._held = self._held + data, b""
        plain = bytearray()
        while data and len(plain) < room:
            if len(data) < len(_MEMBER) and (self._inflater.eof or not self._begun):
                self._held = data
                break
            if self._inflater.eof:
                if not (self._gzip and data.startswith(_MEMBER)):
                    self._ended = True
                    break
                self._inflater = zlib.decompressobj(_GZIP)
            self._begun = True
            plain += self._decompress(data, room - len(plain))
            data = self._inflater.unused_data
        return bytes(plain)

    def _decompress(self, data: bytes, room: int) -> bytes:
        assert self._inflater is not None
        try:
            return self._inflater.decompress(data, room)
        except zlib.error as error:
            # Many servers send raw deflate where the RFC means zlib's format; browsers take both.
            if self._deflate and not self._body:
                self._deflate = False
                self._inflater = zlib.decompressobj(_RAW_DEFLATE)
                return self._decompress(data, room)
            raise CodingError(f"the compressed body is damaged ({error})") from error
