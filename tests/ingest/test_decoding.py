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


@given(st.binary(max_size=500), st.integers(1, 50))
def test_raw_deflate_is_undone_however_it_is_cut(data: bytes, step: int) -> None:
    packer = zlib.compressobj(wbits=-15)
    assert decode(packer.compress(data) + packer.flush(), "deflate", limit=500, step=step) == data


@given(st.lists(st.binary(max_size=200), min_size=1, max_size=4), st.integers(1, 50))
def test_all_members_of_a_gzip_stream_come_out(members: list[bytes], step: int) -> None:
    sent = b"".join(map(gzip.compress, members))
    assert decode(sent, "gzip", limit=1000, step=step) == b"".join(members)


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_what_follows_a_compressed_body_is_neither_read_nor_kept(coding: str) -> None:
    decoder = Decoder(coding, limit=1000)
    decoder.feed((gzip.compress if coding == "gzip" else zlib.compress)(b"text"))
    decoder.feed(b"more and more")
    assert decoder.full
    assert decoder.finish() == b"text"


def test_a_body_that_breaks_off_within_its_header_is_told() -> None:
    with pytest.raises(CodingError):
        decode(gzip.compress(b"text")[:10], "gzip", limit=1000)
    assert decode(b"", "gzip", limit=1000) == b""


@pytest.mark.parametrize("coding", ["utf-8", "none", "binary", "UTF-8, identity"])
def test_a_name_that_is_no_coding_says_nothing_of_the_body(coding: str) -> None:
    assert decode(b"text", coding, limit=1000) == b"text"


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


@pytest.mark.parametrize("coding", ["br", "gzip, gzip", "zstd"])
def test_a_coding_that_was_not_asked_for_is_refused(coding: str) -> None:
    with pytest.raises(CodingError):
        Decoder(coding, limit=10)
