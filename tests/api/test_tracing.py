"""OpenTelemetry spans of a real server, collected by the SDK's own exporter to memory."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest
import uvicorn

from api.commands.serving import listening_socket
from api.server import app
from api.settings import Settings
from api.tracing import Tracing, open_tracing

pytest.importorskip("opentelemetry.sdk", reason="the extra `telemetry` is not installed")

from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def test_a_search_is_a_span_of_its_callers_trace_with_a_span_a_stage(data_dir):
    exporter = InMemorySpanExporter()
    with listening_socket("127.0.0.1", 0) as listening:
        application = app(Settings(data_dir=str(data_dir)), tracing=Tracing(exporter))
        server = uvicorn.Server(uvicorn.Config(application, log_config=None))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        base = f"http://127.0.0.1:{listening.getsockname()[1]}"
        response = httpx.get(f"{base}/api/v1/search?q=双塔", headers={"traceparent": CALLER}, trust_env=False)
        server.should_exit = True
        thread.join()
    spans = {span.name: span for span in exporter.get_finished_spans()}
    request, search = spans["GET /api/v1/search"], spans["search"]
    assert format(request.context.trace_id, "032x") == CALLER.split("-")[1]
    assert request.attributes["http.response.status_code"] == 200
    assert search.parent.span_id == request.context.span_id
    assert set(response.json()["stages_ms"]) <= set(spans)
    assert spans["recall.lexical"].start_time == spans["recall"].start_time
    assert all(search.start_time <= spans[stage].start_time for stage in response.json()["stages_ms"])


def test_without_an_endpoint_nothing_of_opentelemetry_is_imported():
    assert open_tracing("") is None
    code = (
        "import api.server, sys; sys.exit(any(name.startswith('opentelemetry.sdk') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2]).returncode == 0
