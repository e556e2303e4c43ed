"""How a person calls what a crawl met and the stages of a rebuild: the Chinese names; the English are the codes' own."""

from __future__ import annotations

from types import MappingProxyType

from ingest.articles import SkipReason

__all__ = ["reason_name", "stage_name"]

_REASONS = MappingProxyType(
    {
        SkipReason.DEAD_LINK: "死链",
        SkipReason.HOST_UNKNOWN: "域名不存在",
        SkipReason.REFUSED: "拒绝连接",
        SkipReason.TIMEOUT: "超时",
        SkipReason.BAD_CERTIFICATE: "证书无效",
        SkipReason.FORBIDDEN: "禁止访问",
        SkipReason.ROBOTS: "robots.txt 不允许",
        SkipReason.TEMPORARY: "暂时不可用",
        SkipReason.REDIRECT_LOOP: "循环跳转",
        SkipReason.TOO_LARGE: "过大",
        SkipReason.WRONG_TYPE: "不是网页、PDF 或文本",
        SkipReason.LOGIN_WALL: "需要登录",
        SkipReason.PAYWALL: "需要付费",
        SkipReason.PRIVATE: "仅作者指定的人可见",
        SkipReason.ANTI_BOT: "反爬验证",
        SkipReason.DELETED: "作者已删除",
        SkipReason.VIOLATION: "被平台删除",
        SkipReason.MIGRATED: "已迁移",
        SkipReason.LINK_EXPIRED: "链接已过期",
        SkipReason.PARKED: "域名已停用",
        SkipReason.EMPTY: "没有正文",
        SkipReason.BROKEN_FILE: "文件损坏",
        SkipReason.DUPLICATE: "重复",
        SkipReason.UNSAFE_ADDRESS: "内网地址",
        SkipReason.MALFORMED_URL: "地址有误",
        SkipReason.INTERNAL_ERROR: "内部错误",
        SkipReason.OFFLINE: "本机没有网络",
    }
)
_STAGES = MappingProxyType(
    {
        "lists": "读取清单",
        "crawl": "抓取",
        "adapt": "适配双塔",
        "passages": "切分段落",
        "lexical": "词法索引",
        "words": "词表与别名",
        "completions": "搜索建议",
        "encode": "编码",
        "dense": "向量索引",
        "publish": "发布",
    }
)


def reason_name(reason: str, language: str) -> str:
    """A SkipReason in words."""
    return (_REASONS.get(SkipReason(reason)) if language == "zh" else None) or reason.replace("_", " ")


def stage_name(stage: str, language: str) -> str:
    """A stage of a rebuild in words; one that is not known here goes by its own name."""
    return _STAGES.get(stage, stage) if language == "zh" else stage
