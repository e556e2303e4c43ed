"""However a command ends, it ends with a code and a sentence, not with a traceback."""

import os
import signal
import subprocess
import sys

import pytest

from api.exits import guarded
from ingest.errors import IndexMissingError


def raises(error):
    def run():
        raise error

    return run


def test_the_code_of_the_command_is_passed_on():
    assert guarded("x", lambda: 3) == 3


def test_an_error_of_ours_is_one_line_with_its_cure(capsys):
    assert guarded("x", raises(IndexMissingError("There is no index.", "Build one."))) == 1
    assert capsys.readouterr().err == "x: There is no index. Build one.\n"


def test_an_error_of_the_system_is_one_line_with_its_file(capsys):
    assert guarded("x", raises(PermissionError(13, "Permission denied", "/a/b"))) == 1
    assert capsys.readouterr().err == "x: /a/b: Permission denied.\n"


def test_ctrl_c_gives_130(capsys):
    assert guarded("x", raises(KeyboardInterrupt())) == 130
    assert "interrupted" in capsys.readouterr().err


def test_a_mistake_of_ours_is_not_hidden():
    with pytest.raises(ZeroDivisionError):
        guarded("x", lambda: 1 // 0)


PROGRAM = """
import sys
from api.exits import guarded
def run():
    for number in range(100_000):
        print("双塔", number)
    return 0
sys.exit(guarded("x", run))
"""


def test_a_reader_that_goes_away_is_no_error():
    writer = subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    writer.stdout.readline()
    writer.stdout.close()
    complaint = writer.stderr.read()
    writer.stderr.close()
    assert writer.wait(20) == 128 + signal.SIGPIPE
    assert complaint == b""


def test_a_locale_without_chinese_shows_escapes_instead_of_failing():
    environ = {**os.environ, "PYTHONIOENCODING": "ascii"}
    ran = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, env=environ, check=False)
    assert ran.returncode == 0
    assert ran.stdout.startswith(rb"\u53cc\u5854 0")
