"""`search` in use: reading the query from a pipe, opening hits, a session, links, and completion by the shell."""

import io
import os
import subprocess
import sys

import pytest

from api.hyperlinks import knows_hyperlinks
from api.search_command import main
from api.shuangta import main as shuangta
from api.terminal import Style, fitting
from index.facet_values import facet_values
from tests.api.corpus import INVERTED, TWO_TOWER, WARMUP


def command(*arguments, data_dir, stdin="", **environ):
    """Run it as a process of its own: exit code, standard output, standard error."""
    ran = subprocess.run(
        [sys.executable, "-m", "api.search_command", *arguments, "--data-dir", str(data_dir)],
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environ},
    )
    return ran.returncode, ran.stdout, ran.stderr


@pytest.fixture
def browser(tmp_path):
    """A browser that only notes what it was asked to open: the value of BROWSER, and the file with its notes."""
    notes = tmp_path / "opened"
    program = tmp_path / "browser"
    program.write_text(f'#!/bin/sh\necho "$1" >> "{notes}"\n')
    program.chmod(0o700)
    return str(program), notes


@pytest.fixture
def session(data_dir, capsys, monkeypatch):
    """What a session prints for these lines."""

    def run(*lines, options=()):
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(line + "\n" for line in lines)))
        assert main(["-i", *options, "--data-dir", str(data_dir)]) == 0
        out, err = capsys.readouterr()
        assert err == ""
        return out

    return run


def test_a_minus_reads_the_query_from_standard_input(data_dir):
    code, out, _ = command("-", "-k", "1", data_dir=data_dir, stdin="双塔怎么做负采样\n")
    assert (code, TWO_TOWER.url in out) == (0, True)


def test_a_hit_opens_in_the_browser_at_its_passage(data_dir, browser):
    program, notes = browser
    code, out, err = command("倒排索引", "--open", "1", data_dir=data_dir, BROWSER=program)
    assert (code, err) == (0, "")
    assert notes.read_text().startswith(INVERTED.url)
    assert out.startswith(f"opened {INVERTED.url}")


def test_a_hit_that_there_is_not_cannot_be_opened(data_dir, browser):
    program, notes = browser
    code, out, err = command(
        "双塔", "--open", "7", "--site", "blog.example.org", data_dir=data_dir, BROWSER=program
    )
    assert (code, out, notes.exists()) == (2, "", False)
    assert "There is no hit 7" in err
    assert err.count("\n") == 1


def test_without_a_browser_the_address_is_said(data_dir):
    code, _, err = command(
        "倒排索引", "--open", "1", data_dir=data_dir, BROWSER="/nowhere/browser", PATH="/nowhere"
    )
    assert code == 2
    assert INVERTED.url in err
    assert "BROWSER=" in err


def test_a_session_answers_line_after_line(session):
    out = session("双塔怎么做负采样", "", "why is warmup needed", ":q", "never asked", options=("-k", "1"))
    assert out.index(TWO_TOWER.url) < out.index(WARMUP.url)
    assert "never asked" not in out


def test_a_session_turns_pages_without_skipping_or_repeating(session):
    out = session("双塔 warmup 倒排索引", "n", "p", options=("-k", "1"))
    first, second, third = (line for line in out.splitlines() if line.startswith(" ") and line[1:2].isdigit())
    assert (first.split()[0], second.split()[0]) == ("1", "2")
    assert first == third != second


def test_a_session_says_what_cannot_be_done_and_goes_on(session):
    out = session("n", "？！", "双塔", "p", "99", "倒排索引")
    for said in ("Nothing has been asked yet", "no word", "first page", "There is no hit 99", INVERTED.title):
        assert said in out


def test_a_number_that_no_hit_can_have_is_a_question(session):
    out = session("双塔", "1" * 5_000, "like " + "1" * 500, "倒排索引")
    assert "5000 characters; at most 1000" in out
    assert "倒排索引与 BM25" in out


def test_a_session_ends_its_pages_where_the_hits_end(session):
    assert "no more hits" in session("双塔", *["n"] * 9, options=("-k", "3"))


def test_a_session_keeps_the_filters(session):
    out = session("双塔 warmup", options=("--lang", "en"))
    assert WARMUP.url in out
    assert TWO_TOWER.url not in out


def test_a_session_opens_hits(data_dir, browser):
    program, notes = browser
    code, _, _ = command("-i", data_dir=data_dir, stdin="倒排索引\n1\n", BROWSER=program)
    assert code == 0
    assert notes.read_text().startswith(INVERTED.url)


@pytest.mark.parametrize(
    ("environ", "known"),
    [
        ({"TERM": "xterm-256color"}, False),
        ({"TERM": "xterm-kitty"}, True),
        ({"TERM_PROGRAM": "iTerm.app"}, True),
        ({"TERM_PROGRAM": "Apple_Terminal"}, False),
        ({"VTE_VERSION": "7600"}, True),
        ({"VTE_VERSION": "4803"}, False),
        ({"WT_SESSION": "1"}, True),
        ({"WT_SESSION": "1", "FORCE_HYPERLINK": "0"}, False),
        ({"FORCE_HYPERLINK": "1"}, True),
    ],
)
def test_links_are_for_terminals_that_know_them(environ, known):
    assert knows_hyperlinks(environ) is known


def test_an_address_is_shortened_only_where_it_is_a_link():
    url = "https://example.org/%E5%8F%8C%E5%A1%94#" + "a" * 80
    assert Style(colour=False).address(url, width=20) == url
    link = Style(colour=False, hyperlinks=True).address(url, width=30)
    assert link == f"\x1b]8;;{url}\x1b\\https://example.org/双塔#aaaa…\x1b]8;;\x1b\\"
    assert fitting("双塔召回", 5) == "双塔…"


def test_a_copy_of_a_dead_page_opens_the_copy_and_names_the_page():
    url, copy = (
        "https://dead.example.com/a",
        "https://web.archive.org/web/20200504/https://dead.example.com/a",
    )
    link = Style(colour=True, hyperlinks=True).address(copy, named=url)
    assert f"]8;;{copy}\x1b" in link
    assert f"m{url}\x1b" in link


def test_filters_are_completed_from_the_index(data_dir, tmp_path):
    assert set(facet_values(data_dir, "list")) == {"推荐系统", "NLP 清单"}
    assert "双塔" in facet_values(data_dir, "section")
    assert facet_values(tmp_path, "list") == []


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("search --li", "--list"),
        ("search --list 推", "推荐系统"),
        ("search --site blog", "blog.example.org"),
        ("shuangta reb", "rebuild"),
        ("shuangta rebuild --aga", "--again"),
        ("shuangta completion f", "fish"),
    ],
)
def test_the_shell_completes(data_dir, tmp_path, line, offered):
    module = {"search": "api.search_command", "shuangta": "api.shuangta"}[line.partition(" ")[0]]
    found = tmp_path / "found"
    subprocess.run(
        [sys.executable, "-m", module],
        check=False,
        env={
            **os.environ,
            "SHUANGTA_DATA_DIR": str(data_dir),
            "_ARGCOMPLETE": "1",
            "_ARGCOMPLETE_IFS": "\n",
            "_ARGCOMPLETE_SHELL": "fish",
            "_ARGCOMPLETE_STDOUT_FILENAME": str(found),
            "COMP_LINE": line,
            "COMP_POINT": str(len(line)),
        },
    )
    assert offered in [each.partition("\t")[0].strip() for each in found.read_text().splitlines()]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_of_a_shell_is_for_both_commands(shell, capsys):
    assert shuangta(["completion", shell]) == 0
    out = capsys.readouterr().out
    assert "search" in out
    assert "shuangta" in out
    assert "_ARGCOMPLETE" in out


def test_bash_accepts_the_completion(capsys):
    shuangta(["completion", "bash"])
    script = capsys.readouterr().out + "\ncomplete -p search shuangta\n"
    ran = subprocess.run(["bash", "--norc"], input=script, capture_output=True, text=True, check=True)
    assert ran.stdout.count("_python_argcomplete") == 2
