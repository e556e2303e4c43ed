"""Text on a terminal: Chinese takes two columns, and lines break where a typesetter would break them."""

import io
import re

from hypothesis import given
from hypothesis import strategies as st

from api.progress import ProgressBars
from api.terminal import Style, line_spans, readable, style_for, visible, wide
from ingest.progress import Progress


class Screen(io.StringIO):
    def isatty(self):
        return True


def lines(text, width):
    return [text[start:end] for start, end in line_spans(text, width)]


def test_chinese_takes_two_columns_and_a_combining_mark_none():
    assert [wide(text) for text in ("ab", "双塔", "ＡＢ", "é", "e\u0301")] == [2, 4, 4, 1, 1]


def test_chinese_breaks_between_characters_and_english_between_words():
    assert lines("双塔召回模型", 8) == ["双塔召回", "模型"]
    assert lines("two tower recall", 10) == ["two tower", "recall"]
    assert lines("用 transformer 做召回", 14) == ["用 transformer", "做召回"]


def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one():
    assert lines("双塔召回，模型", 8) == ["双塔召", "回，模型"]
    assert lines("双塔召（模型）", 8) == ["双塔召", "（模型）"]


def test_no_line_begins_with_a_mark_on_the_character_before_it():
    assert lines("双塔召葛\ufe00，模型", 8) == ["双塔召", "葛\ufe00，模型"]


def test_a_word_longer_than_the_line_is_broken():
    assert lines("https://example.org/a", 10) == ["https://ex", "ample.org/", "a"]


def test_without_a_width_only_the_texts_own_lines_count():
    assert lines("一行很长很长的文字\n\n  另一行", 0) == ["一行很长很长的文字", "  另一行"]


@given(st.text(alphabet="ab 双塔，（）.\n\u0301\ufe00", max_size=80), st.integers(2, 30))
def test_no_line_is_too_wide_and_nothing_but_blanks_is_lost(text, width):
    broken = lines(text, width)
    assert all(wide(line) <= width for line in broken)
    assert "".join("".join(broken).split()) == "".join(text.split())


def test_highlights_are_marked_within_their_line():
    text = "双塔模型的召回"
    style = Style(colour=True)
    assert style.marked(text, 0, 4, [(0, 2), (5, 7)]) == "\x1b[1;33m双塔\x1b[0m模型"
    assert style.marked(text, 1, 7, [(0, 2), (5, 7)]) == "\x1b[1;33m塔\x1b[0m模型的\x1b[1;33m召回\x1b[0m"
    assert Style(colour=False).marked(text, 0, 7, [(0, 2)]) == text


def test_colour_is_for_terminals_that_want_it():
    assert style_for(Screen(), {}).colour
    assert not style_for(Screen(), {"NO_COLOR": "1"}).colour
    assert not style_for(Screen(), {"TERM": "dumb"}).colour
    assert not style_for(io.StringIO(), {}).colour


def progress_shown_on(stream, **options):
    with ProgressBars(stream, **options) as progress:
        for done in range(9):
            progress(Progress("crawl", done, 8, "a.example"))
        progress(Progress("encode", 1, 1))
    return stream.getvalue()


def test_progress_is_a_bar_on_a_terminal_with_counts_and_time_left():
    shown = progress_shown_on(Screen())
    assert "crawl" in shown
    assert "8/8" in shown
    assert re.search(r"\[\d\d:\d\d<\d\d:\d\d", shown)


def test_progress_is_a_line_for_each_quarter_of_a_stage_in_a_log():
    lines = progress_shown_on(io.StringIO()).splitlines()
    assert lines == [*(f"crawl: {done} of 8" for done in (2, 4, 6, 8)), "encode: 1 of 1"]


def test_progress_is_silent_when_asked_to_be():
    assert progress_shown_on(Screen(), quiet=True) == progress_shown_on(io.StringIO(), quiet=True) == ""


def test_what_would_steer_the_terminal_or_turn_the_text_is_shown_as_a_blot():
    assert visible("双塔\x1b[2J\r\u202eabc\x9b1m\tx\n") == "双塔�[2J��abc�1m\tx\n"


def test_an_address_is_readable_without_becoming_another():
    assert readable("https://a.org/%E5%8F%8C%E5%A1%94%20x%2Fy?q=%41") == "https://a.org/双塔%20x%2Fy?q=%41"
    assert readable("https://a.org/%CB%AB%CB%FE") == "https://a.org/%CB%AB%CB%FE"  # GBK: not UTF-8
    assert readable("https://a.org/%E2%80%AEx") == "https://a.org/%E2%80%AEx"  # would turn the text around


def test_an_address_is_a_link_on_a_terminal_and_itself_in_a_pipe():
    url = "https://a.org/%E5%8F%8C"
    assert Style(colour=False).address(url) == url
    assert Style(colour=True).address(url) == f"\x1b[36m{url}\x1b[0m"
    link = Style(colour=True, hyperlinks=True).address(url)
    assert link == f"\x1b]8;;{url}\x1b\\\x1b[36mhttps://a.org/双\x1b[0m\x1b]8;;\x1b\\"
