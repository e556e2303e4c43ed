"""A server as it runs, on a free port of loopback, and a client of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import uvicorn

from api.commands.serving import listening_socket, uvicorn_config
from api.settings import Settings


@contextmanager
def serving(settings: Settings) -> Iterator[httpx.Client]:
    """A client of a server that answers with `settings`."""
    with listening_socket("127.0.0.1", 0) as listening:
        server = uvicorn.Server(uvicorn_config(settings))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            # The socket listens already: a request waits in its queue until the server takes it.
            base = f"http://127.0.0.1:{listening.getsockname()[1]}"
            with httpx.Client(base_url=base, trust_env=False, timeout=30) as client:
                yield client
        finally:
            server.should_exit = True
            thread.join()


def is_problem(response: httpx.Response, status: int) -> bool:
    """Whether it is a problem+json of that status with a sentence."""
    body = response.json()
    of_type = response.headers["content-type"] == "application/problem+json"
    return (
        of_type
        and response.status_code == body["status"] == status
        and bool(body["detail"])
        and bool(body["title"])
    )
