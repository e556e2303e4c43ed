"""No private address is asked: not by its writing, not by its name, not by a name that changes its mind."""

from __future__ import annotations

import asyncio
import ipaddress
import socket

import httpcore
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.guard import GuardedBackend, HostUnknown, UnsafeAddress, is_public, why_unsafe
from tests.web import Web


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *(
            "224.0.0.1",
            "255.255.255.255",
            "168.63.129.16",
            "::1",
            "::",
            "fe80::1",
            "fe80::1%eth0",
            "fc00::1",
            "ff02::1",
        ),
        *("::127.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b:1::7f00:1", "fec0::1", "5f00::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "fd00:ec2::254"),
    ],
)
def test_a_private_address_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_a_public_address_is(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_alike_in_every_ipv6_that_carries_it(
    address: ipaddress.IPv4Address,
) -> None:
    inside = [f"::ffff:{address}", str(ipaddress.IPv6Address((0x64FF9B << 96) | int(address)))]
    assert {is_public(other) for other in inside} == {is_public(str(address))}


@pytest.mark.parametrize(
    "host",
    [
        *(
            "127.0.0.1",
            "127.1",
            "2130706433",
            "0x7f000001",
            "0177.0.0.1",
            "0x7f.1",
            "[::1]",
            "[::ffff:169.254.169.254]",
        ),
        *("１２７.０.０.１", "127。0。0。1", "①②⑦.0.0.1", "ⓛocalhost", "[::127.0.0.1]", "[fec0::1]"),
        *("localhost", "LOCALHOST", "localhost.", "a.localhost", "metadata.google.internal", "printer.local"),
    ],
)
def test_an_address_that_spells_a_private_host_is_unsafe(host: str) -> None:
    assert why_unsafe(f"http://{host}/latest/meta-data/")
    assert why_unsafe(f"http://user:pw@{host}:8080/")


@pytest.mark.parametrize(
    "host", ["example.org", "1.1.1.1", "feed.cafe", "local.example.org", "xn--fiq228c.cn", "例子.测试"]
)
def test_an_address_of_a_public_host_is_not(host: str) -> None:
    assert why_unsafe(f"https://{host}/") == ""


async def _connect(backend: GuardedBackend, host: str, port: int) -> None:
    stream = await backend.connect_tcp(host, port, timeout=5)
    await stream.aclose()


def test_a_name_with_one_private_address_among_public_ones_is_refused() -> None:
    async def mixed(host: str, port: int) -> list[str]:
        return ["93.184.216.34", "10.0.0.7"]

    with pytest.raises(UnsafeAddress, match=r"rebind\.test resolves to 10\.0\.0\.7"):
        asyncio.run(_connect(GuardedBackend(mixed), "rebind.test", 80))


def test_a_name_is_resolved_once_and_connected_to_what_was_judged() -> None:
    asked = []

    async def rebinding(host: str, port: int) -> list[str]:
        # 192.0.2.1 (TEST-NET) stands for "would have been connected to, had it been asked again".
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["192.0.2.1"]

    with Web() as web:
        asyncio.run(_connect(GuardedBackend(rebinding, guarded=False), "rebind.test", web.port))
    assert asked == ["rebind.test"]


def test_the_next_address_is_tried_when_one_takes_no_connection() -> None:
    async def two(host: str, port: int) -> list[str]:
        return ["127.0.0.2", "127.0.0.1"]  # the server listens on the second alone

    with Web() as web:
        asyncio.run(_connect(GuardedBackend(two, guarded=False), "two.test", web.port))


@pytest.mark.parametrize(
    "error", [socket.gaierror(socket.EAI_NONAME, "not known"), UnicodeError("label too long")]
)
def test_a_name_that_does_not_resolve_is_unknown(error: Exception) -> None:
    async def nowhere(host: str, port: int) -> list[str]:
        raise error

    with pytest.raises(HostUnknown):
        asyncio.run(_connect(GuardedBackend(nowhere), "nowhere.test", 80))


def test_a_name_without_addresses_is_unknown() -> None:
    async def nothing(host: str, port: int) -> list[str]:
        return []

    with pytest.raises(HostUnknown):
        asyncio.run(_connect(GuardedBackend(nothing), "nothing.test", 80))


def test_a_resolver_that_hangs_is_given_up() -> None:
    async def silent(host: str, port: int) -> list[str]:
        await asyncio.Event().wait()
        return []

    async def connect() -> None:
        await GuardedBackend(silent).connect_tcp("slow.test", 80, timeout=0.01)

    with pytest.raises(HostUnknown, match="no answer"):
        asyncio.run(connect())


def test_a_port_that_nobody_listens_on_refuses() -> None:
    async def here(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        with pytest.raises(httpcore.ConnectError):
            asyncio.run(_connect(GuardedBackend(here, guarded=False), "shut.test", reserved.getsockname()[1]))
