"""The built-in transformer: what it promises a corpus in two languages."""

from __future__ import annotations

import numpy as np
import pytest

from index.settings import TowerSettings
from index.towers import SHIPPED, Tower, load_tower

pytest.importorskip("onnxruntime")

# Written for this test: a question, and where its answer would stand, in the other language.
ACROSS = {
    "how do I keep a recommender from showing only popular items": "热门商品占据推荐结果时，可以对流行度做惩罚，让长尾内容也有曝光的机会。",
    "why is the sky blue": "阳光穿过大气时，波长较短的蓝光散射得最多，所以白天的天空呈现蓝色。",
    "when was the bridge across the river opened to traffic": "大桥历时五年建成，于一九五七年十月正式通车。",
    "what does a cross-encoder cost at query time": "交叉编码器要把查询和每篇文档拼在一起过一遍模型，线上开销随候选数线性增长。",
    "儿童发烧应该怎么办": "If a child has a fever, give plenty of fluids, dress them lightly and call a doctor when it lasts for days.",
    "倒排索引是怎么压缩的": "Posting lists are stored as gaps between document numbers, packed with variable-byte or bit-aligned codes.",
    "国王住在哪里": "The monarch lives in a palace on the hill above the old town.",
    "如何防止模型过拟合": "Dropout, weight decay and early stopping keep a network from learning its training set by heart.",
}


@pytest.fixture(scope="module")
def tower() -> Tower:
    return load_tower(TowerSettings(name="small"))


def test_questions_find_their_answers_in_the_other_language(tower: Tower) -> None:
    likeness = tower.encode_queries(list(ACROSS)) @ tower.encode_passages(list(ACROSS.values())).T
    assert np.argmax(likeness, axis=1).tolist() == list(range(len(ACROSS)))


def test_traditional_and_full_width_text_is_the_same_text(tower: Tower) -> None:
    first, second = tower.encode_passages(["双塔模型的Ｒｅｃａｌｌ与粗排", "雙塔模型的Recall與粗排"])
    assert np.array_equal(first, second)


def test_a_vector_has_unit_length_and_its_own_text_only(tower: Tower) -> None:
    texts = ["检索", "a much longer passage about retrieval and ranking " * 20, "", "龘", "🙂"]
    together = tower.encode_passages(texts)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert np.array_equal(together, np.concatenate([tower.encode_passages([text]) for text in texts]))


def test_it_fits_into_forty_megabytes() -> None:
    assert sum(path.stat().st_size for path in SHIPPED["small"].rglob("*")) <= 40_000_000
