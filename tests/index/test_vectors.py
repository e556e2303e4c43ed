"""The cache of vectors."""

from __future__ import annotations

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
