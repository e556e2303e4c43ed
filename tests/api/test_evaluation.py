"""`shuangta evaluate`: figures of one's own index and of a collection, looked into, compared, and written down."""

import json

import pytest

from tests.api.corpus import REPOST, TWO_TOWER, WARMUP

QUERIES = (
    {"_id": "1", "text": "双塔负采样", "style": "关键词", "direction": "zh>zh"},
    {"_id": "2", "text": "learning rate warmup", "style": "question", "direction": "en>en"},
    {"_id": "nobody judged this", "text": "别的"},
)


def lines(path, rows):
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


@pytest.fixture
def judged(data_dir, tmp_path):
    """Options that name two judged queries over the small corpus."""
    queries = lines(tmp_path / "queries.jsonl", QUERIES)
    qrels = tmp_path / "qrels.tsv"
    qrels.write_text(f"1\t{REPOST}\t3\n2\t{WARMUP.url}#x\t2\n", "utf-8")
    return ("--queries", queries, "--qrels", qrels, "--data-dir", data_dir)


@pytest.fixture
def collection(tmp_path):
    folder = tmp_path / "collection"
    (folder / "qrels").mkdir(parents=True)
    lines(
        folder / "corpus.jsonl",
        [
            {"_id": "a a", "title": "双塔模型", "text": "双塔模型离线编码文档。"},
            {"_id": "b", "title": "BM25", "text": "BM25 给词频打分。"},
        ],
    )
    lines(folder / "queries.jsonl", [{"_id": "q", "text": "双塔"}])
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq\ta a\t1\n", "utf-8")
    return folder


def test_the_live_index_is_measured_in_every_mode(run, judged):
    code, out, _ = run("evaluate", *judged)
    table, by_style, by_direction = out.strip().split("\n\n")
    assert code == 0
    assert table.split("\n")[0].split() == [
        "2", "queries", "nDCG@10", "MRR@10", "Recall@100", "MAP", "Judged@10",
    ]  # fmt: skip
    assert [line.split()[0] for line in table.split("\n")[1:]] == ["lexical", "dense", "hybrid", "full"]
    assert by_style.split("\n")[0].split() == [
        "nDCG@10", "by", "style", "queries", "lexical", "dense", "hybrid", "full",
    ]  # fmt: skip
    assert [line.split()[:2] for line in by_style.split("\n")[1:]] == [["question", "1"], ["关键词", "1"]]
    assert [line.split()[0] for line in by_direction.split("\n")[1:]] == ["en>en", "zh>zh"]


def test_the_json_has_measures_by_mode_and_by_group(run, judged):
    code, out, _ = run("evaluate", *judged, "--mode", "hybrid", "--json")
    figures = json.loads(out)
    best = {"ndcg@10": 1.0, "mrr@10": 1.0, "recall@100": 1.0, "map": 1.0}
    assert code == 0
    assert (figures["queries"], figures["missing"]) == (2, 0)
    assert figures["modes"]["hybrid"].items() >= best.items()
    assert figures["groups"]["style"]["关键词"]["queries"] == 1
    assert figures["groups"]["style"]["关键词"]["modes"]["hybrid"].items() >= best.items()


def test_other_measures_another_gain_and_other_labels_can_be_asked_for(run, judged):
    asked = ("--measure", "Recall@1", "--gain", "exponential", "--relevant", "3", "--by", "direction")
    _, out, _ = run("evaluate", *judged, *asked, "--mode", "full", "--json")
    figures = json.loads(out)
    # The English query has no document of grade 3.
    assert figures["modes"] == {"full": {"recall@1": 0.5}}
    assert set(figures["groups"]) == {"direction"}


def test_judgements_of_what_the_index_does_not_hold_are_counted(run, judged, tmp_path):
    with (tmp_path / "qrels.tsv").open("a") as qrels:
        qrels.write("1\thttps://nowhere.example.org/\t1\n1\thttps://elsewhere.example.org/\t0\n")
    _, out, _ = run("evaluate", *judged, "--mode", "full")
    assert "that the index does not hold: 1." in out


def test_stages_are_looked_into(run, judged):
    code, out, _ = run("evaluate", *judged, "--mode", "full", "--stages", "--json")
    figures = json.loads(out)
    assert code == 0
    stages = {(each["stage"], each["cut"]): each for each in figures["stages"]}
    assert {("recall.lexical", None), ("recall.dense.static", None), ("recall", None)} <= stages.keys()
    assert stages["prerank", 50].items() >= {"recall": 1.0, "top_kept": 1.0}.items()
    assert {each["stage"] for each in figures["orderings"]} >= {"lexical", "dense.static", "fused", "prerank"}
    assert figures["alignment"] == []
    assert figures["latency_ms"]["total"]["p99"] >= figures["latency_ms"]["total"]["p50"] > 0
    _, out, _ = run("evaluate", *judged, "--mode", "full", "--stages")
    assert all(words in out for words in ("after the stage", "prerank, first 50", "GAUC", "milliseconds"))


@pytest.mark.parametrize("name", ["full.run", "full.jsonl"])
def test_a_run_that_was_written_is_the_system_that_wrote_it(run, judged, tmp_path, name):
    written = tmp_path / name
    assert run("evaluate", *judged, "--mode", "full", "--run", written)[0] == 0
    _, out, _ = run("evaluate", *judged, "--compare", written, "full", "--json")
    figures = json.loads(out)
    assert (figures["first"], figures["second"], figures["changes"]) == (str(written), "full", [])
    assert all(each["difference"] == 0 and each["p"] == 1 for each in figures["differences"])


def test_the_addresses_of_a_run_are_those_of_the_articles_best_first(run, judged, tmp_path):
    run("evaluate", *judged, "--mode", "hybrid", "--run", tmp_path / "a.jsonl")
    ranked = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text("utf-8").splitlines()]
    assert [(each["_id"], each["urls"][0]) for each in ranked] == [("1", TWO_TOWER.url), ("2", WARMUP.url)]


def test_two_systems_are_compared_by_group_with_p(run, judged, tmp_path):
    lines(tmp_path / "bad.jsonl", [{"_id": "1", "urls": [WARMUP.url, REPOST]}, {"_id": "2", "urls": []}])
    code, out, _ = run("evaluate", *judged, "--compare", tmp_path / "bad.jsonl", "search.fusion.method=rrf")
    head, overall, by_style, by_direction, changed, note = out.strip().split("\n\n")
    assert code == 0
    assert head == f"A: {tmp_path / 'bad.jsonl'}\nB: search.fusion.method=rrf"
    assert overall.split("\n")[1].split()[:4] == ["nDCG@10", "0.3155", "1.0000", "+0.6845"]
    assert by_style.split("\n")[2].split()[:2] == ["关键词", "1"]
    assert by_direction.split("\n")[1].split()[:5] == ["en>en", "1", "0.0000", "1.0000", "+1.0000"]
    assert [line.split()[0] for line in changed.split("\n")[1:]] == ["双塔负采样", "learning"]
    assert "paired randomisation test" in note


def test_a_settings_file_is_a_system_too(run, judged, tmp_path):
    (tmp_path / "words.toml").write_text('[search]\nmode = "lexical"\n', "utf-8")
    _, out, _ = run("evaluate", *judged, "--compare", tmp_path / "words.toml", "lexical", "--json")
    assert {each["difference"] for each in json.loads(out)["differences"]} == {0}


def test_runs_are_compared_without_an_index(run, judged, tmp_path):
    lines(tmp_path / "a.jsonl", [{"_id": "1", "urls": [REPOST]}])
    lines(tmp_path / "b.jsonl", [{"_id": "2", "urls": [WARMUP.url]}])
    options = (*judged[:4], "--data-dir", tmp_path / "nothing here")
    code, out, _ = run(
        "evaluate", *options, "--compare", tmp_path / "a.jsonl", tmp_path / "b.jsonl", "--json"
    )
    assert code == 0
    assert json.loads(out)["differences"][0].items() >= {"first": 0.5, "second": 0.5, "worse": 1}.items()


def test_a_collection_is_measured_and_its_run_has_its_own_names(run, collection, tmp_path):
    asked = ("evaluate", "--collection", collection, "--mode", "lexical", "--json")
    code, out, _ = run(*asked, "--run", tmp_path / "r.jsonl")
    assert (code, json.loads(out)["modes"]["lexical"]["ndcg@10"]) == (0, 1.0)
    assert json.loads((tmp_path / "r.jsonl").read_text("utf-8")) == {"_id": "q", "urls": ["a a"]}
    _, out, _ = run(
        "evaluate", "--collection", collection, "--compare", tmp_path / "r.jsonl", "full", "--json"
    )
    assert json.loads(out)["differences"][0].items() >= {"first": 1.0, "second": 1.0}.items()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "--collection"),
        (("--queries", "q.jsonl"), "--qrels"),
        (("--collection", "x", "--qrels", "y"), "--collection"),
        (("--collection", "x", "--run", "r", "--mode", "full", "--mode", "dense"), "--mode"),
        (("--collection", "x", "--compare", "full", "dense", "--stages"), "--compare"),
        (("--collection", "x", "--relevant", "0"), "--relevant"),
        (("--collection", "x", "--run", "no/such/folder.run"), "no folder no/such"),
    ],
)
def test_options_that_do_not_go_together_are_one_line(run, options, said):
    code, out, err = run("evaluate", *options)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--measure", "ERR@10"), "'ERR@10' is no measure"),
        (("--compare", "full", "none.run"), "none.run cannot be read"),
        (("--compare", "full", "search.fusoin.method=rrf"), "Did you mean `search.fusion.method`?"),
        (("--compare", "full", "none.toml"), "none.toml"),
    ],
)
def test_what_cannot_be_measured_is_one_line_with_the_cure(run, judged, options, said):
    code, out, err = run("evaluate", *judged, *options)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert said in err
