"""Every setting of the program, composed from the rooms' own types and read from its four sources.

A later source wins over an earlier one: the shipped `configs/default.toml`, the user's file (`--config`,
`SHUANGTA_CONFIG`, or `config.toml` in the platform's configuration folder), the environment
(`SHUANGTA_CRAWL__DELAY=2`), and `--set crawl.delay=2`. Tables are merged key by key, arrays replaced whole.
Relative paths in a file are relative to that file, all others to the working directory.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from api.sources import SHIPPED, SHIPPED_LIST, assignments, chosen_file
from index.settings import IndexSettings
from ingest.errors import SettingsError
from ingest.settings import CrawlSettings, ExtractSettings, IngestSettings, ListSettings
from search.settings import SearchSettings

__all__ = ["ServerSettings", "Settings", "merge", "read"]

Raw = dict[str, Any]

# msgspec's names of types, as a person who writes TOML would say them.
_WORDS = {
    "array": "an array",
    "bool": "true or false",
    "float": "a number",
    "int": "a whole number",
    "object": "a table",
    "str": "text",
}


class ServerSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`shuangta serve`."""

    host: str = "127.0.0.1"
    hosts: tuple[str, ...] = ()  # further names that it answers to
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 8420  # 0: any free port
    results: Annotated[int, msgspec.Meta(ge=1)] = 10  # hits of a page, and of the API when `k` is not given
    max_results: Annotated[int, msgspec.Meta(ge=1)] = 100  # largest `k` that the API accepts
    max_batch: Annotated[int, msgspec.Meta(ge=1)] = 50  # most queries of one batch
    max_body: Annotated[int, msgspec.Meta(ge=1)] = 1_000_000  # bytes of a request's body
    check_every: Annotated[float, msgspec.Meta(ge=0)] = 1.0  # seconds between two looks for a new generation
    log_format: Literal["text", "json"] = "text"
    otlp_endpoint: str = ""  # "": no OpenTelemetry spans


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All settings. `data_dir` and the paths of the lists are absolute, or as typed relative to the cwd."""

    data_dir: str = ""  # "": the platform's user data folder
    stars: tuple[str, ...] = IngestSettings().stars
    lists: tuple[ListSettings, ...] = ()
    crawl: CrawlSettings = CrawlSettings()
    extract: ExtractSettings = ExtractSettings()
    index: IndexSettings = IndexSettings()
    search: SearchSettings = SearchSettings()
    server: ServerSettings = ServerSettings()

    @property
    def ingest(self) -> IngestSettings:
        """The part that the room `ingest` takes."""
        return IngestSettings(lists=self.lists, stars=self.stars, crawl=self.crawl, extract=self.extract)

    @property
    def data_path(self) -> Path:
        """The data folder; it need not exist."""
        if self.data_dir:
            return Path(self.data_dir).expanduser()
        from platformdirs import user_data_path

        return user_data_path("shuangta", appauthor=False)


def read(
    config: Path | None = None, sets: Sequence[str] = (), environ: Mapping[str, str] | None = None
) -> Settings:
    """Read all sources. Raises SettingsError, which names the source and, for a typing error, the nearest key."""
    environ = environ or {}
    chosen = chosen_file(config, environ)
    files = [SHIPPED, *([chosen] if chosen is not None else [])]
    raw: Raw = {}
    for path in files:
        merge(raw, _read_file(path))
    for origin, keys, text in assignments(sets, environ):
        kind = _type_at(keys, origin)
        value = _value(text, kind)
        _refuse_unknown(value, kind, keys, origin)
        _assign(raw, keys, value, origin)
        _convert(raw, origin)
    return _convert(raw, str(files[-1]))


def _read_file(path: Path) -> Raw:
    """One file as a checked table, with its relative paths made absolute."""
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise SettingsError(
            f"There is no settings file {path}.", "Check the path given with --config."
        ) from None
    except OSError as error:
        raise SettingsError(f"The settings file {path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"The settings file {path} is not UTF-8.", "Save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"The settings file {path} is not valid TOML: {error}.") from error
    _refuse_unknown(raw, Settings, (), str(path))
    _convert(raw, str(path))
    folder = path.resolve().parent
    if raw.get("data_dir"):
        raw["data_dir"] = str(folder / Path(raw["data_dir"]).expanduser())
    if cookies := raw.get("crawl", {}).get("cookies"):
        raw["crawl"]["cookies"] = str(folder / Path(cookies).expanduser())
    for entry in raw.get("lists", ()):
        if entry["path"].startswith(SHIPPED_LIST):
            shipped = entry["path"].removeprefix(SHIPPED_LIST)
            entry["path"] = str(SHIPPED.parent / "reading_lists" / f"{shipped}.md")
        elif "://" not in entry["path"]:
            entry["path"] = str(folder / Path(entry["path"]).expanduser())
    return raw


def _value(text: str, kind: Any) -> Any:
    """What a typed text means: TOML, except that a text setting takes it as it stands."""
    try:
        parsed = tomllib.loads(f"value = {text}")
    except tomllib.TOMLDecodeError:
        return text
    value = parsed["value"] if set(parsed) == {"value"} else text
    is_text = kind is str or get_origin(kind) is Literal
    return text if is_text and not isinstance(value, str) else value


def _assign(raw: Raw, keys: tuple[str, ...], value: Any, origin: str) -> None:
    """Put `value` under the dotted `keys`; a number among them picks an element of an array."""
    place: Any = raw
    for key in keys[:-1]:
        place = _element(place, key, origin) if isinstance(place, list) else place.setdefault(key, {})
    last = keys[-1]
    if isinstance(place, list):
        _element(place, last, origin)
        place[int(last)] = value
    elif isinstance(value, dict) and isinstance(place.get(last), dict):
        merge(place[last], value)
    else:
        place[last] = value


def _element(array: list[Any], key: str, origin: str) -> Any:
    try:
        return array[int(key)]
    except IndexError:
        raise SettingsError(
            f"{origin}: there is no element {key} among {len(array)}.", "Counting starts at 0."
        ) from None


def merge(base: Raw, layer: Raw) -> None:
    """Put `layer` over `base`: tables key by key, everything else whole."""
    for key, value in layer.items():
        if isinstance(value, dict) and isinstance(base.get(key), dict):
            merge(base[key], value)
        else:
            base[key] = value


def _convert(raw: Raw, origin: str) -> Settings:
    try:
        return msgspec.convert(raw, Settings)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at ")
        sentence = re.sub(
            "`(\\w+)`", lambda found: _WORDS.get(found[1], found[1]), what[:1].lower() + what[1:]
        )
        key = where.strip("`").removeprefix("$").removeprefix(".").replace("[", ".").replace("]", "")
        kind = _type_at(tuple(key.split(".")), origin) if key and "..." not in key else None
        allowed = f"Use one of {', '.join(get_args(kind))}." if get_origin(kind) is Literal else ""
        place = origin if not key or origin.endswith(key) else f"{origin}, `{key}`"
        raise SettingsError(f"{place}: {sentence}.", allowed) from error


def _refuse_unknown(raw: Any, kind: Any, above: tuple[str, ...], origin: str) -> None:
    """Raise SettingsError at the first key of a table that the settings types do not have."""
    element = _element_type(kind)
    if element is not None and isinstance(raw, list):
        for number, value in enumerate(raw):
            _refuse_unknown(value, element, (*above, str(number)), origin)
    elif _is_table(kind) and isinstance(raw, dict):
        for key, value in raw.items():
            _refuse_unknown(value, _type_at((*above, key), origin), (*above, key), origin)


def _type_at(keys: tuple[str, ...], origin: str) -> Any:
    """Type of the setting at dotted `keys`. Raises SettingsError with the nearest known key when there is none."""
    kind: Any = Settings
    for depth, key in enumerate(keys):
        element = _element_type(kind)
        if element is not None and key.isdecimal():
            kind = element
            continue
        known = _fields(kind) if _is_table(kind) else {}
        if key not in known:
            written = ".".join(keys[: depth + 1])
            near = _nearest(keys, depth, tuple(known))
            cure = f"Did you mean `{near}`?" if near else "configs/default.toml explains every setting."
            raise SettingsError(f"{origin}: there is no setting `{written}`.", cure)
        kind = known[key]
    return kind


def _nearest(keys: tuple[str, ...], depth: int, siblings: tuple[str, ...]) -> str:
    """The known setting most like the one written: by full name, among its siblings, or by its last key."""
    import difflib

    full_names = tuple(_names(Settings, ""))
    by_last_key = {name.rpartition(".")[2]: name for name in reversed(full_names)}
    for written, known, likeness in (
        (".".join(keys), {name: name for name in full_names}, 0.85),
        (keys[depth], {name: ".".join((*keys[:depth], name)) for name in siblings}, 0.6),
        (keys[-1], by_last_key, 0.75),
    ):
        near = difflib.get_close_matches(written, known, n=1, cutoff=likeness)
        if near:
            return known[near[0]]
    return ""


def _names(kind: Any, above: str) -> Iterator[str]:
    """Dotted names of all settings under a table type."""
    for key, inner in _fields(kind).items():
        yield above + key
        if _is_table(inner):
            yield from _names(inner, f"{above}{key}.")


@cache
def _fields(table: Any) -> dict[str, Any]:
    return get_type_hints(table)


def _is_table(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _element_type(kind: Any) -> Any:
    """Type of the elements when `kind` is an array of tables, else None."""
    if get_origin(kind) is not tuple:
        return None
    element = get_args(kind)[0]
    return element if _is_table(element) else None
