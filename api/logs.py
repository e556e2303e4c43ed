"""How the server's log is written: lines for people, or one JSON object a line for machines.

Every line that is written while a request is answered carries that request's id.
"""

from __future__ import annotations

import logging
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Literal

import msgspec

__all__ = ["LogFormat", "log_to_stderr", "request_id"]

LogFormat = Literal["text", "json"]

request_id: ContextVar[str] = ContextVar("request_id", default="")

# What a line of the access log tells beside its sentence (`extra=` of the logging call).
_FIELDS = ("method", "path", "status", "ms")


def log_to_stderr(form: LogFormat) -> None:
    """Log everything of ours from INFO on, and warnings of all others, to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Json() if form == "json" else _Text("%(levelname)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("api").setLevel(logging.INFO)


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        current = request_id.get()
        return f"{line} [{current}]" if current else line


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if current := request_id.get():
            line["request_id"] = current
        line.update({name: record.__dict__[name] for name in _FIELDS if name in record.__dict__})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return msgspec.json.encode(line).decode()
