"""`shuangta`: every verb explains itself, keeps its contract, and fails with a sentence."""

import argparse
import gzip
import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from api.settings import Settings
from api.shuangta import VERBS, main
from index.towers import SHIPPED
from tests.api.corpus import DEAD, INVERTED, NOW, REPOST, TWO_TOWER, WARMUP

PAGE = """<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8"><title>双塔模型 - 某站</title></head><body>
<nav><a href="/">首页</a> <a href="/about">关于</a></nav><article><h1>双塔模型</h1>
<p>双塔模型用两个编码器分别编码查询和文档，文档向量离线算好，线上只编码查询，再做近似最近邻检索，所以可以从上亿文档中召回。</p>
<p>训练时通常把同一批里其他样本的文档当作负样本，再按出现频率做校正，否则热门文档会被打压；困难负样本也要放一些。</p>
</article><footer>版权所有</footer></body></html>"""


def fails(ran, said, code=1):
    """Whether it failed with that code and one line that says so."""
    return ran[0] == code and ran[1] == "" and said in ran[2] and ran[2].count("\n") == 1


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_every_verb_has_help_with_an_example(verb, capsys):
    with pytest.raises(SystemExit) as ended:
        main([verb.name, "--help"])
    assert ended.value.code == 0
    out = capsys.readouterr().out
    assert f"example:\n  shuangta {verb.name}" in out


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_the_examples_are_right(verb):
    """What the help shows is accepted by the parser that shows it."""
    parser = argparse.ArgumentParser()
    verb.add_arguments(parser)
    for example in verb.example.splitlines():
        command = example.partition("|")[0].partition("#")[0].replace('"', "").split()
        assert command[:2] == ["shuangta", verb.name]
        parser.parse_args(command[2:])


@pytest.mark.parametrize("arguments", [[], ["rebiuld"], ["status", "--liinks"]])
def test_wrong_usage_gives_2(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: shuangta" in capsys.readouterr().err


# ── links ────────────────────────────────────────────────────────────────────────────────────────────────────

LIST = """# 推荐系统

## 召回

- [双塔模型](https://Example.org/two-tower?utm_source=x) [重点看] 这篇讲得最清楚。
- [相对链接](notes/hnsw.md)
"""


@pytest.fixture
def reading_list(tmp_path):
    path = tmp_path / "清单.md"
    path.write_text(LIST, "utf-8")
    return path


def test_links_are_one_object_a_line(run, reading_list):
    code, out, err = run("links", reading_list, "--json")
    link = json.loads(out)
    assert code == 0
    assert link == {
        "url": "https://example.org/two-tower",
        "title": "双塔模型",
        "list": "清单",
        "section": ["推荐系统", "召回"],
        "note": link["note"],
        "starred": True,
        "line": 5,
    }
    assert "讲得最清楚" in link["note"]
    assert "line 6" in err


def test_a_base_resolves_relative_links(run, reading_list):
    _, out, err = run("links", reading_list, "--json", "--base", "https://example.org/blog/")
    assert [json.loads(line)["url"] for line in out.splitlines()][
        1
    ] == "https://example.org/blog/notes/hnsw.md"
    assert err == ""


def test_links_for_people_name_place_and_star(run, reading_list):
    _, out, _ = run("links", reading_list)
    assert out.splitlines()[0] == "双塔模型 ★"
    assert "清单 › 推荐系统 › 召回, line 5" in out


def test_links_do_not_speak_to_the_terminal(run, tmp_path):
    (tmp_path / "list.md").write_text("- [title\x1b7\x07](https://example.org/a)\n", "utf-8")
    _, out, _ = run("links", tmp_path / "list.md")
    assert "title" in out
    assert "\x1b" not in out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"no link at all\n", "no link"),
        (b"%PDF-1.4\x00\x01\x02", "not"),
        (None, "no reading list"),
    ],
)
def test_a_bad_reading_list_is_one_line(run, tmp_path, content, said):
    path = tmp_path / "bad.md"
    if content is not None:
        path.write_bytes(content)
    assert fails(run("links", path), said)
    assert fails(run("rebuild", "--lists", path, "--data-dir", tmp_path / "data"), said)
    assert not (tmp_path / "data").exists()


# ── extract ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_extract_prints_the_article_of_a_page(run, tmp_path):
    (tmp_path / "page.html").write_text(PAGE, "utf-8")
    code, out, _ = run("extract", tmp_path / "page.html", "--url", "https://example.org/a")
    assert code == 0
    assert "双塔模型" in out.splitlines()[0]
    assert "近似最近邻检索" in out
    assert "版权所有" not in out


def test_extract_gives_all_that_is_known_as_json(run, tmp_path):
    (tmp_path / "page.html.gz").write_bytes(gzip.compress(PAGE.encode()))
    _, out, _ = run("extract", tmp_path / "page.html.gz", "--url", "https://example.org/a", "--json")
    article = json.loads(out)
    assert (article["url"], article["lang"]) == ("https://example.org/a", "zh")


def test_a_batch_answers_every_line_in_order(run, tmp_path):
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "good.html").write_text(PAGE, "utf-8")
    (tmp_path / "pages" / "good.gz").write_bytes(gzip.compress(PAGE.encode()))
    (tmp_path / "pages" / "empty.html").write_text("<html><body></body></html>")
    lines = [
        {"id": name, "url": f"https://example.org/{name}", "file": f"pages/{name}", "text": "gold"}
        for name in ("good.html", "good.gz", "empty.html")
    ]
    (tmp_path / "truth.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n\n", "utf-8")
    out = tmp_path / "predictions.jsonl"
    assert run("extract", "--batch", tmp_path / "truth.jsonl", "--out", out)[0] == 0
    predictions = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [set(prediction) for prediction in predictions] == [{"id", "text", "title", "skipped"}] * 3
    assert [prediction["id"] for prediction in predictions] == ["good.html", "good.gz", "empty.html"]
    assert [bool(prediction["text"]) for prediction in predictions] == [True, True, False]
    assert [prediction["skipped"] is None for prediction in predictions] == [True, True, False]


def test_a_batch_is_added_to_the_file_that_it_is_appended_to(tmp_path):
    (tmp_path / "page.html").write_text(PAGE, "utf-8")
    (tmp_path / "batch.jsonl").write_text('{"id": "a", "url": "https://example.org/a", "file": "page.html"}')
    results = tmp_path / "results.jsonl"
    results.write_text("what was there before\n")
    command = [sys.executable, "-m", "api.shuangta", "extract", "--batch", str(tmp_path / "batch.jsonl")]
    with results.open("ab") as out:
        subprocess.run(command, stdout=out, check=True, cwd=Path(__file__).parents[2])
    first, second = results.read_text("utf-8").splitlines()
    assert (first, json.loads(second)["id"]) == ("what was there before", "a")


def test_extract_explains_itself(run, tmp_path):
    page = tmp_path / "page.html"
    page.write_bytes(PAGE.replace('charset="utf-8"', 'charset="gbk"').encode("gbk"))
    code, out, _ = run("extract", page, "--url", "https://example.org/post", "--explain")
    assert code == 0
    assert re.search(r"^source +https://example\.org/post$", out, re.MULTILINE)
    assert re.search(r"^characters +gb18030$", out, re.MULTILINE)
    assert re.search(r"^text from +\S", out, re.MULTILINE)
    assert re.search(r"^  版权所有 +\(\S.*\)$", out, re.MULTILINE)
    assert "召回" in out
    _, out, _ = run("extract", page, "--url", "https://example.org/post", "--explain", "--json")
    told = json.loads(out)["explanation"][0]
    assert ["characters", "gb18030"] in told["steps"]
    assert {"版权所有"} <= {dropped["text"] for dropped in told["dropped"]}


def test_extract_shows_a_page_that_the_corpus_keeps(run, data_dir):
    code, out, err = run("extract", "--url", INVERTED.url, "--data-dir", data_dir, "--explain")
    assert code == 0, err
    assert INVERTED.text[:20] in out
    assert fails(run("extract", "--url", DEAD, "--data-dir", data_dir), "No page is kept")
    assert fails(run("extract", "--url", "nonsense", "--data-dir", data_dir), "no address of the web")


def test_extract_says_what_is_wrong(run, tmp_path):
    assert fails(run("extract"), "either a FILE or --batch", code=2)
    assert fails(run("extract", tmp_path / "none.html"), "no file")
    (tmp_path / "empty.html").write_text("<html><body></body></html>")
    assert fails(run("extract", tmp_path / "empty.html"), "no article")
    assert fails(run("extract", tmp_path / "empty.html", "--url", "http://["), "no address of the web")
    (tmp_path / "broken.gz").write_bytes(b"\x1f\x8bnot really")
    assert fails(run("extract", tmp_path / "broken.gz"), "broken gzip")
    (tmp_path / "truth.jsonl").write_text('{"id": 1}\n')
    assert fails(run("extract", "--batch", tmp_path / "truth.jsonl"), "line 1")


# ── import ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_import_takes_in_saved_pages_and_names_the_others(run, own_data_dir, tmp_path):
    folder = tmp_path / "saved"
    folder.mkdir()
    prose = (
        "<p>HNSW 把近邻图分成许多层，从最稀疏的一层开始贪心地走向查询，逐层向下，直到最底层找到近邻。</p>" * 3
    )
    (folder / "图解 HNSW 近邻图.html").write_text(f"<title>HNSW</title>{prose}", "utf-8")
    (folder / "other.html").write_text(f"<title>Other</title>{prose}", "utf-8")
    (folder / "empty.html").write_text("<p></p>", "utf-8")
    code, out, _ = run("import", folder, "--data-dir", own_data_dir)
    assert code == 0
    assert "3 files: 1 belong to links of your lists (1 by name)" in out
    assert "nobody's: other.html" in out
    assert "no article in empty.html (empty" in out
    _, out, _ = run("status", "--links", "--json", "--data-dir", own_data_dir)
    found = {each["url"]: each for each in map(json.loads, out.splitlines())}[DEAD]
    assert (found["outcome"], found["source"]) == ("article", "saved")
    code, out, _ = run("import", folder / "empty.html", "--data-dir", own_data_dir, "--json")
    assert code == 1
    assert json.loads(out)["skipped"]["reason"] == "empty"
    assert fails(run("import", folder / "none", "--data-dir", own_data_dir), "no folder")


# ── status ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_status_names_what_became_of_every_address(run, data_dir):
    code, out, _ = run("status", "--links", "--json", "--data-dir", data_dir)
    outcomes = {each["url"]: each for each in map(json.loads, out.splitlines())}
    assert code == 0
    assert set(outcomes[TWO_TOWER.url]) == {
        "url",
        "outcome",
        "reason",
        "detail",
        "title",
        "author",
        "published",
        "lang",
        "source",
        "archived",
        "words",
        "quality",
        "also_at",
        "retry_at",
        "due_at",
    }
    assert outcomes[TWO_TOWER.url]["due_at"] == NOW + Settings().crawl.fresh_for
    assert outcomes[DEAD]["due_at"] is None
    assert outcomes[TWO_TOWER.url]["outcome"] == "article"
    assert outcomes[TWO_TOWER.url]["also_at"] == [REPOST]
    assert outcomes[REPOST]["outcome"] == "duplicate"
    assert outcomes[DEAD]["outcome"] == "skipped"
    assert outcomes[WARMUP.url]["author"] == "Jane Doe"


def test_status_sums_up(run, data_dir):
    _, out, _ = run("status", "--json", "--data-dir", data_dir)
    summary = json.loads(out)
    assert summary["outcomes"] == {"article": 4, "duplicate": 1, "skipped": 1}
    assert summary["hosts"]["blog.example.org"] == {"article": 2}
    assert summary["hosts"]["dead.example.com"] == {"not_visited": 1}
    assert next(iter(summary["hosts"])) == "blog.example.org"
    assert summary["generation"] == (data_dir / "current").resolve().name
    _, out, _ = run("status", "--data-dir", data_dir)
    assert summary["generation"] in out
    assert "article 4" in out
    assert re.search(r"hosts +blog\.example\.org +2: article 2\n", out)


def test_status_tells_of_a_broken_generation(run, own_data_dir):
    (own_data_dir / "current").unlink()
    code, out, _ = run("status", "--data-dir", own_data_dir)
    assert code == 0
    assert "shuangta rebuild" in out


def test_before_the_first_crawl_status_and_index_say_so_and_make_nothing(run, tmp_path):
    folder = tmp_path / "none"
    assert fails(run("status", "--data-dir", folder), "Nothing has been crawled")
    assert fails(run("index", "--data-dir", folder), "Nothing has been crawled")
    assert not folder.exists()


# ── index and rebuild ────────────────────────────────────────────────────────────────────────────────────────


def test_index_says_when_nothing_had_changed(run, own_data_dir):
    before = (own_data_dir / "current").resolve()
    code, out, _ = run("index", "--data-dir", own_data_dir)
    assert code == 0
    assert "nothing had changed" in out
    assert (own_data_dir / "current").resolve() == before
    code, out, _ = run("index", "--data-dir", own_data_dir, "--set", "index.passages.target=100", "--json")
    assert (code, json.loads(out)["published"]) == (0, True)
    assert (own_data_dir / "current").resolve() != before


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--set", "index.towers.0.name=./none"), "./none"),
        (("--set", "index.lexical.engine=lucene"), "tantivy, rank-bm25"),
        (("--config", "none.toml"), "none.toml"),
    ],
)
def test_what_cannot_be_built_is_one_line(run, own_data_dir, options, said):
    assert fails(run("index", "--data-dir", own_data_dir, *options), said)


def test_no_reading_list_at_all_is_one_line(run, tmp_path):
    assert fails(run("rebuild", "--data-dir", tmp_path, "--set", "lists=[]"), "No reading list")


# ── train ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_train_refuses_an_unknown_setting(run, tmp_path):
    assert fails(run("train", tmp_path, "--out", tmp_path / "t", "--set", "stpes=3"), "`steps`")
    assert fails(
        run("train", tmp_path, "--out", tmp_path / "t", "--set", "negatives.bm52=3"), "`negatives.bm25`"
    )


def test_train_takes_its_settings_from_a_file_and_the_command_line_wins(run, tmp_path):
    config = tmp_path / "run.toml"
    config.write_text(
        f'pairs = ["{tmp_path}"]\nout = "{tmp_path / "t"}"\nobjective = "kl"\n[negatives]\nrandom = 1\n',
        "utf-8",
    )
    assert fails(run("train", "--config", config), "needs a teacher")
    assert fails(
        run("train", "--config", config, "--set", "objective='bpr'"), "There are no *.jsonl.gz files"
    )
    assert fails(
        run("train", "--config", config, "--set", "negatives.queue=9", "--set", "objective='bpr'"), "queue"
    )
    config.write_text("[negatives]\nmixed = 1\n", "utf-8")
    assert fails(run("train", tmp_path, "--out", "t", "--config", config), "`negatives.mined_at`")
    assert fails(run("train", "--config", config, "--set", "negatives.mixed=2"), "negatives")


def test_train_knows_two_recipes_and_the_settings_of_each(run, tmp_path):
    config = tmp_path / "run.toml"
    config.write_text('recipe = "bilingual"\nout = "t"\npairs = ["none"]\n', "utf-8")
    assert fails(run("train", "--config", config), "`base`")
    assert fails(run("train", "--config", config, "--set", "recipe='pairs'"), "*.jsonl.gz files in none")
    assert fails(run("train", "--config", config, "--set", "recipe='magic'"), "pairs, bilingual")
    assert fails(run("train", "--config", config, "--set", "recipe=['pairs']"), "pairs, bilingual")
    assert fails(run("train", "--config", config, "--set", "objective='bpr'"), "`objective`")
    assert fails(run("train", "--config", config, "--set", "shares.paralel=1"), "`shares.parallel`")


@pytest.mark.models
@pytest.mark.parametrize(
    ("file", "stops_at"),
    [
        ("static.toml", "*.jsonl.gz files"),
        ("small.toml", "all-MiniLM-L6-v2"),
        ("small-second.toml", "all-MiniLM-L6-v2"),
    ],
)
def test_the_files_that_the_shipped_towers_were_made_by_lack_only_the_data(run, tmp_path, file, stops_at):
    config = SHIPPED["static"].parents[2] / "configs" / "towers" / file
    assert fails(run("train", tmp_path, "--out", tmp_path / "t", "--config", config), stops_at)


def test_train_says_what_is_missing_or_cannot_be_read(run, tmp_path):
    assert fails(run("train", tmp_path), "--out")
    assert fails(run("train", "--out", tmp_path / "t"), "folders of pairs")
    assert fails(run("train", "--config", tmp_path / "none.toml"), "none.toml")
    (tmp_path / "bad.toml").write_text("steps = ", "utf-8")
    assert fails(run("train", "--config", tmp_path / "bad.toml"), "bad.toml")
    assert fails(run("train", tmp_path, "--out", tmp_path / "t", "--set", "objective=kl"), "needs quotes")


def test_adapting_wants_nothing_but_a_corpus(run, tmp_path):
    assert fails(run("train", tmp_path, "--adapt"), "--adapt goes without", code=2)
    assert fails(run("train", "--adapt", "--corpus"), "--adapt goes without", code=2)
    assert fails(run("train", "--adapt", "--data-dir", tmp_path / "none"), "Nothing has been crawled")
    assert fails(
        run("train", "--corpus", "--out", tmp_path / "t", "--data-dir", tmp_path / "none"), "crawled"
    )


@pytest.mark.models
def test_a_small_corpus_keeps_its_tower_and_says_why(run, own_data_dir):
    code, out, err = run("train", "--adapt", "--data-dir", own_data_dir)
    assert (code, err) == (0, "adapt: corpus\n")
    assert "kept the tower static@" in out
    assert "too few" in out
    code, out, _ = run("train", "--adapt", "--data-dir", own_data_dir, "--json")
    found = json.loads(out)
    assert (code, found["ran"], found["adaptation"]["outcome"]) == (0, False, "too few queries")


# ── serve ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_port_that_is_taken_or_impossible_is_one_line(run, data_dir):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert fails(run("serve", "--data-dir", data_dir, "--port", port), "in use")
    assert fails(run("serve", "--data-dir", data_dir, "--port", 99999), "65535")


@pytest.mark.parametrize("port", ["65536", "99999", "-1", "http"])
def test_a_port_for_agents_that_is_none_is_wrong_usage(port, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["mcp", "--http", f"--port={port}"])
    assert ended.value.code == 2
    assert "0 to 65535" in capsys.readouterr().err


@pytest.mark.parametrize("host", ["a" * 80, ".", "no such host"])
def test_a_host_that_is_none_is_one_line(run, data_dir, host):
    assert fails(run("serve", "--data-dir", data_dir, "--port", 0, "--host", host), "Nothing can listen")


def test_ctrl_c_ends_the_server_cleanly(data_dir):
    command = [sys.executable, "-m", "api.shuangta", "serve", "--port", "0", "--data-dir", str(data_dir)]
    environ = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environ
    ) as server:
        said = [server.stderr.readline(), server.stderr.readline()]
        server.send_signal(signal.SIGINT)
        _, rest = server.communicate(timeout=30)
    assert re.search(r"http://127\.0\.0\.1:\d+/", said[0])
    assert "generation" in said[1]
    assert server.returncode == 130
    assert "Traceback" not in rest
