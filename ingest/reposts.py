"""Of several addresses with one text, which keeps it.

Alikeness is `duplicates`'s. The one that stands first in the lists keeps the text, unless what was had there is an
archive's copy, or clearly less than what another address has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.articles import Source
from ingest.duplicates import NearDuplicates
from ingest.duplicates import similarity as alikeness
from ingest.spelling import is_telling, squeezed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ingest.outcomes import Fingerprint

__all__ = ["reposts"]

# Under one title that says something, most of the same text is the same article: reposts lose captions and code, and gain
# an editor's note. Parts of a series that share a title share less.
_SAME_TITLE = 0.6
_WHOLE = 0.8  # of the longest text: anything above is the whole article


def reposts(fingerprints: Iterable[Fingerprint], similarity: float) -> dict[str, str]:
    """Return, for each address whose article another one keeps, that other address.

    `fingerprints` come in the order of the lists; `similarity` is the Jaccard similarity from which two are one.
    """
    by_url = {fingerprint.url: fingerprint for fingerprint in fingerprints}
    near = NearDuplicates(similarity)
    for url, fingerprint in by_url.items():
        near.add(url, fingerprint.signature)
    kept = {}
    names = {url: squeezed(fingerprint.title) for url, fingerprint in by_url.items()}

    def enough(one: str, other: str) -> float:
        named_alike = names[one] == names[other] and is_telling(names[one])
        return min(similarity, _SAME_TITLE) if named_alike else similarity

    for group in near.groups(enough):
        # The first may be like the second and the second like the third, and the third have a text of its own.
        left = list(group)
        while len(left) > 1:
            keeper = _keeper([by_url[url] for url in left])
            mark = by_url[keeper].signature
            alike = {
                url
                for url in left
                if url == keeper or alikeness(mark, by_url[url].signature) >= enough(keeper, url)
            }
            kept.update({url: keeper for url in left if url in alike and url != keeper})
            left = [url for url in left if url not in alike]
    return kept


def _keeper(group: Sequence[Fingerprint]) -> str:
    longest = max(member.length for member in group)
    whole = [member for member in group if member.length >= _WHOLE * longest]
    return min(whole, key=lambda member: member.source is Source.ARCHIVE).url  # min takes the first of equals
