"""Only who names this server is answered: a page of another site that lets its own name point here is not.

A server on loopback is out of everybody's reach but the browser's, and a browser asks whatever address the name of a site
has. By changing that address, a site could read what its visitor keeps here (DNS rebinding); its name, in the Host
header, gives it away.
"""

from __future__ import annotations

from http import HTTPStatus
from ipaddress import ip_address
from typing import TYPE_CHECKING

from api.problems import problem

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["KnownHosts", "known_hosts"]

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def known_hosts(bound_to: str, named: Collection[str]) -> frozenset[str] | None:
    """Return the names that a server bound to `bound_to` is known by; None: any.

    `named` are those of the settings, for a proxy that passes the name on by which it was asked itself.
    """
    names = frozenset(name.lower().strip("[]") for name in named)
    if not names and not _is_loopback(bound_to):
        return None
    return _LOOPBACK | {bound_to.lower()} | names


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


class KnownHosts:
    """Plain ASGI middleware: 421 for a request to another host (RFC 9110 §15.5.20)."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str] | None) -> None:
        """`hosts` without ports, in lower case; None: any."""
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] == "http" and self._hosts is not None:
            host = next((value for name, value in scope["headers"] if name == b"host"), b"").decode("latin-1")
            if _without_port(host) not in self._hosts:
                refusal = problem(
                    HTTPStatus.MISDIRECTED_REQUEST,
                    f"This server does not go by the name of {host[:100] or 'nothing'}.",
                    "Ask for it by the address that it listens at, or add the name to server.hosts.",
                )
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _without_port(host: str) -> str:
    """The name or the address in a Host header, IPv6 without its brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower()
