"""A small world to train on: three Chinese words, and the same three in English."""

import gzip
import json
from pathlib import Path

import msgspec
import numpy as np

from index.train import TrainSettings

ZH = ["召回", "排序", "检索", "索引", "向量", "模型", "推荐", "搜索", "采样", "注意力", "翻译", "聚类"]
EN = ["recall", "ranking", "retrieval", "index", "vector", "model", "recommend", "search", "sampling", "attention",
      "translation", "clustering"]  # fmt: skip


def settings(folder: Path, **changes: object) -> TrainSettings:
    small = TrainSettings(
        pairs=(str(folder),),
        out=str(folder / "out"),
        vocabulary=7_200,
        dim=32,
        steps=60,
        batch=64,
        learning_rate=0.1,
        crops=0.1,
        threads=1,
    )
    return msgspec.structs.replace(small, **changes)


def write_world(folder: Path) -> Path:
    """Write 400 such pairs into the folder."""
    random = np.random.default_rng(5)
    with gzip.open(folder / "words.jsonl.gz", "wt", encoding="utf-8") as file:
        for _ in range(400):
            words = random.choice(len(ZH), 3, replace=False)
            pair = {
                "q": " ".join(ZH[w] for w in words),
                "p": " ".join(EN[w] for w in words),
                "type": "parallel",
            }
            file.write(json.dumps(pair, ensure_ascii=False) + "\n")
    return folder
