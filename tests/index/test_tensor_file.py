"""Tensors mapped from a safetensors file: equal to what the library reads, and never more than the file holds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from safetensors.numpy import load, save

from index.tensor_file import map_tensors
from ingest.errors import TowerError

TENSORS = {
    "表": np.arange(12, dtype=np.float32).reshape(4, 3),
    "half": np.array([0.5, -2], np.float16),
    "small": np.array([[-128, 127]], np.int8),
    "empty": np.zeros((0, 3), np.float32),
}
WRITTEN = save(TENSORS, {"format": "np"})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "model.safetensors"


def test_tensors_are_those_that_the_library_reads(path: Path) -> None:
    path.write_bytes(WRITTEN)
    tensors, whole = map_tensors(path)
    assert whole[:] == WRITTEN
    theirs: dict[str, NDArray[np.generic]] = load(WRITTEN)
    assert tensors.keys() == theirs.keys()
    for name, tensor in tensors.items():
        assert (tensor.dtype, tensor.shape) == (theirs[name].dtype, theirs[name].shape)
        np.testing.assert_array_equal(tensor, theirs[name])
        assert not tensor.flags.writeable


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x08",
        b"\xff" * 64,
        WRITTEN[:-1],
        WRITTEN.replace(b'"F16"', b'"Q16"'),
        WRITTEN.replace(b"[4,3]", b"[4,4]"),
        WRITTEN.replace(b"[4,3]", b'"4,3'),
    ],
    ids=["empty", "one byte", "no header", "cut short", "unknown type", "wrong shape", "no JSON"],
)
def test_a_damaged_file_is_one_clear_sentence(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(TowerError, match=r"model\.safetensors cannot be read"):
        map_tensors(path)


def test_a_file_that_is_not_there_is_named(path: Path) -> None:
    with pytest.raises(TowerError, match="No such file"):
        map_tensors(path)


@given(place=st.integers(0, len(WRITTEN) - 1), byte=st.integers(0, 255), length=st.integers(1, len(WRITTEN)))
def test_no_damage_reads_beyond_the_file(
    tmp_path_factory: pytest.TempPathFactory, place: int, byte: int, length: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.safetensors"
    damaged = bytearray(WRITTEN)
    damaged[place] = byte
    path.write_bytes(damaged[:length])
    try:
        tensors, whole = map_tensors(path)
    except TowerError:
        return
    assert all(tensor.nbytes <= len(whole) for tensor in tensors.values())
    for tensor in tensors.values():
        tensor.tobytes()
