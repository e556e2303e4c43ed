"""Where settings come from, before anything is known of their types: the file, the environment, `--set`.

Apart from `settings` because a `search` that a server answers must find the data folder, and tell whether that server
was given the same settings, in a few milliseconds: nothing here imports more than the standard library.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ingest.errors import SettingsError

__all__ = [
    "CONFIG_VARIABLE",
    "LONGEST_SOCKET",
    "SETTINGS_HEADER",
    "SHIPPED",
    "SHIPPED_LIST",
    "SOCKET",
    "Assignment",
    "assignments",
    "chosen_file",
    "fingerprint",
    "likely_data_dir",
    "user_config",
]

SHIPPED = Path(__file__).resolve().parents[1] / "configs" / "default.toml"
PREFIX = "SHUANGTA_"
CONFIG_VARIABLE = PREFIX + "CONFIG"

SHIPPED_LIST = "shipped:"  # before the name of a list of the catalogue, as a `path` of [[lists]]

SOCKET = "search.sock"  # in the data folder: where a server of it listens for commands
LONGEST_SOCKET = (
    100  # bytes of a socket's path that every system takes (sun_path: 104 on macOS, 108 on Linux)
)
SETTINGS_HEADER = "x-shuangta-settings"  # carries the fingerprint

Assignment = tuple[str, tuple[str, ...], str]  # what a person would call it, dotted key, text

# What a server alone needs, or what the folder with its socket says: two processes may differ in it and answer alike.
_OF_NO_MATTER = (("server",), ("data_dir",))


def user_config() -> Path:
    """Where the user's own settings file is looked for; it need not exist."""
    from platformdirs import user_config_path

    return user_config_path("shuangta", appauthor=False) / "config.toml"


def chosen_file(config: Path | None, environ: Mapping[str, str]) -> Path | None:
    """The settings file over the shipped one: `config`, SHUANGTA_CONFIG's (these need not exist), the user's, or none."""
    if config is not None:
        return config.expanduser()
    if environ.get(CONFIG_VARIABLE):
        return Path(environ[CONFIG_VARIABLE]).expanduser()
    return user_config() if user_config().is_file() else None


def assignments(sets: Sequence[str], environ: Mapping[str, str]) -> Iterator[Assignment]:
    """Yield the environment's settings, then those of `--set`. Raises SettingsError for one without a value."""
    for name in sorted(environ):
        if name.startswith(PREFIX) and name != CONFIG_VARIABLE:
            yield f"the variable {name}", tuple(name.removeprefix(PREFIX).lower().split("__")), environ[name]
    for assignment in sets:
        key, equals, text = assignment.partition("=")
        if not equals:
            raise SettingsError(f"--set {assignment} has no value.", "Write it as --set key=value.")
        yield f"--set {key.strip()}", tuple(key.strip().split(".")), text.strip()


def likely_data_dir(config: Path | None, sets: Sequence[str], environ: Mapping[str, str]) -> Path | None:
    """The data folder that these sources name, or None where only reading them as settings can tell."""
    named = [text for _, keys, text in assignments(sets, environ) if keys == ("data_dir",)]
    if named:
        plain = named[-1] and named[-1][0] not in "'\""
        return Path(named[-1]).expanduser() if plain else None
    path = chosen_file(config, environ)
    if path is not None:
        import tomllib

        try:
            folder = tomllib.loads(path.read_text("utf-8")).get("data_dir", "")
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
            return None
        if folder:
            return path.resolve().parent / Path(folder).expanduser() if isinstance(folder, str) else None
    from platformdirs import user_data_path

    return user_data_path("shuangta", appauthor=False)


def fingerprint(config: Path | None, sets: Sequence[str], environ: Mapping[str, str]) -> str:
    """A digest of all sources: two processes with the same one have the same settings, `[server]` and data folder aside.

    The reverse does not hold: what is only written differently gives another digest. Raises SettingsError, OSError.
    """
    digest = hashlib.sha256(SHIPPED.read_bytes())
    path = chosen_file(config, environ)
    if path is not None:
        digest.update(repr(path.resolve()).encode())
        digest.update(path.read_bytes())
    for _, keys, text in assignments(sets, environ):
        if keys[0] == "index":
            # A tower may be named by a relative path.
            digest.update(repr(Path.cwd()).encode())
        if not any(keys[: len(prefix)] == prefix for prefix in _OF_NO_MATTER):
            digest.update(repr((keys, text)).encode("utf-8", "surrogateescape"))
    return digest.hexdigest()[:24]
