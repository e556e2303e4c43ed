"""What the tests of this room share: a small corpus in two languages, a tower of hashed terms, and a built index."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.analyze import terms
from index.build import BuildReport, build
from index.settings import DenseSettings, IndexSettings, LexicalSettings
from ingest.articles import Article, Entry, Lang, Link

CORPUS = (
    ("双塔模型召回", "双塔模型把用户和物品各自编码成向量，线上用近似最近邻检索。in-batch 负采样要做频率修正。", Lang.ZH, "2024-05-01"),
    ("向量检索与 HNSW", "HNSW 图索引在千万级向量上仍然很快，代价是内存。量化可以把内存降到四分之一。", Lang.ZH, "2023-01-15"),
    ("Dense passage retrieval", "A dual encoder maps questions and passages into one space. Negatives are taken in-batch.", Lang.EN, "2020-04-10"),
    ("BM25 and beyond", "BM25 ranks documents by term frequency and length. It is a strong baseline for retrieval.", Lang.EN, ""),
    ("注意力机制 Attention", "注意力机制（attention mechanism）让模型关注输入的不同部分。Transformer 完全由注意力构成。", Lang.MIXED, "2024-06-30"),
)  # fmt: skip


@dataclass(frozen=True)
class HashTower:
    """A bag of terms, each a pseudo-random direction: deterministic, and alike where words are."""

    id: str = "hash@000000000001"
    dim: int = 64

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.encode_passages(texts)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), self.dim), np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            for term in terms(text):
                seed = int.from_bytes(hashlib.sha256(f"{self.id} {term}".encode()).digest()[:8], "big")
                vector += np.random.default_rng(seed).standard_normal(self.dim, np.float32)
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


class BreakingTower(HashTower):
    """A tower in whose middle somebody pulls the plug."""

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        raise KeyboardInterrupt


def entry(number: int, title: str, text: str, lang: Lang = Lang.OTHER, published: str = "") -> Entry:
    url = f"https://site{number % 2}.example/{number}"
    link = Link(
        url, url, title, ("推荐系统", "NLP")[number % 2], ("召回", "论文"), "值得一读", starred=number == 0
    )
    return Entry(Article(url, title, text, lang, published=published), (link,))


@pytest.fixture
def entries() -> list[Entry]:
    return [entry(number, *values) for number, values in enumerate(CORPUS)]


@pytest.fixture
def make_entry() -> Callable[..., Entry]:
    return entry


@pytest.fixture
def tower() -> HashTower:
    return HashTower()


@pytest.fixture
def breaking_tower() -> BreakingTower:
    return BreakingTower()


@pytest.fixture
def built(entries: list[Entry], tower: HashTower, tmp_path: Path) -> Callable[..., BuildReport]:
    """Build the corpus, or other entries, into `tmp_path`."""

    def run(
        of: Sequence[Entry] = entries,
        *,
        now: float = 1.0,
        towers: Sequence[HashTower] = (tower,),
        engine: str = "tantivy",
        keep: int = 3,
        flat_below: int = 20_000,
    ) -> BuildReport:
        settings = IndexSettings(
            keep_generations=keep,
            lexical=LexicalSettings(engine=engine),  # type: ignore[arg-type]
            dense=DenseSettings(flat_below=flat_below),
        )
        return build(of, tmp_path, settings=settings, towers=towers, clock=lambda: now)

    return run
