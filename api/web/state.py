"""The engine's own state: corpus, crawl outcomes by site, generations, and what the last rebuild did."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING

from api.reports import read_report
from api.web.bars import Chart, Key, stacked
from api.web.outcome_phrases import reason_name, stage_name
from api.wiring import click_log, existing_store
from index.generation import current, published
from index.manifest import load_manifest
from ingest.articles import SkipReason, Source
from ingest.errors import GenerationError, IndexMissingError
from ingest.lock import is_held
from ingest.urls import hostname

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from api.settings import Settings
    from ingest.outcomes import Outcome

__all__ = ["Crawling", "Figure", "ShownGeneration", "State", "crawling", "state"]

_HOSTS = 25
_GONE = frozenset(
    {
        SkipReason.DEAD_LINK,
        SkipReason.HOST_UNKNOWN,
        SkipReason.DELETED,
        SkipReason.VIOLATION,
        SkipReason.MIGRATED,
        SkipReason.LINK_EXPIRED,
        SkipReason.PARKED,
    }
)
_WALLED = frozenset(
    {
        SkipReason.FORBIDDEN,
        SkipReason.ROBOTS,
        SkipReason.LOGIN_WALL,
        SkipReason.PAYWALL,
        SkipReason.PRIVATE,
        SkipReason.ANTI_BOT,
    }
)
# What becomes of a link, in the order in which it is drawn, and the colour of each.
_KINDS = {"article": "a", "duplicate": "e", "gone": "c", "walled": "b", "failed": "f", "waiting": "d"}


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with what it counts."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class ShownGeneration:
    """One published generation."""

    id: str
    created: str  # UTC, to the minute
    articles: int
    passages: int
    size: str
    towers: str
    current: bool


@dataclass(frozen=True, slots=True)
class State:
    """All that the page shows."""

    busy: bool
    figures: tuple[Figure, ...]
    charts: tuple[Chart, ...]
    generations: tuple[ShownGeneration, ...]


@dataclass(frozen=True, slots=True)
class Crawling:
    """How far a crawl at work has come, in links."""

    done: int
    total: int


def state(settings: Settings, words: Mapping[str, str]) -> State:
    """Gather the state of the data folder. Raises StoreError."""
    outcomes = _outcomes(settings)
    generations = tuple(_generations(settings.data_path))
    charts = [*_of_outcomes(outcomes, words), *_of_report(settings, words)]
    return State(
        busy=is_held(settings.data_path),
        figures=(*_figures(outcomes, generations, words), *_clicks(settings, words)),
        charts=tuple(chart for chart in charts if chart.bars),
        generations=generations,
    )


def crawling(settings: Settings) -> Crawling | None:
    """How far the crawl has come that is at work in the data folder; None when none is. Raises StoreError."""
    if not is_held(settings.data_path):
        return None
    outcomes = _outcomes(settings)
    return Crawling(sum(_kind(outcome) != "waiting" for outcome in outcomes), len(outcomes))


def _outcomes(settings: Settings) -> list[Outcome]:
    try:
        with existing_store(settings) as store:
            return list(store.outcomes())
    except IndexMissingError:
        return []  # nothing was crawled yet


def _kind(outcome: Outcome) -> str:
    if outcome.outcome != "skipped":
        return outcome.outcome
    if outcome.reason in _GONE:
        return "gone"
    if outcome.reason in _WALLED:
        return "walled"
    return "failed" if outcome.reason else "waiting"


def _figures(
    outcomes: Sequence[Outcome], generations: Sequence[ShownGeneration], words: Mapping[str, str]
) -> Iterator[Figure]:
    counts = Counter(outcome.outcome for outcome in outcomes)
    yield Figure(words["addresses"], f"{len(outcomes):,}")
    yield Figure(words["articles"], f"{counts['article']:,}")
    yield Figure(words["listing_only"], f"{counts['skipped']:,}")
    yield Figure(words["duplicates"], f"{counts['duplicate']:,}")
    archived = sum(outcome.source == Source.ARCHIVE for outcome in outcomes)
    yield Figure(words["archived_articles"], f"{archived:,}")
    for generation in generations:
        if generation.current:
            yield Figure(words["passages"], f"{generation.passages:,}")


def _clicks(settings: Settings, words: Mapping[str, str]) -> Iterator[Figure]:
    """Whoever looks should see that clicks are kept, where they are."""
    if settings.search.clicks.enabled:
        yield Figure(words["clicks_kept"], f"{len(click_log(settings).read()):,}")


def _of_outcomes(outcomes: Sequence[Outcome], words: Mapping[str, str]) -> Iterator[Chart]:
    legend = tuple(Key(colour, words[f"kind_{kind}"]) for kind, colour in _KINDS.items())
    by_host: dict[str, Counter[str]] = {}
    for outcome in outcomes:
        by_host.setdefault(hostname(outcome.url), Counter())[_kind(outcome)] += 1
    most = sorted(by_host.items(), key=lambda item: (-item[1].total(), item[0]))
    rows = [(host, _coloured(counts), str(counts.total())) for host, counts in islice(most, _HOSTS)]
    said = words["hosts_rest"].format(count=len(most) - len(rows)) if len(most) > len(rows) else ""
    yield Chart(words["hosts"], stacked(rows), legend, said)
    reasons = Counter(outcome.reason for outcome in outcomes if outcome.outcome == "skipped")
    yield Chart(
        words["reasons"],
        stacked(
            (_reason(reason, words), {_colour(reason): count}, str(count))
            for reason, count in reasons.most_common()
        ),
    )


def _reason(reason: str, words: Mapping[str, str]) -> str:
    return reason_name(reason, words["language"]) if reason else words["kind_waiting"]


def _coloured(counts: Mapping[str, int]) -> dict[str, float]:
    return {colour: counts[kind] for kind, colour in _KINDS.items() if kind in counts}


def _colour(reason: str) -> str:
    return _KINDS[
        "gone" if reason in _GONE else "walled" if reason in _WALLED else "failed" if reason else "waiting"
    ]


def _of_report(settings: Settings, words: Mapping[str, str]) -> Iterator[Chart]:
    report = read_report(settings.data_path)
    if report is None:
        return
    rows = (
        (stage_name(stage, words["language"]), {"a": seconds}, f"{seconds:.1f}")
        for stage, seconds in report.seconds.items()
    )
    said = words["report_said"].format(
        fetched=report.fetched,
        same=report.not_modified,
        links=report.links,
        articles=report.articles,
        passages=report.passages,
    )
    yield Chart(words["report"], stacked(rows), said=said)


def _generations(data_dir: Path) -> Iterator[ShownGeneration]:
    """The published generations, newest first; one that cannot be read is left out, as it cannot be searched."""
    try:
        now = current(data_dir).name
    except (IndexMissingError, GenerationError):
        now = ""
    for path in reversed(published(data_dir)):
        try:
            manifest, _ = load_manifest(path)
        except GenerationError:
            continue
        size = sum(file.size for file in manifest.files.values())
        yield ShownGeneration(
            path.name,
            datetime.fromtimestamp(manifest.created, UTC)
            .isoformat(timespec="minutes")
            .removesuffix("+00:00"),
            manifest.counts.articles,
            manifest.counts.passages,
            f"{size / 2**20:.1f} MiB",
            ", ".join(leg.name for leg in manifest.towers),
            path.name == now,
        )
