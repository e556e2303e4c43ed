"""Certificates are verified, and the authorities are those that the environment names."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import pytest

from ingest.articles import Page, Skipped, SkipReason
from ingest.fetch import Fetcher, NotModified
from ingest.settings import CrawlSettings
from tests.certificates import self_signed
from tests.clock import Clock
from tests.web import Web

SETTINGS = CrawlSettings(delay=0.0, allow_private=True, retries=0)


def ask(certificate: Path, host: str) -> Page | NotModified | Skipped:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)

    async def get(web: Web) -> Page | NotModified | Skipped:
        clock = Clock()
        async with Fetcher(SETTINGS, clock=clock, sleep=clock.sleep, transport=web.transport()) as fetcher:
            return await fetcher.get(web.page(f"{host}/post", "text"))

    with Web(tls=tls) as web:
        return asyncio.run(get(web))


def test_an_authority_that_the_environment_names_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = self_signed(tmp_path, "a.test")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    page = ask(certificate, "a.test")
    assert isinstance(page, Page)
    assert page.body == b"text"


@pytest.mark.parametrize(
    ("host", "days", "trusted"),
    [("a.test", 2, False), ("b.test", 2, True), ("a.test", -1, True)],
    ids=["unknown authority", "another host", "expired"],
)
def test_a_certificate_that_does_not_verify_is_named_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str, days: int, trusted: bool
) -> None:
    certificate = self_signed(tmp_path, "a.test", days=days)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate if trusted else self_signed(tmp_path, "c.test")))
    answer = ask(certificate, host)
    assert isinstance(answer, Skipped)
    assert answer.reason is SkipReason.BAD_CERTIFICATE
    assert "certificate" in answer.detail.lower() or "self-signed" in answer.detail
