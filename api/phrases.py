"""The words of the search page in its two languages."""

from __future__ import annotations

from types import MappingProxyType

__all__ = ["PHRASES", "page_language"]

PHRASES = MappingProxyType(
    {
        "en": {
            "html_lang": "en",
            "tagline": "Search the articles your reading lists link to",
            "query": "Query",
            "search": "Search",
            "placeholder": "Ask in Chinese or English",
            "filters": "Filters",
            "list": "Reading list",
            "any_list": "Any list",
            "section": "Section",
            "section_hint": "a heading of the list",
            "host": "Site",
            "host_hint": "e.g. arxiv.org",
            "lang": "Language",
            "any_lang": "Any language",
            "zh": "Chinese",
            "en": "English",
            "since": "Published since",
            "since_hint": "2021 or 2021-06-30",
            "starred": "Starred only",
            "mode": "Mode",
            "mode_default": "As configured",
            "explain": "Show how it was ranked",
            "results": "{shown} of {total} articles · {ms} ms",
            "starred_by": "starred by the curator",
            "note": "Curator’s note",
            "listing": "Known from its listing only: the page could not be had.",
            "archive": "from a web archive",
            "more_passages": "More from this article ({count})",
            "also_at": "Also at",
            "also_in": "Also in",
            "more_results": "More results",
            "understood": "Understood as",
            "ignored": "left aside",
            "stages": "Stage",
            "milliseconds": "ms",
            "nothing_title": "Nothing found for “{query}”",
            "nothing_hint": "Try fewer or other words, the other language, or fewer filters.",
            "without_filters": "Search without filters",
            "no_index_title": "There is nothing to search yet",
            "no_index_hint": "Build the index; this page picks it up by itself:",
            "trouble": "That did not work",
            "welcome": "{articles} articles of {lists} reading lists",
            "api": "API",
        },
        "zh": {
            "html_lang": "zh-Hans",
            "tagline": "搜索阅读清单里的每一篇文章",
            "query": "查询",
            "search": "搜索",
            "placeholder": "用中文或英文提问",
            "filters": "筛选",
            "list": "阅读清单",
            "any_list": "全部清单",
            "section": "章节",
            "section_hint": "清单中的标题",
            "host": "网站",
            "host_hint": "如 arxiv.org",
            "lang": "语言",
            "any_lang": "全部语言",
            "zh": "中文",
            "en": "英文",
            "since": "发布不早于",
            "since_hint": "2021 或 2021-06-30",
            "starred": "只看星标",
            "mode": "模式",
            "mode_default": "默认设置",
            "explain": "显示排序过程",
            "results": "{total} 篇文章，显示前 {shown} 篇 · {ms} 毫秒",
            "starred_by": "清单作者标星",
            "note": "清单作者的话",
            "listing": "原网页无法获取，仅有清单中的信息。",
            "archive": "来自网页存档",
            "more_passages": "本文其他相关段落 ({count})",
            "also_at": "同文另见",
            "also_in": "另见于清单",
            "more_results": "更多结果",
            "understood": "理解为",
            "ignored": "忽略",
            "stages": "阶段",
            "milliseconds": "毫秒",
            "nothing_title": "没有找到“{query}”的相关内容",
            "nothing_hint": "试试更少或别的词、换一种语言，或减少筛选条件。",
            "without_filters": "不加筛选再搜",
            "no_index_title": "还没有可以搜索的内容",
            "no_index_hint": "先建立索引，本页会自动启用：",
            "trouble": "出了点问题",
            "welcome": "{lists} 份阅读清单，{articles} 篇文章",
            "api": "接口",
        },
    }
)


def page_language(accept_language: str) -> str:
    """The page's language for an Accept-Language header (RFC 9110 §12.5.4): "zh" or "en", whichever is liked more."""
    best, language = 0.0, "en"
    for choice in accept_language.lower().split(","):
        tag, _, weight = choice.strip().partition(";q=")
        primary = tag.partition("-")[0].strip()
        try:
            liking = float(weight or 1)
        except ValueError:
            continue
        if primary in PHRASES and liking > best:
            best, language = liking, primary
    return language
