"""`shuangta serve`: the HTTP API and the search page."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import socket
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

from api.command_socket import command_socket
from api.commands.verb import Verb
from api.exits import SUCCESS
from api.logs import log_to_stderr
from api.options import add_settings_options, settings_of
from api.sources import fingerprint
from api.threads import one_per_query
from ingest.errors import SettingsError

if TYPE_CHECKING:
    import uvicorn

    from api.settings import Settings

__all__ = ["SERVE", "listening_socket", "uvicorn_config"]

logger = logging.getLogger(__name__)

# Bytes of a request's head. A pasted page must get our own answer that a query may not be so long.
_LONGEST_REQUEST = 512 * 1024


def uvicorn_config(settings: Settings, fingerprint: str = "") -> uvicorn.Config:
    """The server as it runs. Raises TowerError or MissingExtraError when the settings name what cannot be loaded.

    `fingerprint` is that of the sources of the settings, by which a command knows whether they are its own.
    """
    import uvicorn

    from api.same_settings import SameSettings
    from api.server import app

    return uvicorn.Config(
        SameSettings(app(settings), fingerprint),
        h11_max_incomplete_event_size=_LONGEST_REQUEST,
        log_config=None,
        access_log=False,
        server_header=False,
    )


def listening_socket(host: str, port: int) -> socket.socket:
    """A socket that listens there. Raises SettingsError when the address is taken, or none of this machine's."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with ExitStack() as until_it_listens:
            # With the protocol named, asyncio turns Nagle's algorithm off; without, every answer waits for 40 ms.
            listening = until_it_listens.enter_context(socket.socket(family, kind, protocol))
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(address)
            listening.listen(socket.SOMAXCONN)
            until_it_listens.pop_all()
    except (OSError, UnicodeError) as error:  # a name that is none is refused by its encoding
        reason = error.strerror if isinstance(error, OSError) else "no name of a host"
        raise SettingsError(
            f"Nothing can listen at {host}, port {port}: {reason}.",
            "Choose others with --host and --port.",
        ) from error
    return listening


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", help="address to listen on (default: the setting server.host, loopback)")
    parser.add_argument(
        "--port", help="port to listen on (default: the setting server.port; 0: any free one)"
    )
    add_settings_options(parser)


def _serve(arguments: argparse.Namespace) -> int:
    for name in ("host", "port"):
        if getattr(arguments, name) is not None:
            arguments.sets.append(f"server.{name}={getattr(arguments, name)}")
    settings = settings_of(arguments, os.environ)
    one_per_query(os.environ)
    log_to_stderr(settings.server.log_format)
    # uvicorn ends well at SIGTERM and then raises it again, which would leave the socket's name behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(SUCCESS))
    # Before anything is loaded: that the port is taken should be said at once.
    with (
        listening_socket(settings.server.host, settings.server.port) as listening,
        command_socket(settings.data_path) as of_commands,
    ):
        import uvicorn

        host, port = listening.getsockname()[:2]
        server = uvicorn.Server(
            uvicorn_config(settings, fingerprint(arguments.config, arguments.sets, os.environ))
        )
        logger.info(
            "Searching at http://%s:%d/ (Ctrl-C ends it).", f"[{host}]" if ":" in host else host, port
        )
        server.run(sockets=[listening, *([of_commands] if of_commands else [])])
    return SUCCESS


SERVE = Verb(
    "serve",
    "serve the HTTP API and the search page",
    "shuangta serve --port 8420    # then open http://127.0.0.1:8420/",
    _add_arguments,
    _serve,
)
