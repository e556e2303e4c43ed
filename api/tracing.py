"""OpenTelemetry spans: one a request, and under it one a stage of its search. Imported only where an endpoint is set.

Stages are timed by the engine, which knows nothing of spans; their spans are made from these timings afterwards.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ingest.errors import MissingExtraError

if TYPE_CHECKING:
    from starlette.types import Scope

    from search.answers import Answer

__all__ = ["Tracing", "open_tracing"]

_SERVER_ERROR = 500


class _Watched:
    """The span of one request."""

    def __init__(self, span: Any) -> None:
        self._span = span

    def end(self, route: str, status: int) -> None:
        """Note what came of the request."""
        from opentelemetry.trace import StatusCode

        self._span.update_name(f"{self._span.attributes['http.request.method']} {route}")
        self._span.set_attribute("http.route", route)
        self._span.set_attribute("http.response.status_code", status)
        if status >= _SERVER_ERROR:
            self._span.set_status(StatusCode.ERROR)


class Tracing:
    """Makes the spans of one server."""

    def __init__(self, exporter: Any, *, clock_ns: Callable[[], int] = time.time_ns) -> None:
        """`exporter` is a `SpanExporter` of the SDK; `clock_ns` gives nanoseconds since the epoch."""
        from importlib.metadata import version

        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        self._provider = TracerProvider(
            resource=Resource.create({"service.name": "shuangta", "service.version": version("shuangta")})
        )
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("shuangta")
        self._clock_ns = clock_ns

    @contextmanager
    def request(self, scope: Scope) -> Iterator[_Watched]:
        """The span of a request, under that of the caller where a `traceparent` names one."""
        from opentelemetry.trace import SpanKind
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        carrier = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        with self._tracer.start_as_current_span(
            scope["method"],
            TraceContextTextMapPropagator().extract(carrier),
            SpanKind.SERVER,
            {"http.request.method": scope["method"], "url.path": scope["path"]},
        ) as span:
            yield _Watched(span)

    def of_search(self, answer: Answer) -> None:
        """Spans for the search that has just ended and its stages, under the request's."""
        end = self._clock_ns()
        begin = end - int(answer.took_ms * 1e6)
        attributes: dict[str, str | int] = {
            "shuangta.generation": answer.generation,
            "shuangta.mode": answer.mode,
            "shuangta.hits": len(answer.hits),
        }
        from opentelemetry.trace import set_span_in_context

        search = self._tracer.start_span("search", start_time=begin, attributes=attributes)
        at = begin
        started: dict[str, int] = {}
        for stage, ms in answer.stages_ms.items():
            # "recall.lexical" is a part of "recall", beside the other legs.
            above = stage.partition(".")[0]
            start = started.get(above, at)
            took = int(ms * 1e6)
            span = self._tracer.start_span(stage, set_span_in_context(search), start_time=start)
            span.end(start + took)
            if above == stage:
                started[stage] = start
                at = start + took
        search.end(end)

    def close(self) -> None:
        """Send what is still waiting."""
        self._provider.shutdown()


def open_tracing(endpoint: str) -> Tracing | None:
    """Spans to an OTLP endpoint over HTTP, such as http://127.0.0.1:4318/v1/traces; None for "". Raises MissingExtraError."""
    if not endpoint:
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    except ImportError as error:
        raise MissingExtraError(
            "The setting server.otlp_endpoint needs OpenTelemetry.", "Run: pip install 'shuangta[telemetry]'"
        ) from error
    return Tracing(OTLPSpanExporter(endpoint=endpoint))
