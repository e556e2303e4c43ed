"""Bodies come out as they went in, and no further than the limit."""

from __future__ import annotations

import gzip
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.decoding import CodingError, Decoder, TooLargeError


def decode(data: bytes, coding: str, *, limit: int, step: int = 7, cut: bool = False) -> bytes:
    decoder = Decoder(coding, limit=limit, cut=cut)
    for start in range(0, len(data), step):
        decoder.feed(data[start : start + step])
    return decoder.finish()


@given(
    st.binary(max_size=3000),
    st.sampled_from(["", "identity", "gzip", "x-gzip", "deflate", "GZIP"]),
    st.integers(1, 500),
)
def test_what_goes_in_comes_out_however_it_is_cut(data: bytes, coding: str, step: int) -> None:
    pack = {"gzip": gzip.compress, "x-gzip": gzip.compress, "deflate": zlib.compress}.get(
        coding.lower(), bytes
    )
    assert decode(pack(data), coding, limit=3000, step=step) == data


@given(st.integers(0, 2000), st.integers(0, 2000), st.booleans())
def test_no_byte_beyond_the_limit_comes_out(size: int, limit: int, packed: bool) -> None:
    data = b"0" * size
    sent, coding = (gzip.compress(data), "gzip") if packed else (data, "")
    assert decode(sent, coding, limit=limit, cut=True) == data[:limit]
    if size > limit:
        with pytest.raises(TooLargeError):
            decode(sent, coding, limit=limit)


@given(st.binary(max_size=200))
def test_damaged_bodies_are_told_and_nothing_else_happens(data: bytes) -> None:
    for coding in ("gzip", "deflate"):
        with suppress(CodingError, TooLargeError):
            decode(data, coding, limit=10_000)


@pytest.mark.parametrize("coding", ["br", "gzip, gzip", "zstd", "nonsense"])
def test_a_coding_that_was_not_asked_for_is_refused(coding: str) -> None:
    with pytest.raises(CodingError):
        Decoder(coding, limit=10)
