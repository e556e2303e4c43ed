"""Whether somebody writes in a data folder can be seen without getting in anybody's way."""

import subprocess
import sys

import pytest

from ingest.errors import BusyError
from ingest.lock import exclusive, is_held


def test_a_folder_is_held_from_the_beginning_of_a_writer_to_its_end(tmp_path):
    assert not is_held(tmp_path)
    with exclusive(tmp_path):
        assert is_held(tmp_path)
    assert not is_held(tmp_path)


def test_looking_writes_nothing_and_takes_nothing(tmp_path):
    assert not is_held(tmp_path)
    assert list(tmp_path.iterdir()) == []
    with exclusive(tmp_path):
        assert is_held(tmp_path)
        with pytest.raises(BusyError), exclusive(tmp_path):
            pass


@pytest.mark.parametrize("content", ["", "x", "9" * 30, "0x1"])
def test_a_lock_file_that_says_nothing_holds_nothing(tmp_path, content):
    (tmp_path / "lock").write_text(content)
    assert not is_held(tmp_path)


def test_a_writer_that_died_holds_nothing(tmp_path):
    code = "from pathlib import Path; import os, sys\nfrom ingest.lock import exclusive\nwith exclusive(Path(sys.argv[1])): os._exit(1)"
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert not is_held(tmp_path)
