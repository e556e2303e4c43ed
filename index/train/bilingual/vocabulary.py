"""One vocabulary for an English encoder that learns Chinese: its WordPieces, and Han pieces of their own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

__all__ = ["SPECIAL", "WORD", "bilingual_tokenizer", "choose_pieces", "english_pieces"]

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
WORD = "▁"  # begins every word that is not Han
_LONGEST = 6  # characters of a piece
_RUN = 24  # characters of a Han run that are matched at once
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
# Scripts that the model's body knows too little of to be worth rows.
_FOREIGN = re.compile("[\u0400-\u1cff\u2e80-\uabff\uac00-\uffef]")


def choose_pieces(
    domain: Mapping[str, int], general: Mapping[str, int], characters: Iterable[str], size: int
) -> list[str]:
    """Return `size` Han pieces: all `characters`, then words by the mean of their shares in both counts.

    `domain` counts words in the training texts, `general` in everyday text.
    """
    pieces = dict.fromkeys(sorted(set(characters)))
    shares: Counter[str] = Counter()
    for counts in (domain, general):
        words = {w: n for w, n in counts.items() if 2 <= len(w) <= _LONGEST and _all_han(w)}
        total = sum(words.values())
        for word, count in words.items():
            shares[word] += count / total  # type: ignore[assignment]
    for word, _ in sorted(shares.items(), key=lambda item: (-item[1], item[0])):
        if len(pieces) >= size:
            break
        pieces[word] = None
    return list(pieces)


def _all_han(word: str) -> bool:
    return all(map(_HAN.match, word))


def english_pieces(vocabulary: Mapping[str, int]) -> dict[str, int]:
    """The WordPieces worth keeping -> their rows, named as `bilingual_tokenizer` names them."""
    kept: dict[str, int] = {}
    for piece, row in sorted(vocabulary.items(), key=lambda item: item[1]):
        if piece in SPECIAL or piece.startswith("[unused") or _FOREIGN.search(piece):
            continue
        kept[piece.removeprefix("##") if piece.startswith("##") and len(piece) > 2 else WORD + piece] = row
    return kept


def bilingual_tokenizer(english: Iterable[str], han: Iterable[str], max_tokens: int) -> Tokenizer:
    """Return a tokenizer that gives English text the pieces it had, and Han runs the longest pieces of `han`.

    One WordPiece model serves both: words that are not Han begin with ▁ instead of continuing with ##, so that a Han
    piece is the same token wherever it stands. Characters without a piece are dropped. For folded text.
    """
    han = list(han)
    vocabulary = {piece: row for row, piece in enumerate((*SPECIAL, *english, *han))}
    tokenizer = Tokenizer(
        models.WordPiece(
            vocab=vocabulary, unk_token=SPECIAL[1], continuing_subword_prefix="", max_input_chars_per_word=100
        )
    )
    known = {piece for piece in han if len(piece) == 1}
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.BertNormalizer(
                clean_text=True, handle_chinese_chars=False, strip_accents=True, lowercase=True
            ),
            normalizers.Replace(Regex(_class(_unknown(known))), " "),
        ]
    )
    han_class = "[\u3400-\u9fff\uf900-\ufaff]"
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.BertPreTokenizer(),
            pre_tokenizers.Split(Regex(f"{han_class}{{1,{_RUN}}}"), "isolated"),
            pre_tokenizers.Metaspace(replacement=WORD, prepend_scheme="always", split=False),
            pre_tokenizers.Split(Regex(f"{WORD}(?={han_class})"), "removed"),
        ]
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", vocabulary["[CLS]"]), ("[SEP]", vocabulary["[SEP]"])],
    )
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in SPECIAL])
    tokenizer.enable_truncation(max_tokens)
    return tokenizer


def _unknown(known: set[str]) -> list[tuple[int, int]]:
    """Ranges of Han code points that are not in `known`."""
    ranges: list[tuple[int, int]] = []
    for first, last in ((0x3400, 0x9FFF), (0xF900, 0xFAFF)):
        for code in range(first, last + 1):
            if chr(code) in known:
                continue
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1] = (ranges[-1][0], code)
            else:
                ranges.append((code, code))
    return ranges


def _class(ranges: Sequence[tuple[int, int]]) -> str:
    return "[" + "".join(chr(a) if a == b else f"{chr(a)}-{chr(b)}" for a, b in ranges) + "]"
