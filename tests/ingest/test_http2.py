"""Sites that speak HTTP/2 (RFC 9113) are asked in it, and its faults have their reasons."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import RequestReceived

from ingest.articles import Page, Skipped, SkipReason
from ingest.fetch import Fetcher, NotModified
from ingest.settings import CrawlSettings
from ingest.transport import GuardedTransport
from tests.certificates import self_signed
from tests.clock import Clock


class Site(asyncio.Protocol):
    """Answers over HTTP/2 alone: what is done depends on the path."""

    def __init__(self, asked: list[str]) -> None:
        self._asked = asked
        self._h2 = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._h2.initiate_connection()
        transport.write(self._h2.data_to_send())

    def data_received(self, data: bytes) -> None:
        for event in self._h2.receive_data(data):
            if isinstance(event, RequestReceived):
                self._answer(event.stream_id, dict(event.headers)[":path"])
        self._transport.write(self._h2.data_to_send())

    def _answer(self, stream: int, path: str) -> None:
        self._asked.append(path)
        match path:
            case "/robots.txt":
                self._h2.send_headers(stream, [(":status", "404")], end_stream=True)
            case "/post":
                self._h2.send_headers(stream, [(":status", "200"), ("content-type", "text/html")])
                self._h2.send_data(stream, b"<p>text</p>", end_stream=True)
            case "/reset":
                self._h2.reset_stream(stream, ErrorCodes.INTERNAL_ERROR)
            case "/cut":
                self._h2.send_headers(stream, [(":status", "200"), ("content-type", "text/html")])
                self._h2.send_data(stream, b"<p>te")
                self._h2.reset_stream(stream, ErrorCodes.CANCEL)
            case "/goaway":
                self._h2.close_connection(ErrorCodes.ENHANCE_YOUR_CALM)


def ask(certificate: Path, path: str) -> tuple[Page | NotModified | Skipped, list[str]]:
    """Ask an HTTP/2 site on loopback for one path; the answer, and all that it was asked for."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    tls.set_alpn_protocols(["h2"])
    asked: list[str] = []

    async def loopback(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    async def get() -> Page | NotModified | Skipped:
        server = await asyncio.get_running_loop().create_server(lambda: Site(asked), "127.0.0.1", 0, ssl=tls)
        port = server.sockets[0].getsockname()[1]
        clock = Clock()
        settings = CrawlSettings(delay=0.0, allow_private=True, retries=1)
        transport = GuardedTransport(allow_private=True, resolve=loopback, proxies={})
        async with server, Fetcher(settings, clock=clock, sleep=clock.sleep, transport=transport) as fetcher:
            return await fetcher.get(f"https://a.test:{port}{path}")

    return asyncio.run(get()), asked


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    signed = self_signed(tmp_path, "a.test")
    monkeypatch.setenv("SSL_CERT_FILE", str(signed))
    return signed


def test_a_page_is_had(certificate: Path) -> None:
    page, asked = ask(certificate, "/post")
    assert isinstance(page, Page)
    assert page.body == b"<p>text</p>"
    assert asked == ["/robots.txt", "/post"]


@pytest.mark.parametrize("path", ["/reset", "/cut", "/goaway"])
def test_an_answer_that_breaks_off_is_asked_for_again_and_then_refused(certificate: Path, path: str) -> None:
    answer, asked = ask(certificate, path)
    assert isinstance(answer, Skipped)
    assert answer.reason is SkipReason.REFUSED
    assert asked == ["/robots.txt", path, path]
