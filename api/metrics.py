"""What Prometheus reads at `/metrics`: requests, the stages of searches, the age of the index, what the crawl met."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from api.reports import read_report
from ingest.errors import ShuangtaError

if TYPE_CHECKING:
    from pathlib import Path

    from prometheus_client.metrics_core import Metric

    from api.live import Live
    from api.serving import Serving
    from search.answers import Answer

__all__ = ["CONTENT_TYPE", "Metrics"]

CONTENT_TYPE = CONTENT_TYPE_LATEST

# Seconds: a stage takes from a tenth of a millisecond to a reranker's budget.
_BUCKETS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)


class Metrics:
    """The metrics of one server; a registry of its own, so that two servers in one process do not add up."""

    def __init__(self, live: Live[Serving], data_dir: Path, clock: Callable[[], float]) -> None:
        """`clock` gives seconds since the epoch."""
        # A time of creation beside every sum and count, which nobody asks for.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = CollectorRegistry()
        self._requests = Histogram(
            "shuangta_http_request_seconds",
            "Time to answer a request.",
            ("method", "route", "status"),
            registry=self._registry,
            buckets=(*_BUCKETS, 2.5, 5.0, 10.0),
        )
        self._stages = Histogram(
            "shuangta_search_stage_seconds",
            "Time that a stage of a search took.",
            ("stage",),
            registry=self._registry,
            buckets=_BUCKETS,
        )
        self._searches = Counter(
            "shuangta_searches_total",
            "Searches by mode, and whether they found anything.",
            ("mode", "found"),
            registry=self._registry,
        )
        self._registry.register(_Library(live, data_dir, clock))

    def of_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(method, route, str(status)).observe(seconds)

    def of_search(self, answer: Answer) -> None:
        """Count a search and its stages."""
        self._searches.labels(answer.mode, "yes" if answer.hits else "no").inc()
        for stage, ms in answer.stages_ms.items():
            self._stages.labels(stage).observe(ms / 1000)

    def exposition(self) -> bytes:
        """Everything in Prometheus' text format."""
        return generate_latest(self._registry)


class _Library(Collector):
    """What is read anew at every scrape."""

    def __init__(self, live: Live[Serving], data_dir: Path, clock: Callable[[], float]) -> None:
        self._live = live
        self._data_dir = data_dir
        self._clock = clock

    def describe(self) -> Iterator[Metric]:
        """Nothing: registering must not look at the index."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        try:
            manifest = self._live.newest().engine.generation.manifest
        except ShuangtaError:
            # Whether searches can be answered is for `/readyz` to say.
            yield GaugeMetricFamily("shuangta_index_ready", "Whether there is an index to search.", 0)
        else:
            age = self._clock() - manifest.created
            yield GaugeMetricFamily("shuangta_index_ready", "Whether there is an index to search.", 1)
            yield GaugeMetricFamily("shuangta_index_age_seconds", "Since the index was built.", age)
            yield GaugeMetricFamily("shuangta_index_articles", "In the index.", manifest.counts.articles)
            yield GaugeMetricFamily("shuangta_index_passages", "In the index.", manifest.counts.passages)
        report = read_report(self._data_dir)
        if report is not None:
            outcomes = GaugeMetricFamily(
                "shuangta_crawl_outcomes", "Links of the last rebuild by outcome.", labels=("outcome",)
            )
            for outcome, number in report.outcomes.items():
                outcomes.add_metric((outcome,), number)
            yield outcomes
