"""The address says all that the page shows, and reads back as the same."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.web.form import Form
from ingest.errors import QueryError
from search.filters import Filters

_VALUES = st.lists(st.sampled_from(["推荐", "a&b=c", "2021", "x y"]), unique=True, max_size=2).map(tuple)
_FORMS = st.builds(
    Form,
    q=st.sampled_from(["", "双塔 & co", "a+b?#"]),
    filters=st.builds(
        Filters,
        lists=_VALUES,
        sections=_VALUES,
        hosts=_VALUES,
        langs=_VALUES,
        years=_VALUES,
        starred=st.booleans(),
    ),
    mode=st.sampled_from([None, "lexical"]),
    sort=st.sampled_from(["relevance", "date"]),
    page=st.integers(1, 99),
    explain=st.booleans(),
    new=st.booleans(),
)


@given(_FORMS)
def test_an_address_reads_back_as_the_form_it_was_made_from(form):
    assert Form.read(parse_qsl(urlsplit(form.address).query)) == form


@given(_FORMS)
def test_what_is_chosen_and_taken_off_again_leaves_the_form_as_it_was(form):
    assert form.toggled("host", "new.example").toggled("host", "new.example") == form.but()


def test_a_change_goes_back_to_the_first_page():
    assert Form(q="x", page=3).toggled("lang", "zh").page == 1
    assert Form(q="x", page=3).but(page=4).page == 4


@pytest.mark.parametrize(
    "pair", [("page", "0"), ("page", "²"), ("page", "9" * 9), ("sort", "size"), ("mode", "fast")]
)
def test_what_makes_no_sense_is_said(pair):
    with pytest.raises(QueryError, match=pair[0]):
        Form.read([pair])


def test_what_is_unknown_or_empty_counts_for_nothing():
    assert Form.read([("utm_source", "x"), ("list", " "), ("q", "a")]) == Form(q="a")
