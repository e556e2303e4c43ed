"""Which language a text is in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.articles import Lang
from ingest.language import count_words, detect_lang


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("双塔召回模型的前世今生（上篇）", Lang.ZH),
        ("雙塔召回模型的負採樣", Lang.ZH),
        ("BERT详解", Lang.ZH),
        ("用 PyTorch 封装一个优雅的 Trainer 类，并实现可扩展性", Lang.ZH),
        ("Sampled softmax and the bias of in-batch negatives", Lang.EN),
        ("The naïve café of Bayes, explained in a few words without accents", Lang.EN),
        (
            "Rumour detection works on early posts of a thread, 早期谣言检测, before they spread far",
            Lang.MIXED,
        ),
        ("二つの塔のモデルについて説明します", Lang.OTHER),
        ("두 개의 탑 모델에 대한 설명", Lang.OTHER),
        ("Поиск по спискам чтения", Lang.OTHER),
        ("Les modèles à deux tours sont entraînés très différemment", Lang.OTHER),
        ("", Lang.OTHER),
        ("123 :-) 2024", Lang.OTHER),
    ],
)
def test_the_words_of_a_text_tell_its_language(text: str, lang: Lang) -> None:
    assert detect_lang(text) is lang


def test_code_and_addresses_do_not_make_a_chinese_article_english() -> None:
    code = "\n".join(f"result = model.encode(batch, device=device)  # step {n}" for n in range(50))
    text = f"先把两座塔分开训练，再把向量写进索引。\n\n```python\n{code}\n```\n\nhttps://example.org/a/long/english/path/here"
    assert detect_lang(text) is Lang.ZH


@given(st.text())
def test_any_text_has_a_language(text: str) -> None:
    assert detect_lang(text) in Lang


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("双塔模型", 4),
        ("双塔模型 two-tower, it's 2 towers。", 8),
        ("# 标题\n\n- item\n", 3),
        ("ＢＥＲＴ和ｂｅｒｔ", 3),
        ("snake_case x_1", 4),
        ("한국어 かな", 5),
    ],
)
def test_words_are_counted_as_editors_count_them(text: str, words: int) -> None:
    assert count_words(text) == words
