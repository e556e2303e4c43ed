"""A small real corpus: five articles in two languages, one of them a repost, one hostile, and a link without a page."""

from collections.abc import Container
from dataclasses import replace

from api.settings import Settings
from api.wiring import open_store
from ingest.articles import Article, Lang, Link, Page, Source, listings

NOW = 1_700_000_000.0

TWO_TOWER = Article(
    url="https://blog.example.org/two-tower",
    title="双塔召回模型的负采样",
    text=(
        "# 结构\n\n双塔模型用两个编码器分别编码查询和文档，文档向量离线算好，线上只编码查询，再做近似最近邻检索。\n\n"
        "# 训练\n\n负采样决定双塔召回的效果：批内负样本会让热门文档被过度打压，需要做 **logQ 校正**。"
        "困难负样本不宜过多，否则召回率会下降。"
    ),
    lang=Lang.ZH,
    author="王小明",
    published="2021-06-30",
    site="小明的笔记",
)
WARMUP = Article(
    url="https://notes.example.com/warmup",
    title="Why transformers need learning rate warmup",
    text=(
        "# Warmup\n\nWithout warmup the variance of the adaptive learning rate is large in the first steps, and training "
        "of a transformer diverges. A linear warmup of a few thousand steps is enough.\n\n"
        "# Layer norm\n\nPre-layer normalisation makes gradients well behaved, so that warmup can be left out."
    ),
    lang=Lang.EN,
    author="Jane Doe",
    published="2019-02-03",
    site="Notes",
    source=Source.ARCHIVE,
    archived="2020-05-04",
)
HOSTILE = Article(
    url="https://evil.example.net/xss",
    title="<script>alert('标题')</script> 注入攻击",
    text='注入攻击的例子：<img src=x onerror=alert(1)> 与 "><svg onload=alert(2)>，页面必须把它们原样显示。'
    * 2,
    lang=Lang.ZH,
    author='"><b>作者',
    site="<i>site</i>",
)
INVERTED = Article(
    url="https://blog.example.org/inverted-index",
    title="倒排索引与 BM25",
    text="倒排索引记录每个词出现在哪些文档。BM25 用词频饱和与文档长度归一化给文档打分，是召回的基线。" * 2,
    lang=Lang.MIXED,
    published="2023-01-01",
    site="小明的笔记",
)
REPOST = "https://mirror.example.com/two-tower-repost"
DEAD = "https://dead.example.com/hnsw"

LINKS = (
    Link(
        TWO_TOWER.url,
        TWO_TOWER.url,
        "双塔负采样",
        "推荐系统",
        ("召回", "双塔"),
        "把 logQ 校正讲清楚了",
        True,
        3,
    ),
    Link(REPOST, REPOST, "双塔负采样（转载）", "NLP 清单", ("推荐",), "", False, 2),
    Link(WARMUP.url, WARMUP.url, "Warmup", "NLP 清单", ("Optimisation",), "", False, 4),
    Link(HOSTILE.url, HOSTILE.url, "注入", "NLP 清单", ("安全",), "<u>note</u>", False, 5),
    Link(INVERTED.url, INVERTED.url, "倒排索引", "推荐系统", ("召回", "词法"), "", False, 6),
    Link(DEAD, DEAD, "图解 HNSW 近邻图", "推荐系统", ("召回", "向量检索"), "图画得很好", True, 7),
)


ARTICLES = (TWO_TOWER, replace(TWO_TOWER, url=REPOST, site="mirror"), WARMUP, HOSTILE, INVERTED)


def fill(settings: Settings, links_to: Container[str] = frozenset(link.url for link in LINKS)) -> None:
    """Put the articles, one of them a duplicate, into the corpus of `settings`, and the links to `links_to`."""
    with open_store(settings) as store, store.exclusive():
        store.put_listings(listings(link for link in LINKS if link.url in links_to))
        for article in ARTICLES:
            page = Page(article.url, article.url, 200, (), article.text.encode(), NOW)
            store.put_article(article, [page], extractor="test", signature=b"")
        store.put_duplicates({REPOST: TWO_TOWER.url})
