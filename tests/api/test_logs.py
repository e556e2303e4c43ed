"""The server's log, as lines and as JSON."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from api.logs import log_to_stderr, request_id


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    root, ours = logging.getLogger(), logging.getLogger("api")
    before = (root.handlers[:], root.level, ours.level)
    yield
    root.handlers[:], root.level, ours.level = before[0], before[1], before[2]


def test_json_lines_carry_the_request_and_what_is_told_of_it(capsys):
    log_to_stderr("json")
    token = request_id.set("r-1")
    logging.getLogger("api.x").info("回答了", extra={"status": 200, "ms": 1.5, "path": "/"})
    request_id.reset(token)
    line = json.loads(capsys.readouterr().err)
    assert (line["message"], line["level"], line["logger"]) == ("回答了", "info", "api.x")
    assert (line["request_id"], line["status"], line["ms"], line["path"]) == ("r-1", 200, 1.5, "/")
    assert line["time"].endswith("+00:00")


def test_an_exception_stays_in_its_line(capsys):
    log_to_stderr("json")
    try:
        int("两行\n文字")
    except ValueError:
        logging.getLogger("api").exception("failed")
    (line,) = capsys.readouterr().err.splitlines()
    assert "两行\\n文字" in json.loads(line)["exception"]
    assert "request_id" not in json.loads(line)


def test_lines_for_people_end_with_the_request(capsys):
    log_to_stderr("text")
    token = request_id.set("r-2")
    logging.getLogger("api").info("done")
    request_id.reset(token)
    logging.getLogger("api").info("idle")
    logging.getLogger("other").info("not ours")
    assert capsys.readouterr().err.splitlines() == ["INFO done [r-2]", "INFO idle"]
