"""The user's settings file, edited as a careful hand would: comments and order stay, only `[[lists]]` changes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from api.settings import read
from api.sources import SHIPPED
from ingest.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.settings import ListSettings

__all__ = ["SettingsFile"]

_NEW = f"""\
# Your settings, over the defaults. `shuangta add` and `shuangta remove` keep the lists; every other key that can stand
# here is explained in {SHIPPED}

"""


class SettingsFile:
    """The `[[lists]]` of one TOML file, which need not exist yet. Nothing is written before `save`."""

    def __init__(self, path: Path) -> None:
        """Raises SettingsError when the file cannot be read, or holds no settings."""
        self.path = path
        if path.exists():
            read(path)
        try:
            self._document = tomlkit.parse(path.read_text("utf-8") if path.exists() else _NEW)
        except (OSError, UnicodeDecodeError, TOMLKitError) as error:
            raise SettingsError(
                f"The settings file {path} cannot be changed: {error}.", "Mend it by hand first."
            ) from error

    def places(self) -> list[str]:
        """Where the lists of the file lie, absolute, in their order."""
        return [self._absolute(str(entry["path"])) for entry in self._entries()]

    def names(self) -> list[str]:
        """Under which name search shows each of them."""
        return [str(entry.get("name") or Path(str(entry["path"])).stem) for entry in self._entries()]

    def add(self, lists: Sequence[ListSettings]) -> None:
        """Put lists at the end; a file in the folder of the settings or below is named relative to it."""
        entries = self._document.get("lists")
        if entries is None:
            entries = tomlkit.aot()
            self._document.append("lists", entries)
        for each in lists:
            entry = tomlkit.table() if isinstance(entries, tomlkit.items.AoT) else tomlkit.inline_table()
            for key, value in (("path", self._relative(each.path)), ("name", each.name), ("base", each.base)):
                if value:
                    entry[key] = value
            if isinstance(entry, tomlkit.items.Table):
                entry.add(tomlkit.nl())
            entries.append(entry)

    def remove(self, place: str) -> None:
        """Take out the list at `place`, one of `places`."""
        del self._document["lists"][self.places().index(place)]
        if not self._entries():
            del self._document["lists"]

    def save(self) -> None:
        """Write the file in one step, after a look that it still holds settings. Raises SettingsError, OSError."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        aside = self.path.with_name(f".{self.path.name}-aside")
        try:
            aside.write_text(tomlkit.dumps(self._document), "utf-8")
            read(aside)
            if self.path.exists():
                aside.chmod(self.path.stat().st_mode)
            # Where the file is a link, into a folder of dotfiles perhaps, the link stays.
            aside.replace(self.path.resolve())
        finally:
            aside.unlink(missing_ok=True)

    def _entries(self) -> list[Any]:
        return list(self._document.get("lists", ()))

    def _absolute(self, path: str) -> str:
        return path if ":" in path else str(self.path.resolve().parent / Path(path).expanduser())

    def _relative(self, path: str) -> str:
        folder = self.path.resolve().parent
        inside = ":" not in path and Path(path).is_relative_to(folder)
        return str(Path(path).relative_to(folder)) if inside else path
