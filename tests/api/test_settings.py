"""Settings: four sources in one order, nothing unknown taken silently, every default written down."""

import tomllib
from pathlib import Path

import msgspec
import pytest

from api.settings import Settings, read
from api.sources import SHIPPED
from ingest.errors import SettingsError


@pytest.fixture(autouse=True)
def no_settings_of_the_user(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config-home"))


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(text, "utf-8")
    return path


def test_the_shipped_file_holds_the_defaults_of_the_types():
    shipped = read()
    assert msgspec.structs.replace(shipped, lists=()) == Settings()


def test_the_shipped_file_writes_out_every_setting():
    def names(table, above=""):
        for key, value in table.items():
            if isinstance(value, dict):
                yield from names(value, f"{above}{key}.")
            elif isinstance(value, list | tuple) and value and isinstance(value[0], dict):
                yield from names(value[0], f"{above}{key}.")
            else:
                yield above + key

    shipped = tomllib.loads(SHIPPED.read_text("utf-8"))
    shipped.pop("lists", None)
    every = msgspec.to_builtins(Settings())
    every.pop("lists")
    assert set(names(shipped)) == set(names(every))


def test_the_shipped_lists_are_there():
    lists = read().lists
    assert len(lists) == 5
    assert [each.path for each in lists if not Path(each.path).is_file()] == []


def test_a_later_source_wins(tmp_path):
    mine = written(tmp_path, "[crawl]\ndelay = 2.0\nretries = 7\nconcurrency = 3\n")
    environ = {"SHUANGTA_CRAWL__DELAY": "3", "SHUANGTA_CRAWL__RETRIES": "8"}
    crawl = read(mine, ["crawl.delay=4.5"], environ).crawl
    assert (crawl.delay, crawl.retries, crawl.concurrency, crawl.max_redirects) == (4.5, 8, 3, 8)


def test_the_users_own_file_is_found(tmp_path):
    own = tmp_path / "config-home" / "shuangta" / "config.toml"
    own.parent.mkdir(parents=True)
    own.write_text("[search]\nper_article = 3\n", "utf-8")
    assert read().search.per_article == 3
    assert read(written(tmp_path, "")).search.per_article == 1


def test_the_environment_can_name_the_file(tmp_path):
    mine = written(tmp_path, "[server]\nport = 9000\n")
    assert read(environ={"SHUANGTA_CONFIG": str(mine)}).server.port == 9000


def test_paths_in_a_file_are_relative_to_it(tmp_path):
    (tmp_path / "deep").mkdir()
    mine = written(
        tmp_path / "deep",
        'data_dir = "data"\nlists = [{path = "../清单.md"}, {path = "https://a.example/l.md"}]',
    )
    settings = read(mine)
    assert settings.data_path == tmp_path / "deep" / "data"
    assert Path(settings.lists[0].path).resolve() == tmp_path / "清单.md"
    assert settings.lists[1].path == "https://a.example/l.md"


def test_values_are_read_as_toml():
    settings = read(
        None, ["crawl.max_bytes=1_000", "stars=['必读', \"★\"]", "crawl.robots=false", "index.towers=[]"]
    )
    assert (settings.crawl.max_bytes, settings.crawl.robots) == (1000, False)
    assert settings.stars == ("必读", "★")
    assert settings.index.towers == ()


def test_text_needs_no_quotes_even_when_it_looks_like_a_number():
    assert read(environ={"SHUANGTA_DATA_DIR": "2024"}).data_dir == "2024"
    assert read(None, ["crawl.contact='me@example.org'"]).crawl.contact == "me@example.org"
    assert read(None, ["search.mode=dense"]).search.mode == "dense"


def test_an_element_of_an_array_can_be_set():
    settings = read(None, ["index.towers.0.name=BAAI/bge-small-zh-v1.5", "index.towers.0.batch_size=8"])
    assert [(tower.name, tower.batch_size) for tower in settings.index.towers] == [
        ("BAAI/bge-small-zh-v1.5", 8)
    ]


@pytest.mark.parametrize(
    ("assignment", "named"),
    [
        ("crawl.dealy=1", "`crawl.delay`"),
        ("delay=1", "`crawl.delay`"),
        ("serach.mode=dense", "`search.mode`"),
        ("crawl_delay=1", "`crawl.delay`"),
        ("index.towers.0.nmae=x", "`index.towers.0.name`"),
        ("index.towers=[{nmae='x'}]", "`index.towers.0.name`"),
        ("search.mode=fast", "lexical, dense, hybrid, full"),
        ("crawl.retries=many", "expected a whole number, got text"),
        ("crawl.robots=1", "expected true or false"),
        ("crawl=3", "expected a table"),
        ("server.port=70000", "<= 65535"),
        ("index.passages.target=0", ">= 10"),
        ("index.passages.maximum=-5", ">= 20"),
        ("index.passages.minimum=-1", ">= 0"),
        ("index.dense.hnsw_m=0", ">= 2"),
        ("index.dense.ef_search=0", ">= 1"),
        ("index.keep_generations=0", ">= 1"),
        ("index.towers=[{batch_size=0}]", ">= 1"),
        ("index.towers.4.name=x", "no element 4"),
        ("search.recall.lexical_k=-5", ">= 1"),
        ("search.recall.dense_k=99999999999999999999", "<= 1000000"),
        ("search.per_article=0", ">= 1"),
        ("search.max_query_chars=0", ">= 1"),
        ("search.fusion.rrf_k=-60", ">= 0"),
        ("search.fusion.lexical_weight=nan", ">= 0"),
        ("search.rerank.depth=0", ">= 1"),
        ("search.rerank.budget_ms=0", "> 0"),
        ("crawl.delay", "key=value"),
        ("=3", "no setting"),
    ],
)
def test_what_is_wrong_is_refused_with_the_nearest_that_is_right(assignment, named):
    with pytest.raises(SettingsError) as caught:
        read(None, [assignment])
    assert named in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[crawl]\ndealy = 1\n", "`crawl.delay`"),
        ("[[lists]]\nname = 'x'\n", "lists.0"),
        ("crawl = [", "not valid TOML"),
        ("[crawl]\ndelay = '1'\n", "expected a number"),
    ],
)
def test_a_bad_file_is_refused_by_name(tmp_path, text, named):
    path = written(tmp_path, text)
    with pytest.raises(SettingsError) as caught:
        read(path)
    assert named in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_file_that_is_not_there_or_not_text_is_refused(tmp_path):
    with pytest.raises(SettingsError, match="no settings file"):
        read(tmp_path / "none.toml")
    with pytest.raises(SettingsError, match="cannot be read"):
        read(tmp_path)
    (tmp_path / "gbk.toml").write_bytes("data_dir = '双塔'".encode("gbk"))
    with pytest.raises(SettingsError, match="not UTF-8"):
        read(tmp_path / "gbk.toml")


def test_an_unknown_variable_is_refused():
    with pytest.raises(SettingsError, match=r"SHUANGTA_CRAWL_DELAY.*crawl\.delay"):
        read(environ={"SHUANGTA_CRAWL_DELAY": "1"})


def test_the_rooms_part_is_composed():
    settings = read(None, ["crawl.delay=9", "stars=['x']"])
    assert settings.ingest.crawl.delay == 9
    assert settings.ingest.stars == ("x",)
    assert settings.ingest.lists == settings.lists
