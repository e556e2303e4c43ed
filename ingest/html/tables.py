"""What a table is for: data, the places of things on a page, or a month of days."""

from __future__ import annotations

from ingest.html.markup import Element, attribute, own_tag, text_of

__all__ = ["is_calendar", "is_layout"]

_DAYS = list(range(1, 29))  # in order, they make a calendar of a table ...
_AROUND_DAYS = 14  # ... that has no more cells than these beside them, for the month and the days of the week
_DATA_ROWS = 2  # with more than one filled cell; a table with fewer, and without a head, only places things
_LAYOUT_CELL = 600  # characters; longer cells are prose set in a table


def is_layout(table: Element, rows: list[list[Element]]) -> bool:
    """Whether a table only places things on the page: its cells are then read one after the other."""
    filled = [sum(text_of(cell) != "" for cell in row) for row in rows]
    needed = 1 if any(own_tag(cell) == "th" for row in rows for cell in row) else _DATA_ROWS
    if sum(count > 1 for count in filled) < needed or attribute(table, "role") == "presentation":
        return True
    if next(table.iterdescendants("table", "pre", "h1", "h2", "h3", "form", "blockquote"), None) is not None:
        return True
    return any(len(text_of(cell)) > _LAYOUT_CELL for row in rows for cell in row)


def is_calendar(rows: list[list[Element]]) -> bool:
    """Whether a table is the month that old blogs show beside their posts: the days in order, and little else."""
    texts = [text for row in rows for cell in row if (text := text_of(cell))]
    days = [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 3]
    if 1 not in days or len(texts) - len(days) > _AROUND_DAYS:
        return False
    first = days.index(1)
    return days[first : first + len(_DAYS)] == _DAYS
