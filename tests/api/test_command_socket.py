"""The socket in the data folder: who may connect, and what is left behind."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from api.command_socket import SOCKET, command_socket

REPOSITORY = Path(__file__).parents[2]


def test_only_the_owner_may_connect_and_nothing_is_left_behind(tmp_path):
    with command_socket(tmp_path) as listening:
        assert listening is not None
        mode = (tmp_path / SOCKET).stat().st_mode
        assert stat.S_ISSOCK(mode)
        assert stat.S_IMODE(mode) == 0o600
        with socket.socket(socket.AF_UNIX) as asking:
            asking.connect(os.fspath(tmp_path / SOCKET))
    assert list(tmp_path.iterdir()) == []


def test_the_name_of_a_dead_server_is_taken_over(tmp_path):
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(os.fspath(tmp_path / SOCKET))
    with command_socket(tmp_path) as listening:
        assert listening is not None


def test_the_name_of_a_living_server_is_left_to_it(tmp_path, caplog):
    with command_socket(tmp_path) as first, command_socket(tmp_path) as second:
        assert first is not None
        assert second is None
        assert "another server listens" in caplog.text
    assert not (tmp_path / SOCKET).exists()


def test_a_folder_too_deep_for_a_socket_is_served_without_one(tmp_path, caplog):
    deep = tmp_path / ("d" * 100)
    deep.mkdir()
    with command_socket(deep) as listening:
        assert listening is None
    assert "too long for a socket" in caplog.text


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_serve_answers_on_the_socket_and_takes_it_away_at_the_end(own_data_dir, ending):
    command = [sys.executable, "-m", "api.shuangta", "serve", "--port", "0", "--data-dir", str(own_data_dir)]
    with subprocess.Popen(command, cwd=REPOSITORY, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        assert "Searching at" in server.stderr.readline()
        transport = httpx.HTTPTransport(uds=os.fspath(own_data_dir / SOCKET))
        with httpx.Client(transport=transport, base_url="http://localhost", timeout=60) as client:
            assert client.get("/api/v1/search", params={"q": "双塔"}).json()["hits"]
        server.send_signal(ending)
        server.communicate(timeout=60)
    assert not (own_data_dir / SOCKET).exists()
