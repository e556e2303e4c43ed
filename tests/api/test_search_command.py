"""`search`: readable on a terminal, plain in a pipe, JSON for programs, grep's exit codes, and quick to start."""

import io
import json
import os
import shlex
import subprocess
import sys

import pytest

from api.schemas import AnswerModel
from api.search_command import main
from api.terminal import wide
from tests.api.corpus import DEAD, REPOST, TWO_TOWER, WARMUP


class Screen(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def search(data_dir, capsys):
    """Run the command in this process: exit code, standard output, standard error."""

    def run(*arguments):
        code = main([*arguments, "--data-dir", str(data_dir)])
        return code, *capsys.readouterr()

    return run


@pytest.mark.parametrize(
    ("query", "article"), [("双塔怎么做负采样", TWO_TOWER), ("why is warmup needed", WARMUP)]
)
def test_a_question_is_answered_with_title_address_place_and_passage(search, query, article):
    code, out, err = search(query, "-k", "1")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].startswith(f" 1  {article.title}")
    assert lines[1].strip() == article.url
    about = lines[3 if article.archived else 2]
    assert article.author in about
    assert article.published in about


def test_a_copy_from_an_archive_says_of_when_it_is(search):
    _, out, _ = search("why is warmup needed", "-k", "1")
    _, page, copy, about, *_ = (line.strip() for line in out.splitlines())
    assert (page, copy.endswith(f"/{page}")) == (WARMUP.url, True)
    assert f"archived copy of {WARMUP.archived}" in about
    _, out, _ = search("why is warmup needed", "-k", "1", "--json")
    hit = json.loads(out)["hits"][0]
    assert (hit["source"], hit["archived"]) == ("archive", WARMUP.archived)


def test_the_query_needs_no_quotes(search):
    assert search("why", "is", "warmup", "needed", "-k", "1") == search("why is warmup needed", "-k", "1")


def test_a_pipe_gets_no_colours_and_whole_lines(search):
    _, out, _ = search("负采样", "-k", "1")
    assert "\x1b" not in out
    assert "负采样决定双塔召回的效果：批内负样本会让热门文档被过度打压，需要做 logQ 校正。" in out


def test_a_terminal_gets_highlights_in_lines_that_fit(data_dir, monkeypatch):
    screen = Screen()
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert main(["负采样", "-k", "2", "--data-dir", str(data_dir)]) == 0
    assert "\x1b[1;33m" in screen.getvalue()
    plain = screen.getvalue()
    for code in ("\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[33m", "\x1b[36m", "\x1b[1;33m"):
        plain = plain.replace(code, "")
    prose = [line for line in plain.splitlines() if "://" not in line]
    assert max(map(wide, prose)) <= 60


def test_a_star_an_other_address_and_a_page_that_could_not_be_had_are_said(search):
    _, out, _ = search("负采样", "-k", "1")
    assert "★" in out.splitlines()[0]
    assert REPOST in out
    _, out, _ = search("图解 HNSW 近邻图", "-k", "1")
    assert DEAD in out
    assert "known from the list only" in out


def test_json_fits_the_apis_schema(search):
    code, out, _ = search("负采样", "-k", "3", "--json")
    answer = AnswerModel.model_validate(json.loads(out))
    assert (code, answer.query, out.count("\n")) == (0, "负采样", 1)
    assert "负采样" in out


def test_explain_shows_scores_by_stage_and_what_the_query_was_taken_for(search):
    _, plain, _ = search("双塔怎么做负采样", "-k", "1")
    _, explained, _ = search("双塔怎么做负采样", "-k", "1", "--explain")
    assert "milliseconds" not in plain
    for said in ("understood as", "milliseconds", "lexical", "generation 000001"):
        assert said in explained


@pytest.mark.parametrize(
    ("options", "urls"),
    [
        (("--host", "notes.example.com"), {WARMUP.url}),
        (("--starred",), {TWO_TOWER.url, DEAD}),
        (("--list", "推荐系统", "--since", "2021-06-30", "--section", "双塔"), {TWO_TOWER.url}),
        (("--lang", "en", "--list", "NLP 清单"), {WARMUP.url}),
    ],
)
def test_filters_narrow(search, options, urls):
    _, out, _ = search("双塔 warmup HNSW", *options, "--json", "--mode", "lexical")
    assert {hit["url"] for hit in json.loads(out)["hits"]} == urls


def test_nothing_found_is_said_and_gives_1(search):
    code, out, err = search("双塔", "--host", "nowhere.example")
    assert (code, out) == (1, "")
    assert "nothing found" in err
    code, out, _ = search("双塔", "--host", "nowhere.example", "--json")
    assert (code, json.loads(out)["hits"]) == (1, [])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("",), "empty"),
        (("召" * 10_000,), "10000 characters"),
        (("？！",), "no word"),
        (("x", "--since", "yesterday"), "not a date"),
        (("x", "--lang", "klingon"), "no language"),
        (("x", "--set", "search.mdoe=dense"), "`search.mode`"),
        (("x", "--config", "none.toml"), "none.toml"),
        (("x", "--set", "index.towers.0.name=./none"), "./none"),
        (("x", "--set", "index.towers=[]", "--mode", "dense"), "tower"),
        (("--like", "http://["), "no article"),
        (("--like", "\udcff"), "no article '�'"),
        (("x", "--since", "\udcff"), "'�' is not a date"),
    ],
)
def test_what_is_wrong_is_one_line_and_gives_2(search, arguments, said):
    code, out, err = search(*arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1


def test_without_an_index_it_says_what_to_do(tmp_path, capsys):
    assert main(["双塔", "--data-dir", str(tmp_path)]) == 2
    assert "shuangta rebuild" in capsys.readouterr().err


def test_a_broken_generation_is_one_line(own_data_dir, capsys):
    manifest = (own_data_dir / "current").resolve() / "manifest.json"
    manifest.write_bytes(manifest.read_bytes()[:100])
    assert main(["双塔", "--data-dir", str(own_data_dir)]) == 2
    err = capsys.readouterr().err
    assert "manifest" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["-i", "x"],
        ["x", "--like", "https://a.test/"],
        ["双塔", "-知乎"],
        ["x", "-k", "0"],
        ["x", "-k", "many"],
        ["x", "--mode", "fast"],
        ["x", "--fast"],
    ],
)
def test_wrong_usage_gives_2(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: search" in capsys.readouterr().err


def test_what_is_wrong_with_a_number_is_said_in_words(capsys):
    with pytest.raises(SystemExit):
        main(["x", "-k", "many"])
    assert "argument -k: 'many' is not a whole number" in capsys.readouterr().err


def test_help_has_examples_and_the_exit_codes(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    out = capsys.readouterr().out
    assert "examples · 例子:" in out
    assert "双塔召回怎么做负采样" in out
    assert "exit codes:" in out


def test_bytes_that_are_no_text_do_not_stop_it(data_dir):
    command = [sys.executable, "-m", "api.search_command", b"warmup \xff\xfe", "--data-dir", str(data_dir)]
    ran = subprocess.run(command, capture_output=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, b"")


def test_bytes_that_are_no_text_leave_nothing_in_when_filtered_by(search):
    code, _, err = search("双塔", "--list", "\udcff", "--site", "\udcff", "--section", "\udcff")
    assert (code, "nothing found" in err) == (1, True)


@pytest.mark.parametrize("options", [["-"], ["-i"]])
def test_bytes_that_are_no_text_do_not_stop_it_on_standard_input_either(data_dir, options):
    command = [sys.executable, "-m", "api.search_command", *options, "--data-dir", str(data_dir)]
    environ = {**os.environ, "PYTHONIOENCODING": "utf-8"}  # strict, as in a locale of UTF-8
    ran = subprocess.run(command, input=b"warmup \xff\xfe", env=environ, capture_output=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert WARMUP.title.encode() in ran.stdout


@pytest.mark.parametrize(("closed", "code"), [("<&-", 2), (">&-", 0), ("2>&-", 2)])
def test_a_stream_that_is_closed_does_not_stop_it(data_dir, closed, code):
    query = "warmup" if closed == ">&-" else "-"
    command = f"{shlex.quote(sys.executable)} -m api.search_command {query} --data-dir {shlex.quote(str(data_dir))} {closed}"
    ran = subprocess.run(command, shell=True, input=b"", capture_output=True, check=False)
    assert ran.returncode == code
    assert b"Traceback" not in ran.stderr


def test_a_search_loads_nothing_that_it_does_not_need(data_dir):
    program = (
        "import sys; from api.search_command import main; "
        f"main(['双塔', '--json', '--data-dir', {str(data_dir)!r}]); print(*sorted(sys.modules), file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = set(ran.stderr.split())
    unwanted = {
        "asyncio",
        "difflib",
        "fastapi",
        "httpx",
        "ingest.crawl",
        "ingest.store",
        "jinja2",
        "lxml",
        "protego",
        "pydantic",
        "torch",
        "tqdm",
        "trafilatura",
        "uvicorn",
    }
    assert loaded & unwanted == set()
