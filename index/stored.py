"""Reading a file of a generation that holds one MessagePack value."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec

from ingest.errors import GenerationError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["read_stored"]

_Value = TypeVar("_Value")


def read_stored(path: Path, kind: type[_Value], what: str) -> _Value:
    """Return the value in `path`. Raises GenerationError, naming `what` it is, when it cannot be read as a `kind`."""
    try:
        return msgspec.msgpack.decode(path.read_bytes(), type=kind)
    except (OSError, UnicodeDecodeError, msgspec.MsgspecError) as error:
        raise GenerationError(
            f"The {what} in {path.parent} cannot be read.", "Build the index again with `shuangta index`."
        ) from error
