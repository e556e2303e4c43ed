"""One article once, and pages of results that fit together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.build import build
from index.generation import Generation, current
from index.settings import IndexSettings, PassageSettings
from index.towers import Tower
from ingest.articles import Article, Entry, Lang, Link, Listing
from ingest.errors import QueryError
from search.answers import Answer
from search.engine import Engine
from search.settings import SearchSettings

CODE = "optimizer = Adam(model.parameters(), lr=learning_rate, betas=(0.9, 0.98), eps=epsilon, weight_decay=decay)"
WARMUP = (
    "学习率预热让 Adam 在头几千步里走小步。没有它，二阶矩的估计方差太大，训练会发散。\n\n"
    "预热的步数取总步数的百分之五左右就够了，再多只是浪费算力，再少则起不到作用。"
)


def entry(url: str, title: str, text: str, lang: Lang = Lang.ZH, also_at: tuple[str, ...] = ()) -> Entry:
    link = Link(url, url, title, "优化")
    return Entry(Article(url, title, text, lang), (link,), also_at=also_at)


def listing(url: str, title: str) -> Entry:
    return Entry.of_listing(Listing(url, (Link(url, url, title, "优化"),)))


ENTRIES = [
    entry("https://blog.example.cn/warmup", "为什么要预热学习率", WARMUP, also_at=("https://m.example.cn/warmup",)),
    entry("https://repost.example.com/7", "转载：学习率预热", f"{WARMUP}\n\n（转自某人的博客）"),
    entry("https://a.example.org/en", "Warmup 学习率预热的写法", f"{CODE}\n\n英文版的讲解在这里，写法与论文一致，超参数则取自官方实现，换成别的数据集要重新调整。"),
    entry(
        "https://b.example.org/schedule",
        "学习率预热与余弦退火",
        f"{CODE}\n\n余弦退火在预热之后接手，学习率沿着余弦曲线降到零，重启则让它再次升高。论文里的图说明了好处。",
    ),
    listing("https://zhihu.example.cn/1", "学习率预热综述与实践"),
    listing("https://weixin.example.cn/2", "学习率预热综述与实践"),
    listing("https://weixin.example.cn/3", "学习率预热综述与实践"),
    *(entry(f"https://many.example.cn/{n}", f"学习率第{n}讲", f"第 {n} 讲说学习率和批大小的关系：{n} 倍。") for n in range(30)),
]  # fmt: skip


@pytest.fixture(scope="module")
def opened(tower: Tower, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder: Path = tmp_path_factory.mktemp("folded")
    settings = IndexSettings(passages=PassageSettings(target=200, maximum=300, minimum=10))
    build(ENTRIES, folder, settings=settings, towers=[tower], clock=lambda: 0.0)
    generation = Generation.open(current(folder))
    engine = Engine(generation, [tower], SearchSettings())
    yield engine
    engine.close()
    generation.close()


def urls(answer: Answer) -> list[str]:
    return [hit.url for hit in answer.hits]


def test_a_repost_goes_under_the_better_one_with_its_addresses(opened: Engine) -> None:
    hits = opened.search("为什么要预热学习率 二阶矩 方差 发散", k=5).hits
    assert hits[0].url == "https://blog.example.cn/warmup"
    assert hits[0].also_at == ("https://m.example.cn/warmup", "https://repost.example.com/7")
    assert "https://repost.example.com/7" not in [hit.url for hit in hits]


def test_articles_that_share_only_code_stay_two(opened: Engine) -> None:
    found = urls(opened.search("optimizer Adam parameters weight_decay", k=5))
    assert {"https://a.example.org/en", "https://b.example.org/schedule"} <= set(found)


def test_links_without_a_text_are_one_by_title_on_another_host(opened: Engine) -> None:
    answer = opened.search("学习率预热综述与实践", mode="lexical", k=5)
    assert answer.hits[0].url == "https://zhihu.example.cn/1"
    assert answer.hits[0].also_at == ("https://weixin.example.cn/2", "https://weixin.example.cn/3")


@pytest.mark.parametrize("size", [1, 3, 10])
def test_pages_neither_overlap_nor_skip(opened: Engine, size: int) -> None:
    query = "学习率预热 批大小"
    whole = opened.search(query, k=100)
    paged: list[str] = []
    offset, more = 0, True
    while more:
        page = opened.search(query, k=size, offset=offset)
        assert page.offset == offset
        assert [hit.rank for hit in page.hits] == list(range(offset + 1, offset + 1 + len(page.hits)))
        paged += urls(page)
        offset, more = offset + size, page.has_more
    assert paged == urls(whole)
    assert len(paged) > 30


def test_pages_fit_together_where_an_article_may_have_several_hits(engine: Engine) -> None:
    several = Engine(engine.generation, engine.cascade.towers, SearchSettings(per_article=2))
    try:
        whole = several.search("双塔 负采样 物品", k=50)
        pages = [
            several.search("双塔 负采样 物品", k=2, offset=offset) for offset in range(0, len(whole.hits), 2)
        ]
    finally:
        several.close()
    assert [hit.passage for page in pages for hit in page.hits] == [hit.passage for hit in whole.hits]


def test_behind_the_last_hit_there_is_an_empty_page(opened: Engine) -> None:
    page = opened.search("学习率", k=10, offset=1000)
    assert (page.hits, page.has_more, page.offset) == ((), False, 1000)


def test_nothing_stands_before_the_first_hit(opened: Engine) -> None:
    with pytest.raises(QueryError, match="-1"):
        opened.search("学习率", offset=-1)
