"""Tensors of a safetensors file where they lie: mapped into memory, so that a query reads the rows it needs.

The library copies every tensor, which is a tenth of a cold search and memory that no two processes share. The format:
https://github.com/huggingface/safetensors#format
"""

from __future__ import annotations

import mmap
from math import prod
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from index.model_folder import CURE
from ingest.errors import TowerError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["map_tensors"]

# bfloat16 is missing: numpy has none.
_TYPES = {
    "F64": "<f8",
    "F32": "<f4",
    "F16": "<f2",
    "I64": "<i8",
    "I32": "<i4",
    "I16": "<i2",
    "I8": "<i1",
    "U8": "<u1",
}
_LENGTH = 8  # bytes that say how long the header is


class _Tensor(msgspec.Struct):
    dtype: str
    shape: list[int]
    data_offsets: tuple[int, int]


def map_tensors(path: Path) -> tuple[dict[str, NDArray[Any]], mmap.mmap]:
    """Return the tensors by name, read-only, and the whole file.

    Raises TowerError when the file cannot be read, is damaged, or holds numbers of a type that numpy lacks.
    """
    try:
        with path.open("rb") as file:
            whole = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError as error:
        raise TowerError(f"The tower's file {path} cannot be read: {error.strerror}.", CURE) from error
    except ValueError as error:  # an empty file cannot be mapped
        raise TowerError(f"{path} cannot be read: it is empty.", CURE) from error
    begin = _LENGTH + int.from_bytes(whole[:_LENGTH], "little")
    try:
        header = msgspec.json.decode(whole[_LENGTH:begin], type=dict[str, msgspec.Raw])
        header.pop("__metadata__", None)
        found = {name: msgspec.json.decode(raw, type=_Tensor) for name, raw in header.items()}
        return {name: _tensor(each, whole, begin) for name, each in found.items()}, whole
    except (msgspec.MsgspecError, ValueError) as error:
        raise TowerError(f"{path} cannot be read: {error}.", CURE) from error


def _tensor(found: _Tensor, whole: mmap.mmap, begin: int) -> NDArray[Any]:
    kind = _TYPES.get(found.dtype)
    if kind is None:
        raise ValueError(f"it holds numbers of the type {found.dtype}")
    first, last = found.data_offsets
    count = prod(found.shape)
    if min(found.shape, default=0) < 0 or last - first != count * np.dtype(kind).itemsize or first < 0:
        raise ValueError("its header contradicts itself")
    if begin + last > len(whole):
        raise ValueError("it is cut short")
    return np.frombuffer(whole, kind, count, begin + first).reshape(found.shape)
