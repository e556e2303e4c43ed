"""Models of the Hugging Face hub: what lies in its local cache, and fetching what does not.

What is cached comes first: no network, no waiting, and the same model tomorrow.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import TowerError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ask_hub", "cached", "download", "listing", "unavailable"]


def cached(name: str) -> Path | None:
    """Return the folder of that model in the local cache; None when it was never fetched."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (HFValidationError, LocalEntryNotFoundError):
        return None


def ask_hub(name: str) -> None:
    """Raise TowerError when the hub cannot be reached.

    One question decides that in seconds; loading would ask for file after file, with minutes of retries.
    """
    import httpx
    from huggingface_hub import constants

    if constants.HF_HUB_OFFLINE:
        raise unavailable(name, OSError("HF_HUB_OFFLINE is set"))
    try:
        httpx.head(constants.ENDPOINT, timeout=10)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise unavailable(name, error) from error


def listing(name: str) -> list[str]:
    """Return the paths of a model's files on the hub. Raises TowerError when it does not give them."""
    import httpx
    from huggingface_hub import HfApi

    ask_hub(name)
    try:
        return list(HfApi().list_repo_files(name))
    except (OSError, ValueError, httpx.HTTPError) as error:  # the hub's own errors are kinds of these
        raise unavailable(name, error) from error


def download(name: str, files: Sequence[str]) -> Path:
    """Fetch those files of a model into the cache and return their folder. Raises TowerError."""
    import httpx
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name, allow_patterns=list(files)))
    except (OSError, ValueError, httpx.HTTPError) as error:
        raise unavailable(name, error) from error


def unavailable(name: str, error: Exception) -> TowerError:
    """Return what to say of a model that cannot be had."""
    reason = (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
    return TowerError(
        f"The model {name} is neither a folder nor in the local cache of the Hugging Face hub, and the hub did "
        f"not give it: {reason}.",
        "Check `name` of [[index.towers]], connect to the network once, or copy the model to a folder and name "
        'that; the built-in towers are "static" and "small".',
    )
