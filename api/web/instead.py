"""What a query was taken to mean where that is not what was typed: said, with the way to what else was meant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.folding import fold_with_offsets, origin

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from api.web.form import Form
    from search.answers import Understood

__all__ = ["Instead", "instead"]


@dataclass(frozen=True, slots=True)
class Instead:
    """A sentence, and a query to go on with, if there is one."""

    said: str
    text: str = ""
    address: str = ""
    fills: str = ""


def instead(form: Form, understood: Understood, words: Mapping[str, str]) -> Iterator[Instead]:
    """Yield what was corrected, what might be, and which other names were searched besides."""
    for each in understood.corrections:
        if each.replaced:
            # In quotation marks it is searched as it was typed.
            query = _with(form.q, each.typed, f'"{each.typed}"')
            said = words["searched_for"].format(meant=each.meant)
            way_back = words["search_instead"].format(typed=each.typed)
            yield Instead(said, way_back, form.but(q=query).address, query)
    if not all(each.replaced for each in understood.corrections):
        query = form.q
        for each in understood.corrections:
            query = _with(query, each.typed, each.meant)
        yield Instead(words["did_you_mean"], query, form.but(q=query).address, query)
    if understood.expansions:
        names = "; ".join(f"{each.typed} = {', '.join(each.also)}" for each in understood.expansions)
        yield Instead(words["also_searched"].format(names=names))


def _with(query: str, typed: str, wanted: str) -> str:
    """The query with what stands there for `typed`, which is folded, written otherwise."""
    folded, at = fold_with_offsets(query)
    found = re.search(rf"(?<![a-z0-9]){re.escape(typed)}(?![a-z0-9])", folded) or re.search(
        re.escape(typed), folded
    )
    if not found:
        return wanted
    start, end = origin(at, *found.span())
    return query[:start] + wanted + query[end:]
