"""The page speaks the reader's language, and says the same in both."""

import re

import pytest

from api.web.feature_phrases import feature_name
from api.web.outcome_phrases import reason_name, stage_name
from api.web.phrases import PHRASES, page_language
from ingest.articles import SkipReason
from search.diversity import DIVERSITY
from search.prerank.features import FEATURES
from tests.conftest import Built


def test_both_languages_say_the_same_things_with_the_same_blanks():
    assert PHRASES["zh"].keys() == PHRASES["en"].keys()
    for key, english in PHRASES["en"].items():
        assert sorted(re.findall(r"{\w+}", english)) == sorted(re.findall(r"{\w+}", PHRASES["zh"][key])), key


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-US,en;q=0.9,zh-CN;q=0.8", "en"),
        ("fr,zh-TW;q=0.5", "zh"),
        ("zh;q=0, en;q=0.1", "en"),
        ("*", "en"),
        ("en; q=0.5, zh-CN ; q=0.9", "zh"),
        ("zh ;Q=0, en;q=0.1", "en"),
        ("zh;q=nan, en;q=0.1", "en"),
        ("zh;q=much", "en"),
    ],
)
def test_the_language_that_is_liked_best_is_spoken(header, language):
    assert page_language(header) == language


@pytest.mark.parametrize("reason", SkipReason)
def test_every_reason_has_a_chinese_name(reason):
    assert re.search(r"[\u4e00-\u9fff]", reason_name(reason.value, "zh"))
    assert reason_name(reason.value, "en") == reason.value.replace("_", " ")


def test_every_stage_of_a_rebuild_has_a_chinese_name(built: Built) -> None:
    assert built.report.seconds
    for stage in built.report.seconds:
        assert re.search(r"[\u4e00-\u9fff]", stage_name(stage, "zh")), stage
        assert stage_name(stage, "en") == stage


@pytest.mark.parametrize("feature", [*FEATURES, "expected"])
def test_every_feature_has_a_name_in_both_languages(feature):
    assert re.search(r"[\u4e00-\u9fff]", feature_name(feature, "zh"))
    assert not re.search(r"[\u4e00-\u9fff._]", feature_name(feature, "en"))


def test_the_stage_that_may_be_switched_on_has_a_name():
    assert f"stage_{DIVERSITY}" in PHRASES["zh"]
