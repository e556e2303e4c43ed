"""How a person calls what prerank knows of a result: of each feature what it is about, and what of that."""

from __future__ import annotations

from types import MappingProxyType

__all__ = ["feature_name"]

# English and Chinese.
_ABOUT = MappingProxyType(
    {
        "lexical": ("words (BM25)", "词 (BM25)"),
        "table": ("meaning of words", "词义"),
        "encoder": ("meaning of sentences", "句义"),
        "dense": ("meaning", "语义"),
        "fused": ("both recalls together", "两路召回融合"),
        "passage": ("passage", "段落"),
        "headings": ("headings", "小标题"),
        "title": ("title", "标题"),
        "listing": ("list", "清单"),
        "context": ("passage and what stands above it", "段落及其上文"),
        "article": ("article", "文章"),
        "query": ("query", "查询"),
    }
)
_WHAT = MappingProxyType(
    {
        "score": ("score", "得分"),
        "rank": ("rank", "名次"),
        "standing": ("score against the mean", "与均值之差"),
        "best": ("score against the best", "与最高分之差"),
        "bm25": ("its own BM25", "自身的 BM25"),
        "covered": ("words of the query in it", "含有的查询词"),
        "near": ("words of the query near together", "查询词相距远近"),
        "phrase": ("words of the query in their order", "查询词连用"),
        "focus": ("how much of it is the query", "查询所占比重"),
        "fused": ("its best passage", "最佳段落"),
        "second": ("its second passage", "次佳段落"),
        "encoder": ("its best meaning of sentences", "最佳句义"),
        "table": ("its best meaning of words", "最佳词义"),
        "lexical": ("its best words (BM25)", "最佳词 (BM25)"),
        "candidates": ("its passages that were found", "找到的段落数"),
        "lead": ("passage against its best", "与本文最佳段落之差"),
        "width": ("length", "长度"),
        "place": ("place in the article", "在文中的位置"),
        "passages": ("length in passages", "段落总数"),
        "starred": ("starred", "星标"),
        "lists": ("lists that have it", "所在清单数"),
        "age": ("age", "发布时间"),
        "chinese": ("in Chinese", "中文"),
        "terms": ("number of words", "词数"),
        "known": ("words that the index knows", "索引认识的词"),
    }
)
_WHOLE = MappingProxyType(
    {
        "agreement": ("recalls that agree", "各路召回一致"),
        "same_language": ("in the language of the query", "与查询同一语言"),
        "translated": ("credit for the other language", "跨语言补偿"),
        "expected": ("any result at all", "基础分"),
    }
)


def feature_name(name: str, language: str) -> str:
    """A feature in words; one that is not known here goes by its own name."""
    number = 1 if language == "zh" else 0
    if name in _WHOLE:
        return _WHOLE[name][number]
    about, _, what = name.partition(".")
    if about not in _ABOUT or what not in _WHAT:
        return name
    return f"{_ABOUT[about][number]}{'：' if language == 'zh' else ': '}{_WHAT[what][number]}"
