"""How requests leave this machine: httpx on top, connections that `guard` has checked below, proxies in between.

httpx alone offers no seam for choosing the address of a connection; httpcore, which it stands on, does. Proxies come
from the standard variables (HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY), certificates from SSL_CERT_FILE and
SSL_CERT_DIR, else from certifi.
"""

from __future__ import annotations

import ssl
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast
from urllib.request import getproxies, proxy_bypass_environment  # type: ignore[attr-defined] # typeshed lacks it

import httpcore
import httpx

from ingest.errors import SettingsError
from ingest.guard import GuardedBackend, HostUnknown, ProxyUnreachable, Resolve, SystemResolver, UnsafeAddress

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, AsyncIterator, Iterator, Mapping

__all__ = [
    "BadCertificateError",
    "GuardedTransport",
    "HostUnknownError",
    "ProxyUnreachableError",
    "UnsafeAddressError",
]

_KEEPALIVE = 15.0  # seconds; longer than the usual delay between two requests to one host


class HostUnknownError(httpx.ConnectError):
    """The name does not resolve, here or at the proxy."""


class UnsafeAddressError(httpx.ConnectError):
    """The name resolves to a private, local or special address."""


class ProxyUnreachableError(httpx.ConnectError):
    """The proxy takes no connection."""


class BadCertificateError(httpx.ConnectError):
    """The site's certificate does not verify."""


class GuardedTransport(httpx.AsyncBaseTransport):
    """Ask the web directly through checked connections, or through the proxy that the environment names.

    `resolve` replaces the system's resolver, `proxies` (scheme to address, and "no") the environment;
    `allow_private` switches the judgement of addresses off. Raises SettingsError for a proxy that is not HTTP.
    """

    def __init__(
        self,
        *,
        allow_private: bool = False,
        http2: bool = True,
        resolve: Resolve | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> None:
        self._http2 = http2
        self._tls = httpx.create_ssl_context()
        self._proxies = dict(getproxies() if proxies is None else proxies)
        for scheme in ("http", "https"):
            proxy = self._proxy(scheme)
            if proxy and not proxy.startswith(("http://", "https://")):
                raise SettingsError(
                    f"The proxy {proxy} is not an HTTP proxy, which is the only kind that shuangta speaks to.",
                    "Set HTTP_PROXY and HTTPS_PROXY to one that begins with http://, or unset them and ALL_PROXY.",
                )
        self._resolver = SystemResolver()
        backend = GuardedBackend(resolve or self._resolver, guarded=not allow_private)
        # One pool per way out; "" is the direct one.
        self._pools: dict[str, httpcore.AsyncConnectionPool] = {
            "": httpcore.AsyncConnectionPool(
                self._tls,
                max_connections=None,
                keepalive_expiry=_KEEPALIVE,
                http2=http2,
                network_backend=backend,
            )
        }

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request. Raises httpx's transport errors and the four above."""
        core = httpcore.Request(
            method=request.method,
            url=httpcore.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=request.headers.raw,
            content=cast("AsyncIterable[bytes]", request.stream),
            extensions=request.extensions,
        )
        with _as_httpx():
            answer = await self._pool(request.url).handle_async_request(core)
        return httpx.Response(
            answer.status,
            headers=answer.headers,
            stream=_Body(answer),
            extensions=cast("dict[str, object]", answer.extensions),
        )

    async def aclose(self) -> None:
        """Close all connections."""
        for pool in self._pools.values():
            await pool.aclose()
        self._resolver.close()

    def _proxy(self, scheme: str) -> str:
        proxy = self._proxies.get(scheme) or self._proxies.get("all") or ""
        return proxy if not proxy or "://" in proxy else f"http://{proxy}"

    def _pool(self, url: httpx.URL) -> httpcore.AsyncConnectionPool:
        proxy = self._proxy(url.scheme)
        if not proxy or proxy_bypass_environment(url.host, self._proxies):
            return self._pools[""]
        if proxy not in self._pools:
            address = httpx.Proxy(proxy)
            self._pools[proxy] = httpcore.AsyncHTTPProxy(
                proxy_url=str(address.url),
                proxy_auth=address.raw_auth,
                ssl_context=self._tls,
                max_connections=None,
                keepalive_expiry=_KEEPALIVE,
                http2=self._http2,
                network_backend=_ProxyBackend(self._resolver, guarded=False),
            )
        return self._pools[proxy]


class _ProxyBackend(GuardedBackend):
    """Connections to the proxy, which the user chose and which may well be on this machine."""

    async def connect_tcp(self, *arguments: object, **options: object) -> httpcore.AsyncNetworkStream:
        try:
            return await super().connect_tcp(*arguments, **options)  # type: ignore[arg-type]
        except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
            raise ProxyUnreachable(f"the proxy takes no connection ({error})") from error


class _Body(httpx.AsyncByteStream):
    """The body of an answer as httpx wants it."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _as_httpx():
            async for part in self._answer.aiter_stream():
                yield part

    async def aclose(self) -> None:
        await self._answer.aclose()


# From the most special to the most general, as the first that fits is taken.
_ERRORS: tuple[tuple[type[Exception], type[httpx.TransportError]], ...] = (
    (HostUnknown, HostUnknownError),
    (UnsafeAddress, UnsafeAddressError),
    (ProxyUnreachable, ProxyUnreachableError),
    (httpcore.ConnectTimeout, httpx.ConnectTimeout),
    (httpcore.ReadTimeout, httpx.ReadTimeout),
    (httpcore.WriteTimeout, httpx.WriteTimeout),
    (httpcore.PoolTimeout, httpx.PoolTimeout),
    (httpcore.ConnectError, httpx.ConnectError),
    (httpcore.ReadError, httpx.ReadError),
    (httpcore.WriteError, httpx.WriteError),
    (httpcore.ProxyError, httpx.ProxyError),
    (httpcore.UnsupportedProtocol, httpx.UnsupportedProtocol),
    (httpcore.RemoteProtocolError, httpx.RemoteProtocolError),
    (httpcore.LocalProtocolError, httpx.LocalProtocolError),
)


@contextmanager
def _as_httpx() -> Iterator[None]:
    """Raise httpcore's errors as httpx's, so that callers know one family."""
    try:
        yield
    except tuple(ours for ours, _ in _ERRORS) as error:
        kind = next(theirs for ours, theirs in _ERRORS if isinstance(error, ours))
        said = str(error)
        if kind is httpx.ProxyError and said.startswith("502"):
            # What proxies say to CONNECT when a name does not resolve.
            kind, said = HostUnknownError, f"the proxy finds no such host ({said})"
        for cause in _causes(error):
            if isinstance(cause, ssl.SSLCertVerificationError):
                kind, said = BadCertificateError, cause.verify_message
        raise kind(said) from error


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
