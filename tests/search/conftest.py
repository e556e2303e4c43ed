"""A small bilingual generation, built by the real pipeline: own sentences, two lists, and a tower made by hand.

The tower's vectors are one axis a concept, shared by both languages, so a test can say what it must find and why.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from index.build import build
from index.generation import Generation, current
from index.settings import IndexSettings, PassageSettings, TowerSettings
from index.towers import Tower, load_tower
from index.train.export import write_tower
from ingest.articles import Article, Entry, Lang, Link, Listing
from search.engine import Engine
from search.settings import SearchSettings, UnderstandingSettings

CONCEPTS = (
    ("双塔", "two-tower", "towers", "dual", "encoder"),
    ("注意力", "attention"),
    ("负采样", "negatives", "negative"),
    ("召回", "recall", "retrieval"),
    ("精排", "粗排", "rerank", "reranking", "ranking"),
    ("语义", "向量", "embedding", "embeddings", "vectors"),
    ("循环神经网络", "recurrent", "rnn"),
    ("面包", "bread", "dough"),
    ("显卡", "gpu", "gpus"),
)

ZH, EN = "推荐系统", "Search notes"

ARTICLES = (
    # list, section, starred, host, lang, published, title, text
    (ZH, ("召回", "双塔"), True, "zhuanlan.example.cn", Lang.ZH, "2023-05-01", "双塔模型的召回",
     ("双塔模型把用户和物品各自编码成向量，用内积衡量相似。它适合召回，因为物品向量可以提前算好。\n\n"
      "## 负采样\n\n训练时常用批内负采样，热门物品会被过度打压，需要做纠偏。困难负样本能让模型学得更细。\n\n"
      "## 上线\n\n物品塔离线刷库，用户塔在线计算，再用近似最近邻检索取回前几百个候选。")),
    (ZH, ("召回",), False, "blog.example.cn", Lang.ZH, "2021-11-20", "多路召回怎么融合",
     "多路召回的分数不可比，常见的做法是按名次融合，或者先归一化再加权。弱的一路不能盲目混入。"),
    (ZH, ("排序",), False, "blog.example.cn", Lang.ZH, "2022-02-02", "粗排与精排的一致性",
     "粗排要在几百个候选里选出精排会喜欢的那些，样本选择偏差是主要困难。"),
    (ZH, ("排序",), False, "www.example.cn", Lang.ZH, "", "注意力機制入門",
     "注意力機制讓模型在每一步只看重要的部分。計算方式是 $\\mathrm{softmax}(QK^\\top / \\sqrt{d})V$，其中 $d$ 是維度。"),
    (ZH, ("杂项",), False, "kitchen.example.cn", Lang.ZH, "2020-01-01", "在家烤面包",
     "高筋面粉、水、盐和酵母揉成团，发酵到两倍大，烤箱预热到二百二十度。"),
    (ZH, ("杂项",), False, "hw.example.cn", Lang.ZH, "2024-03-03", "显卡怎么选",
     "看显存大小和带宽。训练小模型时，显存比算力更早成为瓶颈。"),
    (EN, ("Retrieval", "Dense"), True, "notes.example.org", Lang.EN, "2024-06-10", "Dual encoders for retrieval",
     ("A dual encoder maps queries and passages into one space, so retrieval is a nearest neighbour search.\n\n"
      "## In-batch negatives\n\nOther passages of the batch serve as negatives. Larger batches help, and hard "
      "negatives help more.\n\n## Serving\n\nPassage vectors are computed offline and kept in an index.")),
    (EN, ("Retrieval",), False, "notes.example.org", Lang.EN, "2022-08-15", "Reciprocal rank fusion",
     "Rank fusion sums the reciprocals of ranks and never looks at scores. A weak leg drags the sum down."),
    (EN, ("Ranking",), False, "papers.example.org", Lang.EN, "2019-10-05", "Passage reranking with cross-encoders",
     "A cross-encoder reads the query and the passage together. It is accurate and slow, hence it reads only a few."),
    (EN, ("Models",), False, "papers.example.org", Lang.EN, "2017-06-12", "Attention is what a transformer is made of",
     "Attention weighs every position against every other. The cost grows with the square of the length."),
    (EN, ("Models",), False, "code.example.org", Lang.MIXED, "2023-01-09", "C++ memory model 内存模型",
     "Happens-before 关系决定一个线程何时看见另一个线程的写入。The C++ memory model names six orders."),
    (EN, ("Other",), False, "kitchen.example.org", Lang.EN, "2018-04-04", "Sourdough for patient people",
     "Feed the starter for a week. Then mix the dough, fold it four times, and bake it in an iron pot."),
)  # fmt: skip


def make_entries() -> list[Entry]:
    """The entries the corpus would hand over: twelve articles and one link without a page."""
    entries = []
    for number, (name, section, starred, host, lang, published, title, text) in enumerate(ARTICLES):
        url = f"https://{host}/{number}"
        article = Article(
            url,
            title,
            text,
            lang,
            author="某人",
            published=published,
            site=host,
            anchors=(("In-batch negatives", "in-batch"),),
        )
        entries.append(
            Entry(article, (Link(url, url, title, name, section, "值得一读", starred, number + 1),))
        )
    url = "https://gone.example.net/rnn"
    entries.append(
        Entry.of_listing(Listing(url, (Link(url, url, "循环神经网络讲义", ZH, ("杂项",), "手推公式很细"),)))
    )
    twice = entries[1]
    also = Link(twice.article.url, twice.article.url, "融合", EN, ("Retrieval",))
    entries[1] = Entry(twice.article, (*twice.links, also), also_at=("https://mirror.example.net/fusion",))
    return entries


@pytest.fixture(scope="session")
def tower(tmp_path_factory: pytest.TempPathFactory) -> Tower:
    axis = {word: number for number, words in enumerate(CONCEPTS) for word in words}
    letters = sorted(set("abcdefghijklmnopqrstuvwxyz-") - axis.keys())
    tokenizer = Tokenizer(
        models.Unigram(
            [("<unk>", -20.0), *((word, -1.0) for word in axis), *((each, -9.0) for each in letters)], 0
        )
    )
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    table = np.zeros((1 + len(axis) + len(letters), len(CONCEPTS)), np.float32)
    for row, number in enumerate(axis.values(), 1):
        table[row, number] = 1.0
    folder = tmp_path_factory.mktemp("towers") / "concepts"
    write_tower(folder, tokenizer, table, {})
    return load_tower(TowerSettings(name=str(folder)))


@pytest.fixture(scope="session")
def data_dir(tower: Tower, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    # Small passages, so that some articles have several.
    settings = IndexSettings(passages=PassageSettings(target=40, maximum=60, minimum=10))
    build(make_entries(), folder, settings=settings, towers=[tower], clock=lambda: 0.0)
    return folder


@pytest.fixture(scope="session")
def generation(data_dir: Path) -> Iterator[Generation]:
    opened = Generation.open(current(data_dir))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def engine(generation: Generation, tower: Tower) -> Iterator[Engine]:
    opened = Engine(generation, [tower], SearchSettings())
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def literal_engine(generation: Generation, tower: Tower) -> Iterator[Engine]:
    """The same, which searches the words as typed and no other names of what they name."""
    understanding = UnderstandingSettings(glossary=False, mined_names=False)
    opened = Engine(generation, [tower], SearchSettings(understanding=understanding))
    yield opened
    opened.close()
