"""What every schema of the API is made of: fields with a description and an example, and no others."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Given", "described"]


def described(description: str, example: object) -> object:
    """Return what a field says of itself in the API's description."""
    return Field(description=description, examples=[example])


class Given(BaseModel):
    """An object that the API gives; a field that its schema lacks is an error."""

    model_config = ConfigDict(extra="forbid")
