"""What runs every night: both ways run the same command, and the files are what systemd and cron expect."""

import configparser
import re
from pathlib import Path

import pytest

from api.shuangta import VERBS

NIGHTLY = Path(__file__).parents[2] / "configs" / "nightly"


def unit(name: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, strict=True)
    parser.optionxform = str
    parser.read_string((NIGHTLY / name).read_text("utf-8"))
    return parser


def test_both_run_a_rebuild():
    assert "rebuild" in {verb.name for verb in VERBS}
    assert unit("shuangta-rebuild.service")["Service"]["ExecStart"].endswith("/shuangta rebuild")
    assert re.search(r'/shuangta" rebuild ', (NIGHTLY / "crontab").read_text("utf-8"))


def test_the_timer_starts_the_service_of_its_name_every_night():
    timer = unit("shuangta-rebuild.timer")
    assert re.fullmatch(r"\*-\*-\* \d\d:\d\d", timer["Timer"]["OnCalendar"])
    assert timer["Timer"]["Persistent"] == "true"
    assert timer["Install"]["WantedBy"] == "timers.target"
    assert (NIGHTLY / "shuangta-rebuild.service").is_file()


def test_the_crontab_has_one_line_with_five_times_and_a_command():
    lines = (NIGHTLY / "crontab").read_text("utf-8").splitlines()
    (line,) = [line for line in lines if line and not line.startswith("#")]
    assert re.match(r"(?:[\d*,/-]+\s+){5}\S", line)


@pytest.mark.parametrize("path", sorted(NIGHTLY.iterdir()), ids=lambda path: path.name)
def test_a_file_says_what_it_is_for(path):
    text = path.read_text("utf-8")
    assert text.startswith("#") or "Description=" in text
