"""`shuangta mcp`: the corpus as tools of an agent."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from api.commands.serving import listening_socket
from api.commands.verb import Verb
from api.exits import SUCCESS
from api.logs import log_to_stderr
from api.options import add_settings_options, settings_of
from api.threads import one_per_query
from ingest.errors import MissingExtraError

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

    from api.settings import Settings

__all__ = ["MCP", "server_of"]

_PATH = "/mcp"
_LAST_PORT = 65535


def server_of(settings: Settings) -> MCPServer[None]:
    """The MCP server over the newest generation. Raises MissingExtraError, TowerError."""
    try:
        from api.agent_tools import agent_server
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "mcp":
            raise
        raise MissingExtraError(
            "`shuangta mcp` needs the MCP SDK.", "Run: pip install 'shuangta[mcp]'"
        ) from error
    from api.serving import follow

    live = follow(settings)
    return agent_server(lambda: live.newest().engine)


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--http",
        action="store_true",
        help=f"listen for streamable HTTP at {_PATH}, in place of standard input",
    )
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on with --http (default: loopback)"
    )
    parser.add_argument(
        "--port",
        type=_port,
        default=8421,
        help="port to listen on with --http (default: 8421; 0: any free one)",
    )
    add_settings_options(parser)


def _port(text: str) -> int:
    # The resolver takes a larger one modulo 65536, and nobody would find the server.
    if not (text.isascii() and text.isdecimal() and len(text) <= 5 and int(text) <= _LAST_PORT):
        raise argparse.ArgumentTypeError(f"{text!r} is no port: 0 to {_LAST_PORT}")
    return int(text)


def _serve(arguments: argparse.Namespace) -> int:
    settings = settings_of(arguments, os.environ)
    one_per_query(os.environ)
    # Standard output belongs to the protocol.
    log_to_stderr(settings.server.log_format)
    server = server_of(settings)
    if not arguments.http:
        server.run("stdio")
        return SUCCESS
    import logging

    import uvicorn

    application = server.streamable_http_app(
        streamable_http_path=_PATH, host=arguments.host, max_request_body_size=settings.server.max_body
    )
    with listening_socket(arguments.host, arguments.port) as listening:
        host, port = listening.getsockname()[:2]
        named = f"[{host}]" if ":" in host else host
        logging.getLogger(__name__).info("Tools for agents at http://%s:%d%s", named, port, _PATH)
        uvicorn.Server(uvicorn.Config(application, log_config=None, server_header=False)).run(
            sockets=[listening]
        )
    return SUCCESS


MCP = Verb(
    "mcp",
    "give an agent the corpus as tools (Model Context Protocol)",
    "shuangta mcp                  # over standard input and output, as most agents start it\n"
    "shuangta mcp --http           # at http://127.0.0.1:8421/mcp",
    _add_arguments,
    _serve,
)
