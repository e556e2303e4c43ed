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
            layer
            for layer in (part.strip().lower() for part in coding.split(","))
            if layer not in ("", "identity")
        ]
        if len(layers) > 1 or not set(layers) <= {"gzip", "x-gzip", "deflate"}:
            raise CodingError(f"content coding {coding!r} was not asked for")
        self._deflate = layers == ["deflate"]
        self._inflater = zlib.decompressobj(zlib.MAX_WBITS if self._deflate else _GZIP) if layers else None
        self._limit = limit
        self._cut = cut
        self._body = bytearray()

    @property
    def full(self) -> bool:
        """Whether the limit is reached and nothing more is wanted."""
        return self._cut and len(self._body) >= self._limit

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
        if self._inflater is not None and self._body and not self._inflater.eof and not self.full:
            raise CodingError("the compressed body breaks off")
        return bytes(self._body)

    def _inflate(self, data: bytes, room: int) -> bytes:
        assert self._inflater is not None
        try:
            return self._inflater.decompress(data, max(room, 1))
        except zlib.error as error:
            # Many servers send raw deflate where the RFC means zlib's format; browsers take both.
            if self._deflate and not self._body:
                self._deflate = False
                self._inflater = zlib.decompressobj(_RAW_DEFLATE)
                return self._inflate(data, room)
            raise CodingError(f"the compressed body is damaged ({error})") from error
