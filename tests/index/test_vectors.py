"""The cache of vectors."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from index.vectors import VectorCache, file_name, text_key
from ingest.errors import StoreError

VECTOR = np.array([0.5, -0.25], np.float16)


def test_a_vector_is_known_again_after_reopening(tmp_path: Path) -> None:
    with VectorCache(tmp_path, "tower@1", 2) as cache:
        cache.put({text_key("a"): VECTOR}, now=1)
    with VectorCache(tmp_path, "tower@1", 2) as cache:
        found = cache.get([text_key("a"), text_key("b")], now=2)
    assert list(found) == [text_key("a")]
    assert found[text_key("a")].tolist() == VECTOR.tolist()


def test_towers_do_not_share_vectors(tmp_path: Path) -> None:
    with VectorCache(tmp_path, "tower@1", 2) as cache:
        cache.put({text_key("a"): VECTOR}, now=1)
    with VectorCache(tmp_path, "tower@2", 2) as cache:
        assert cache.get([text_key("a")], now=1) == {}


def test_a_vector_of_another_length_does_not_count(tmp_path: Path) -> None:
    with VectorCache(tmp_path, "tower@1", 2) as cache:
        cache.put({text_key("a"): VECTOR}, now=1)
    with VectorCache(tmp_path, "tower@1", 3) as cache:
        assert cache.get([text_key("a")], now=1) == {}


def test_what_was_not_used_since_is_forgotten(tmp_path: Path) -> None:
    with VectorCache(tmp_path, "tower@1", 2) as cache:
        cache.put({text_key("a"): VECTOR, text_key("b"): VECTOR}, now=1)
        cache.get([text_key("b")], now=5)
        cache.forget(before=5)
        assert len(cache) == 1
        assert text_key("b") in cache.get([text_key("b")], now=6)


def test_a_tower_with_a_path_in_its_name_stays_in_the_folder() -> None:
    assert file_name("intfloat/../e5@0123") == "intfloat%2F..%2Fe5@0123"


def test_a_damaged_cache_says_what_to_delete(tmp_path: Path) -> None:
    (tmp_path / "tower@1.sqlite").write_bytes(b"no database" * 1000)
    with pytest.raises(StoreError, match="Delete that file"):
        VectorCache(tmp_path, "tower@1", 2)


def test_damage_that_shows_only_when_reading_says_what_to_delete(tmp_path: Path) -> None:
    keys = [text_key(str(number)) for number in range(2_000)]
    with VectorCache(tmp_path, "tower@1", 2) as cache:
        cache.put(dict.fromkeys(keys, VECTOR), now=1)
    path = tmp_path / "tower@1.sqlite"
    content = bytearray(path.read_bytes())
    content[8_192:] = b"\xff" * (len(content) - 8_192)
    path.write_bytes(content)
    with VectorCache(tmp_path, "tower@1", 2) as cache, pytest.raises(StoreError, match="Delete that file"):
        cache.get(keys, now=2)


def test_half_a_number_is_no_vector(tmp_path: Path) -> None:
    with VectorCache(tmp_path, "tower@1", 2) as cache:
        cache.put({text_key("a"): VECTOR}, now=1)
    with sqlite3.connect(tmp_path / "tower@1.sqlite") as database:
        database.execute("UPDATE vectors SET vector = x'000000'")
    with VectorCache(tmp_path, "tower@1", 2) as cache:
        assert cache.get([text_key("a")], now=2) == {}
