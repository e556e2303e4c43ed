"""A small real web on loopback: many hosts behind one socket, whose answers a test writes down and whose log it reads.

    with Web() as web:
        post = web.page("a.test/post", "<p>hello</p>")
        busy = web.page("a.test/busy", Answer(503, headers={"Retry-After": "1"}), "<p>now</p>")  # one after the other
        async with Fetcher(settings, transport=web.transport()) as fetcher:
            await fetcher.get(post)
        assert web.asked(post) == 1

Every name that ends in .test is this server; no other name resolves. Faults of the wire are values of `Answer.fault`.
"""

from __future__ import annotations

import asyncio
import random
import socket
import ssl
import threading
from collections import Counter, defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from ingest.transport import GuardedTransport

__all__ = ["Answer", "Seen", "Web", "post"]

Fault = Literal["", "cut", "reset", "hang", "drip", "endless"]


def post(topic: str) -> str:
    """A page with an article about `topic` that resembles no other topic's."""
    words = random.Random(topic)
    sentences = (
        f"{topic} {' '.join(''.join(words.choices('abcdefghijklmnop', k=6)) for _ in range(12))}."
        for _ in range(12)
    )
    paragraphs = "".join(f"<p>{sentence}</p>" for sentence in sentences)
    return f"<html><head><title>{topic}</title></head><body><article><h1>{topic}</h1>{paragraphs}</article></body></html>"


@dataclass(frozen=True)
class Answer:
    """One answer. With an ETag in `headers`, a matching If-None-Match is answered with 304."""

    status: int = 200
    body: bytes | str = b""
    headers: dict[str, str] = field(default_factory=dict)
    fault: Fault = ""
    after: int = 0  # answer only when so many requests, over all hosts, have been under way at once

    @property
    def raw(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else self.body


@dataclass(frozen=True)
class Seen:
    """One request as the server saw it; `together`: requests to that host under way, this one included."""

    url: str
    status: int
    headers: dict[str, str]
    together: int


class Web:
    """The server, in a thread of its own; a context manager. `log` grows as requests are answered."""

    def __init__(self, *, tls: ssl.SSLContext | None = None) -> None:
        self.log: list[Seen] = []
        self._answers: dict[str, deque[Answer]] = {}
        self._missing: dict[str, Answer] = defaultdict(lambda: Answer(404, "<h1>404</h1>"))
        self._open: Counter[str] = Counter()
        self._peak = 0
        self._tls = tls
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="web", daemon=True)
        self._ready = threading.Event()
        self.port = 0

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(10)
        self._loop.close()

    def url(self, place: str) -> str:
        """The full address of "host/path" on this server."""
        host, slash, path = place.partition("/")
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}{slash}{path}"

    def by_proxy(self, url: str, *answers: Answer | str | bytes) -> str:
        """Answer `url`, of any host, to those who use this server as their proxy. Returns `url`."""
        html = {"Content-Type": "text/html; charset=utf-8"}
        self._answers[url] = deque(
            answer if isinstance(answer, Answer) else Answer(200, answer, html) for answer in answers
        )
        return url

    def page(self, place: str, *answers: Answer | str | bytes) -> str:
        """Answer "host/path" with each of the answers in turn, the last one for ever after. Returns its address."""
        return self.by_proxy(self.url(place), *answers)

    def redirect(self, place: str, to: str, status: int = 302) -> str:
        """Send "host/path" on to the address `to`. Returns its address."""
        return self.page(place, Answer(status, headers={"Location": to}))

    def every_page(self, host: str, answer: Answer) -> None:
        """Answer every other address of a host so, robots.txt included."""
        self._missing[host] = answer

    def asked(self, url: str) -> int:
        """How often an address was asked for."""
        return sum(seen.url == url for seen in self.log)

    async def resolve(self, host: str, port: int) -> list[str]:
        """Names of this web, and no others."""
        if not host.endswith(".test"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return ["127.0.0.1"]

    def transport(self, **options: Any) -> GuardedTransport:
        """The real transport, for which this server is all of the web."""
        defaults: dict[str, Any] = {"allow_private": True, "resolve": self.resolve, "proxies": {}}
        return GuardedTransport(**defaults | options)

    # ── the server's own thread ──────────────────────────────────────────────────────────────────────────────

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())

    async def _serve(self) -> None:
        self._stopping = asyncio.Event()
        self._crowded = asyncio.Condition()
        self._connections: set[asyncio.Task[None]] = set()
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0, ssl=self._tls)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stopping.wait()
        # A connection that is being accepted, and one that is being aborted, need the loop a few times more; asyncio
        # drops the former when the server closes in between.
        await _turns(5)
        server.close()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        await _turns(5)
        await server.wait_closed()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)
        try:
            while await self._answer(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass  # the client, or the test, has gone
        finally:
            writer.transport.abort()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {
            name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:-2])
        }
        target = head[0].split(" ")[1]
        scheme = "https" if self._tls else "http"
        url = target if target.startswith("http") else f"{scheme}://{headers['host']}{target}"
        host = urlsplit(url).hostname or ""
        queue = self._answers.get(url)
        answer = self._missing[host] if queue is None else queue.popleft() if len(queue) > 1 else queue[0]
        self._open[host] += 1
        together = self._open[host]
        self._peak = max(self._peak, self._open.total())
        try:
            async with self._crowded:
                self._crowded.notify_all()
                await self._crowded.wait_for(lambda: self._peak >= answer.after)
            etag = answer.headers.get("ETag")
            status = 304 if etag and headers.get("if-none-match") == etag else answer.status
            if answer.fault in ("hang", "drip", "endless"):
                self.log.append(Seen(url, status, headers, together))
                return await self._send(writer, answer, status)
        finally:
            self._open[host] -= 1
        # Before it is sent: with the last byte the client may ask again, or a test look.
        self.log.append(Seen(url, status, headers, together))
        return await self._send(writer, answer, status)

    async def _send(self, writer: asyncio.StreamWriter, answer: Answer, status: int) -> bool:
        if answer.fault == "reset":
            return False
        if answer.fault == "hang":
            await asyncio.sleep(3600)
        body = b"" if status == 304 else answer.raw
        fields = dict(answer.headers)
        if answer.fault != "endless" and status != 304:
            fields["Content-Length"] = str(len(body))
        lines = [f"HTTP/1.1 {status} Status", *(f"{name}: {value}" for name, value in fields.items()), "", ""]
        writer.write("\r\n".join(lines).encode("latin-1"))
        pieces: Iterable[bytes] = (body,)
        if answer.fault == "cut":
            pieces = (body[: len(body) // 2],)
        elif answer.fault == "drip":
            pieces = (body[at : at + 1] for at in range(len(body)))
        elif answer.fault == "endless":
            pieces = iter(lambda: body or b"more " * 4000, None)
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            if answer.fault == "drip":
                await asyncio.sleep(0.02)
        return answer.fault == ""


async def _turns(number: int) -> None:
    for _ in range(number):
        await asyncio.sleep(0)
