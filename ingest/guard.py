"""No private addresses: what a link may point to, and connections that go only where the check looked.

A literal address in a URL is judged before anything is sent. A name is resolved once per connection, every address
it has is judged, and the connection is made to one of exactly those: a name that answers differently the next
moment (DNS rebinding) gains nothing. Behind a proxy, which resolves names itself, only the first judgement applies.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import unicodedata
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import httpcore

from ingest.urls import hostname

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "GuardedBackend",
    "HostUnknown",
    "ProxyUnreachable",
    "Resolve",
    "SystemResolver",
    "UnsafeAddress",
    "is_public",
    "why_unsafe",
]

Resolve = Callable[[str, int], Awaitable[list[str]]]
"""Host and port to its addresses, best first. Raises socket.gaierror."""

# Names for this machine and its network, whatever a resolver says: RFC 6761, RFC 6762, RFC 8375, and ICANN's
# reservation of .internal, under which clouds keep their metadata.
_PRIVATE_NAMES = ("localhost", "local", "internal", "home.arpa")
# Azure's host agent answers on an address that is not marked as special anywhere.
_METADATA = frozenset({ipaddress.ip_address("168.63.129.16")})
# All of IPv6 that IANA has given out as global unicast; what lies outside (site-local, IPv4-compatible, local NAT64,
# segment routing) leads into some network of its own, and not all of it is marked as special.
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: an IPv4 address in the last 32 bits


class UnsafeAddress(httpcore.ConnectError):
    """A name resolves to an address that must not be asked."""


class HostUnknown(httpcore.ConnectError):
    """A name does not resolve."""


class ProxyUnreachable(httpcore.ConnectError):
    """The proxy that this machine is told to use takes no connection."""


def is_public(address: str) -> bool:
    """Return whether an IP address may be asked: global unicast, also by what it carries inside."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if ip not in _GLOBAL_UNICAST:
            return False
    return ip.is_global and not ip.is_multicast and ip not in _METADATA


def why_unsafe(url: str) -> str:
    """Return why the host written in an http(s) URL must not be asked, or "" when nothing in the writing forbids it."""
    # Full-width and circled characters and "。" are what IDNA, and with it a proxy, reads as letters, digits and dots.
    host = unicodedata.normalize("NFKC", hostname(url)).replace("。", ".").rstrip(".")
    if any(host == name or host.endswith(f".{name}") for name in _PRIVATE_NAMES):
        return f"{host} is a name of this machine or its network"
    address = _literal(host)
    if address and not is_public(address):
        return f"{address} is a private, local or special address"
    return ""


def _literal(host: str) -> str:
    """Return the address that a host spells, in every spelling that the C library connects to, or ""."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    # 127.1, 0x7f000001, 2130706433, 0177.0.0.1: inet_aton reads what ipaddress refuses.
    if not host or not set(host) <= set("0123456789abcdefx."):
        return ""
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except OSError:
        return ""


class SystemResolver:
    """The system's resolver, asked from threads of its own.

    The event loop's few threads would all wait for the first handful of dead name servers, and every other host's
    name with them.
    """

    def __init__(self, threads: int = 32) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="resolve")

    async def __call__(self, host: str, port: int) -> list[str]:
        """Return the addresses of a host, best first. Raises socket.gaierror, UnicodeError."""
        ask = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        found = await asyncio.get_running_loop().run_in_executor(self._threads, ask)
        return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))

    def close(self) -> None:
        """Let the threads go; one that still waits for a name server ends by itself."""
        self._threads.shutdown(wait=False, cancel_futures=True)


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connections to checked addresses only. `guarded = False` resolves and connects without judging."""

    def __init__(self, resolve: Resolve, *, guarded: bool = True) -> None:
        self._guarded = guarded
        self._resolve = resolve
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address of `host` that answers.

        Raises HostUnknown, UnsafeAddress, or httpcore's ConnectError and ConnectTimeout.
        """
        addresses = await self._addresses(host, port, within=timeout)
        for position, address in enumerate(addresses, start=1):
            # The last address gets all the time that is left to it, the others a share: a dead IPv6 route
            # must not use up the whole time-out.
            share = timeout if timeout is None or position == len(addresses) else timeout / len(addresses)
            try:
                return await self._network.connect_tcp(address, port, share, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if position == len(addresses):
                    raise
        raise HostUnknown(f"{host} has no address")

    async def _addresses(self, host: str, port: int, *, within: float | None) -> list[str]:
        try:
            async with asyncio.timeout(within):
                addresses = await self._resolve(host, port)
        except TimeoutError as error:
            raise HostUnknown(f"the resolver gave no answer for {host} within {within:g} s") from error
        except (socket.gaierror, UnicodeError) as error:
            # UnicodeError: a label that IDNA cannot encode, so no resolver can be asked for it.
            raise HostUnknown(
                f"{host} does not resolve ({getattr(error, 'strerror', None) or error})"
            ) from error
        if self._guarded:
            # One bad address condemns the name: which of them is used is otherwise the attacker's choice.
            for address in addresses:
                if not is_public(address):
                    raise UnsafeAddress(f"{host} resolves to {address}")
        return addresses

    async def sleep(self, seconds: float) -> None:
        """Pause, for httpcore's own retries."""
        await asyncio.sleep(seconds)
