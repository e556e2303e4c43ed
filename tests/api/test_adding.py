"""`shuangta add` and `remove`: what the user wrote stays as it was, and what was done can be undone."""

import json
from pathlib import Path

import pytest

from api.own_list import OWN_LIST, OwnList
from api.settings import Settings, read
from api.shuangta import main
from api.wiring import load_lists, open_store
from ingest.articles import Listing
from ingest.reading_list import load
from ingest.settings import ListSettings

LIST = "# 推荐系统\n\n## 召回\n\n- [双塔模型](https://example.org/two-tower) [重点看]\n- [相对链接](notes/hnsw.md)\n"
PAGE = "https://example.org/a_(b)?utm_source=x"
SETTINGS = """# my own settings
data_dir = "data"   # beside this file

[crawl]
delay = 2.0  # be gentle

[[lists]]
path = "first.md"  # the first one
name = "第一份"
"""


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """An empty working folder with a list, where the settings file is looked for in `config`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHUANGTA_CONFIG", str(tmp_path / "config" / "config.toml"))
    monkeypatch.setenv("SHUANGTA_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "my list.md").write_text(LIST, "utf-8")
    return tmp_path


@pytest.fixture
def run(capsys):
    def verb(*arguments):
        code = main([str(argument) for argument in arguments])
        return code, *capsys.readouterr()

    return verb


def lists(folder) -> list[str]:
    """Where the lists of the settings lie, relative to the folder."""
    config = folder / "config" / "config.toml"
    return [str(Path(each.path).resolve().relative_to(folder)) for each in read(config).lists]


def own(folder) -> str:
    return (folder / "config" / OWN_LIST).read_text("utf-8")


def test_a_list_is_added_and_taken_out_again(folder, run):
    code, out, err = run("add", "my list.md", "--name", "推荐")
    assert (code, err) == (0, "")
    assert "1 links, 1 left out" in out
    assert "instead of the 5 that ship" in out
    assert lists(folder) == ["my list.md"]
    assert read(folder / "config" / "config.toml").lists[0].name == "推荐"
    code, out, _ = run("remove", "推荐")
    assert code == 0
    assert "lists that ship are read again" in out
    assert len(read(folder / "config" / "config.toml").lists) == 5


def test_the_file_in_its_usual_place_is_made_and_found(folder, run, monkeypatch):
    monkeypatch.delenv("SHUANGTA_CONFIG")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / "usual"))
    assert "instead of the 5 that ship" in run("add", "my list.md")[1]
    assert "5 that ship" not in run("add", PAGE)[1]
    written = (folder / "usual" / "shuangta" / "config.toml").read_text("utf-8")
    assert written.startswith("# Your settings")
    assert written.count("\n\n[[lists]]\n") == 2
    assert len(read().lists) == len(read(environ={}).lists) == 2


def test_comments_and_order_of_the_settings_stay(folder, run):
    config = folder / "config" / "config.toml"
    config.parent.mkdir()
    config.write_text(SETTINGS)
    (folder / "config" / "first.md").write_text(LIST)
    assert run("add", "my list.md")[0] == 0
    assert config.read_text().startswith(SETTINGS)
    assert lists(folder) == ["config/first.md", "my list.md"]
    assert run("remove", folder / "my list.md")[0] == 0
    assert config.read_text().strip() == SETTINGS.strip()


def test_lists_in_one_array_are_added_to_as_well(folder, run):
    config = folder / "config" / "config.toml"
    config.parent.mkdir()
    config.write_text('lists = [{ path = "../my list.md" }]\n')
    assert run("add", "https://example.org/x")[0] == 0
    assert lists(folder) == ["my list.md", f"config/{OWN_LIST}"]


def test_an_article_goes_into_a_list_of_ones_own(folder, run):
    code, out, _ = run("add", PAGE, "--title", "A [b]", "--section", "召回", "--note", "很清楚", "--star")
    assert code == 0
    assert OWN_LIST in out
    (parsed,) = load([ListSettings(str(folder / "config" / OWN_LIST))])
    (link,) = parsed.links
    assert link.url == "https://example.org/a_(b)"
    assert (link.title, link.section[-1], link.starred) == ("A [b]", "召回", True)
    assert "很清楚" in link.note
    assert lists(folder) == [f"config/{OWN_LIST}"]


def test_an_article_is_added_once(folder, run):
    run("add", PAGE)
    before = own(folder)
    code, out, _ = run("add", PAGE.replace("utm_source=x", "utm_source=y"))
    assert (code, own(folder)) == (0, before)
    assert "already" in out


def test_articles_gather_under_their_headings_in_the_order_they_came(folder, run):
    for url, section in (("a", ""), ("b", "召回"), ("c", "粗排"), ("d", "召回"), ("e", "")):
        run("add", f"https://example.org/{url}", *(["--section", section] if section else []))
    assert own(folder).splitlines() == [
        "# My links · 我的链接",
        "",
        "- <https://example.org/a>",
        "- <https://example.org/e>",
        "",
        "## 召回",
        "",
        "- <https://example.org/b>",
        "- <https://example.org/d>",
        "",
        "## 粗排",
        "",
        "- <https://example.org/c>",
    ]


def test_an_article_is_taken_out_and_with_the_last_one_the_list(folder, run):
    run("add", PAGE)
    run("add", "https://example.org/second")
    assert run("remove", PAGE)[0] == 0
    assert "a_(b)" not in own(folder)
    assert lists(folder) == [f"config/{OWN_LIST}"]
    assert run("remove", "https://example.org/second")[0] == 0
    assert not (folder / "config" / OWN_LIST).exists()
    assert len(read(folder / "config" / "config.toml").lists) == 5


def test_what_the_user_wrote_into_the_list_is_kept(folder, run):
    run("add", PAGE)
    place = folder / "config" / OWN_LIST
    place.write_text(
        own(folder) + "\nA thought of mine.\n\n- two [x](https://a.test/x) and [y](https://a.test/y)\n"
    )
    code, _, err = run("remove", "https://a.test/x")
    assert code == 1
    assert "links to other pages, too" in err
    run("remove", PAGE)
    assert "A thought of mine." in own(folder)


def test_lists_that_ship_stay_when_they_are_what_is_searched(folder, run):
    shipped = load_lists(Settings(lists=read().lists[:1]))[0].links[0]
    with open_store(read(sets=[f"data_dir={folder / 'data'}"])) as store:
        store.put_listings([Listing(shipped.url, (shipped,))])
    code, out, _ = run("add", PAGE)
    assert code == 0
    assert "5 lists that ship" in out
    config = read(folder / "config" / "config.toml")
    assert [each.path for each in config.lists[:5]] == [each.path for each in read().lists]
    assert [each.base for each in config.lists[:5]] == [each.base for each in read().lists]


def test_one_list_of_the_catalogue_can_be_added_by_its_name(folder, run):
    assert run("add", "shipped:nlp-ability")[0] == 0
    (listed,) = read(folder / "config" / "config.toml").lists
    assert (listed.path, listed.base) == (read().lists[1].path, read().lists[1].base)
    code, _, err = run("add", "shipped:none")
    assert code == 1
    assert "shipped:study-plan" in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "none.md"), "There is no reading list"),
        (("add", "ftp://example.org/x"), "no address of a page"),
        (("add", "empty.md"), "is empty"),
        (("add", "http://["), "no address of a page"),
        (("add", "http://[/a.md"), "no address of a page"),
        (("remove", "none"), "neither a list"),
        (("remove", "http://["), "neither a list"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_changes_nothing(folder, run, arguments, said):
    (folder / "empty.md").write_text("")
    code, out, err = run(*arguments)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert said in err
    assert not (folder / "config").exists()


def test_broken_settings_are_left_alone(folder, run):
    config = folder / "config" / "config.toml"
    config.parent.mkdir()
    config.write_text("[crawl\n")
    code, _, err = run("add", "my list.md")
    assert code == 1
    assert "config.toml" in err
    assert config.read_text() == "[crawl\n"


@pytest.mark.parametrize("text", ["lists = 3\n", '[[lists]]\nname = "x"\n', "crawl = 1\n", "lists = [1]\n"])
@pytest.mark.parametrize("verb", ["add", "remove"])
def test_settings_that_are_none_are_left_alone(folder, run, verb, text):
    config = folder / "config" / "config.toml"
    config.parent.mkdir()
    config.write_text(text)
    code, out, err = run(verb, "my list.md")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "config.toml" in err
    assert config.read_text() == text


def test_what_is_said_of_a_link_stays_in_its_line(tmp_path):
    written = OwnList(tmp_path / "own.md")
    written.add(
        "https://example.org/1",
        title="一\n二",
        section="甲\n## 乙",
        note="注\n- 又一条",
    )
    (link,) = written.links
    assert (link.url, link.title, link.section[-1]) == ("https://example.org/1", "一 二", "甲 ## 乙")


@pytest.mark.parametrize("options", [(), ("--title", "T")])
@pytest.mark.parametrize(
    "url", ["https://example.org/a b", "https://example.org/<a>", "https://example.org/\n- b"]
)
def test_an_address_that_markdown_would_cut_is_added_once_and_taken_out(folder, run, url, options):
    assert run("add", url, *options)[0] == 0
    assert own(folder).count("- ") == 1
    assert "already" in run("add", url, *options)[1]
    assert run("remove", url)[0] == 0


def test_the_json_says_what_was_done(folder, run):
    _, out, _ = run("add", "my list.md", "--json")
    done = json.loads(out)
    assert (done["kind"], done["links"], done["left_out"], done["done"]) == ("list", 1, 1, True)
    assert run("add", "my list.md", "--quiet")[1] == ""


def test_a_list_of_ones_own_is_markdown_that_the_parser_reads_as_written(tmp_path):
    written = OwnList(tmp_path / "own.md")
    titles = ["plain", "[x] *y* _z_ `c` \\ <b>", "双塔（two tower）", "#1 1. - x"]
    for number, title in enumerate(titles):
        written.add(f"https://example.org/{number}", title=title)
    written.save()
    (parsed,) = load([ListSettings(str(tmp_path / "own.md"))])
    assert [link.title for link in parsed.links] == titles
