"""`search` asks the server of its data folder where there is one, and says the same where there is none."""

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager

import pytest
import uvicorn

from api.commands.serving import uvicorn_config
from api.rebuilding import index_only
from api.search_command import main
from api.settings import read
from api.sources import SOCKET, fingerprint, likely_data_dir
from search.answers import from_json, to_json
from tests.api.corpus import INVERTED, NOW, TWO_TOWER

QUESTIONS = [
    ["双塔怎么做负采样"],
    ["why is warmup needed", "-k", "1"],
    ["双塔 warmup HNSW", "--mode", "lexical", "--site", "notes.example.com", "--lang", "en"],
    ["召回", "--list", "推荐系统", "--section", "双塔", "--since", "2021-06"],
    ["负采样", "--starred", "--explain"],
    ["双塔", "--host", "nowhere.example"],
    ["？！"],
    ["x", "--since", "yesterday"],
    ["--like", TWO_TOWER.url],
    ["--like", INVERTED.url, "--lang", "en"],
    ["--like", "https://nowhere.example/"],
]
FOUND = [each for each in QUESTIONS if each not in (["？！"], ["x", "--since", "yesterday"], QUESTIONS[-1])]


@contextmanager
def served(data_dir, *sets):
    """A server of that data folder on its socket; what it was asked is in the list that is given."""
    sets = [f"data_dir={data_dir}", *sets]
    asked = []
    config = uvicorn_config(read(sets=sets), fingerprint(None, sets, os.environ))
    answering = config.app

    async def noted(scope, receive, send):
        if scope["type"] == "http":
            asked.append(scope["query_string"].decode())
        await answering(scope, receive, send)

    config.app = noted
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.fspath(data_dir / SOCKET))
        listening.listen()
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield asked
        finally:
            server.should_exit = True
            thread.join()
            (data_dir / SOCKET).unlink(missing_ok=True)


@pytest.fixture(scope="module")
def served_dir(data_dir, tmp_path_factory):
    """A data folder of this module's own."""
    folder = tmp_path_factory.mktemp("served") / "data"
    shutil.copytree(data_dir, folder, symlinks=True)
    return folder


@pytest.fixture(scope="module")
def asked(served_dir):
    """What a server of that data folder is asked while it is up."""
    with served(served_dir) as asked:
        yield asked


@pytest.fixture
def search(capsys, asked):
    def run(*arguments):
        asked.clear()
        code = main(list(arguments))
        return code, *capsys.readouterr()

    return run


def without_times(text):
    """JSON of an answer without what differs from run to run; numbers to the digits that two ways of adding share."""
    answer = json.loads(text, parse_float=lambda number: f"{float(number):.4f}")
    del answer["took_ms"], answer["stages_ms"]
    return answer


@pytest.mark.parametrize("question", QUESTIONS, ids=" ".join)
def test_the_answer_is_the_same_with_and_without_a_server(search, asked, served_dir, question):
    place = ["--data-dir", str(served_dir)]
    by_server = search(*question, *place)
    assert len(asked) == 1
    alone = search(*question, *place, "--no-server")
    assert asked == []
    if "--explain" in question:
        by_server, alone = (
            (code, [line for line in out.splitlines() if "milliseconds" not in line], err)
            for code, out, err in (by_server, alone)
        )
    assert by_server == alone


@pytest.mark.parametrize("question", FOUND, ids=" ".join)
def test_the_json_is_the_same_with_and_without_a_server(search, asked, served_dir, question):
    place = ["--data-dir", str(served_dir), "--json"]
    code, by_server, _ = search(*question, *place)
    assert len(asked) == 1
    code_alone, alone, _ = search(*question, *place, "--no-server")
    assert code == code_alone
    assert without_times(by_server) == without_times(alone)
    assert by_server.count("\n") == alone.count("\n") == 1


def test_an_answer_comes_back_from_its_json_whole(served_dir):
    from api.wiring import open_engine

    engine = open_engine(read(sets=[f"data_dir={served_dir}"]))
    answer = engine.search("双塔怎么做负采样", explain=True)
    assert to_json(from_json(to_json(answer))) == to_json(answer)
    (hit, *_), (same, *_) = answer.hits, from_json(to_json(answer)).hits
    assert (same.more, same.explanation, same.features) == (hit.more, hit.explanation, hit.features)


@pytest.mark.parametrize(
    "options",
    [["--set", "search.mode=lexical"], ["--set", "crawl.delay=2"], ["--config", "own.toml"]],
    ids=" ".join,
)
def test_a_server_with_other_settings_is_not_asked_twice(
    search, asked, served_dir, tmp_path, monkeypatch, options
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.toml").write_text("[search]\nper_article = 2\n")
    code, out, _ = search("双塔", "--data-dir", str(served_dir), "--json", *options)
    assert code == 0
    expected = search("双塔", "--data-dir", str(served_dir), "--json", "--no-server", *options)[1]
    assert without_times(out) == without_times(expected)


def test_a_server_knows_settings_by_their_sources_wherever_they_are_given(tmp_path):
    config = tmp_path / "own.toml"
    config.write_text("[search]\nmode = 'lexical'\n")
    by_option = fingerprint(config, [], {})
    assert fingerprint(None, [], {"SHUANGTA_CONFIG": str(config)}) == by_option
    assert fingerprint(config, ["server.port=0"], {"SHUANGTA_DATA_DIR": "x"}) == by_option
    assert fingerprint(None, [], {}) != by_option
    config.write_text("[search]\nmode = 'hybrid'\n")
    assert fingerprint(config, [], {}) != by_option


def test_a_wrong_setting_is_said_although_a_server_is_there(search, served_dir):
    code, out, err = search("双塔", "--data-dir", str(served_dir), "--set", "search.mdoe=dense")
    assert (code, out) == (2, "")
    assert "`search.mode`" in err


def test_a_server_that_has_not_seen_the_new_generation_yet_is_not_believed(own_data_dir, capsys):
    with served(own_data_dir, "server.check_every=3600"):
        assert main(["双塔", "--data-dir", str(own_data_dir), "--json"]) == 0
        before = json.loads(capsys.readouterr().out)["generation"]
        index_only(read(sets=[f"data_dir={own_data_dir}", "index.passages.target=60"]), clock=lambda: NOW)
        assert main(["双塔", "--data-dir", str(own_data_dir), "--json"]) == 0
        after = json.loads(capsys.readouterr().out)["generation"]
    assert after == (own_data_dir / "current").readlink().name != before


def test_a_socket_that_a_dead_server_left_behind_is_no_error(own_data_dir, capsys):
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(os.fspath(own_data_dir / SOCKET))
    assert main(["双塔", "--data-dir", str(own_data_dir)]) == 0
    assert capsys.readouterr().err == ""


def test_with_a_server_nothing_heavy_is_imported(asked, served_dir):
    program = (
        "import sys; from api.search_command import main; "
        f"main(['双塔', '--data-dir', {str(served_dir)!r}]); print(*sorted(sys.modules), file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout
    assert {"numpy", "faiss", "msgspec", "tantivy", "tokenizers", "rjieba", "index.catalog"} & set(
        ran.stderr.split()
    ) == set()
    assert len(asked) >= 1


@pytest.mark.parametrize(
    ("sets", "environ", "folder"),
    [
        ([], {"SHUANGTA_DATA_DIR": "/a"}, "/a"),
        (["data_dir=/b"], {"SHUANGTA_DATA_DIR": "/a"}, "/b"),
        ([], {"SHUANGTA_CONFIG": "own.toml", "SHUANGTA_DATA_DIR": "/a"}, "/a"),
    ],
)
def test_the_data_folder_is_found_where_the_settings_have_it(sets, environ, folder):
    assert str(likely_data_dir(None, sets, environ)) == folder


def test_the_data_folder_of_a_file_is_relative_to_that_file(tmp_path):
    config = tmp_path / "own.toml"
    config.write_text("data_dir = 'here'\n")
    assert likely_data_dir(config, [], {}) == read(config).data_path == tmp_path / "here"
