"""By which names the server lets itself be asked."""

from __future__ import annotations

import msgspec
import pytest

from api.hosts import known_hosts
from api.settings import ServerSettings, Settings
from tests.api.serving import serving


@pytest.mark.parametrize(
    ("bound_to", "named", "known", "unknown"),
    [
        ("127.0.0.1", (), ("localhost", "127.0.0.1", "::1"), ("evil.example", "")),
        ("::1", (), ("::1",), ("0.0.0.0",)),
        ("localhost", ("Search.Example.org",), ("search.example.org", "localhost"), ("example.org",)),
        ("192.168.1.5", ("nas.local",), ("192.168.1.5", "nas.local", "127.0.0.1"), ("evil.example",)),
    ],
)
def test_a_server_is_known_by_its_address_and_what_the_settings_name(
    bound_to: str, named: tuple[str, ...], known: tuple[str, ...], unknown: tuple[str, ...]
) -> None:
    hosts = known_hosts(bound_to, named)
    assert hosts is not None
    assert hosts.issuperset(known)
    assert hosts.isdisjoint(unknown)


@pytest.mark.parametrize("bound_to", ["0.0.0.0", "::", "192.168.1.5"])
def test_a_server_for_others_goes_by_any_name_unless_some_are_named(bound_to: str) -> None:
    assert known_hosts(bound_to, ()) is None
    assert known_hosts(bound_to, ("search.example.org",)) is not None


@pytest.mark.parametrize("path", ["/", "/api/v1/search?q=双塔", "/static/search.js", "/metrics"])
def test_a_page_whose_name_was_led_here_reads_nothing(data_dir, path):
    settings = Settings(data_dir=str(data_dir))
    with serving(settings) as client:
        own = client.get(path)
        assert own.status_code == 200
        for host in (f"localhost:{client.base_url.port}", "[::1]:8420", "LOCALHOST"):
            assert client.get(path, headers={"host": host}).status_code == 200
        for host in ("evil.example", f"evil.example:{client.base_url.port}", "127.0.0.1.evil.example"):
            refused = client.get(path, headers={"host": host})
            assert refused.status_code == 421
            assert refused.headers["content-type"] == "application/problem+json"
            assert host in refused.json()["detail"]
            assert "server.hosts" in refused.json()["cure"]


def test_a_proxys_name_is_answered_where_the_settings_have_it(data_dir):
    server = msgspec.structs.replace(ServerSettings(), hosts=("search.example.org",))
    with serving(Settings(data_dir=str(data_dir), server=server)) as client:
        assert client.get("/", headers={"host": "search.example.org"}).status_code == 200
