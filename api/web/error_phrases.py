"""What can be wrong with a query, in the reader's language; in English the error says it itself."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest.errors import ShuangtaError

__all__ = ["CHINESE_ERRORS", "error_phrase"]

# By the error's key, with what it is about in the blanks.
CHINESE_ERRORS = MappingProxyType(
    {
        "query_too_long": "查询有 {} 个字，最多搜索 {} 个字。请缩短一些。",
        "query_only_excludes": "查询里只有要排除的内容：{}。请在减号前写上要找的词。",
        "query_without_words": "“{}”里没有可以搜索的词、字母或数字。请输入要找的词。",
        "unknown_lang": "没有“{}”这种语言，请用 zh 或 en。",
        "no_year": "“{}”不是年份，请写成 2024 这样。",
        "no_date": "“{}”不是日期，请写成 2024-05-31、2024-05 或 2024。",
        "unknown_value": "{}：没有“{}”这个值，可用的有 {}。",
        "no_page": "“{}”不是页码，页码从 1 开始。",
    }
)


def error_phrase(error: ShuangtaError, language: str) -> tuple[str, str]:
    """Return the sentence of an error and the cure, which may be empty."""
    chinese = CHINESE_ERRORS.get(error.key) if language == "zh" else None
    return (chinese.format(*error.about), "") if chinese else (error.sentence, error.cure)
