"""A corrected query says so, and leads back to what was typed."""

import pytest

from api.web.form import Form
from api.web.instead import instead
from api.web.phrases import PHRASES
from search.answers import Correction, Expansion, Understood


def said(query: str, *corrections: Correction, expansions: tuple[Expansion, ...] = ()):
    understood = Understood("", "zh", (), corrections=corrections, expansions=expansions)
    return list(instead(Form(q=query, page=2), understood, PHRASES["en"]))


def test_a_query_that_was_replaced_can_be_had_as_it_was_typed():
    (found,) = said("Atention 机制", Correction("atention", "attention", "spelling", replaced=True))
    assert "attention" in found.said
    assert (found.fills, found.address) == ('"atention" 机制', "/?q=%22atention%22+%E6%9C%BA%E5%88%B6")


@pytest.mark.parametrize(
    ("query", "typed", "meant", "proposed"),
    [
        ("粗牌 模型", "粗牌", "粗排", "粗排 模型"),
        ("雙塔 cups", "双塔", "双塔", "双塔 cups"),
        ("bert or bertt", "bertt", "bert", "bert or bert"),
    ],
)
def test_what_may_have_been_meant_is_put_in_the_place_of_what_was_typed(query, typed, meant, proposed):
    (found,) = said(query, Correction(typed, meant, "homophone", replaced=False))
    assert found.text == found.fills == proposed


def test_what_is_proposed_has_all_corrections_in_it():
    *_, proposal = said(
        "atention transfomer",
        Correction("atention", "attention", "spelling", replaced=True),
        Correction("transfomer", "transformer", "spelling", replaced=False),
    )
    assert proposal.fills == "attention transformer"


def test_other_names_that_were_searched_are_named():
    (found,) = said("粗排", expansions=(Expansion("粗排", ("prerank", "pre-ranking"), mined=True),))
    assert "粗排 = prerank, pre-ranking" in found.said
    assert found.address == ""
