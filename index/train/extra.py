"""The extra that training needs; using what was trained does not."""

from __future__ import annotations

from ingest.errors import MissingExtraError

__all__ = ["need_models"]


def need_models() -> None:
    """Raise MissingExtraError when torch or sentence-transformers is not installed."""
    try:
        import sentence_transformers  # noqa: F401
        import torch  # noqa: F401
    except ImportError as error:
        raise MissingExtraError(
            f"Training needs {error.name}, which is not installed.", "pip install 'shuangta[models]'"
        ) from error
