"""The bilingual vocabulary: byte-pair encoding whose merges never cross a word.

Han runs are cut into words before the merges are counted, so the pieces are whole Chinese words and single
characters instead of frequent accidents like 的模型; at run time the same merges apply to uncut text. Latin words
and single digits, punctuation and symbols are separate from the start. BPE: Sennrich et al. 2016 (arXiv:1508.07909).
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from pathlib import Path

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

from index.folding import fold
from index.static_folder import module_folder
from ingest.errors import SettingsError

__all__ = ["UNKNOWN", "everyday_characters", "read_tokenizer", "train_tokenizer"]

UNKNOWN = "[UNK]"  # id 0; its row stays zero

# Scripts apart, digits one by one (a static table knows nothing of numbers), symbols one by one.
_WORDS = Regex(r"\p{Han}+|[^\s\p{Han}\p{P}\p{S}\p{N}]+|\p{N}|[\p{P}\p{S}]")
_LONGEST = 24  # characters of a piece; longer ones are identifiers and data


def train_tokenizer(texts: Iterable[str], size: int) -> Tokenizer:
    """Return a tokenizer of `size` pieces for folded text.

    Its own normaliser does NFKC and lower case, as far as a tokenizer.json can say quickly; traditional
    characters are the caller's to fold. All characters of GB 2312 are pieces, seen in `texts` or not.
    """
    tokenizer = Tokenizer(models.BPE(unk_token=UNKNOWN))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(_WORDS, behavior="removed", invert=True)
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        min_frequency=5,
        special_tokens=[UNKNOWN],
        limit_alphabet=9_000,
        initial_alphabet=sorted(everyday_characters()),
        max_token_length=_LONGEST,
        show_progress=False,
    )
    tokenizer.train_from_iterator(map(_cut, texts), trainer)
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    return tokenizer


def read_tokenizer(folder: Path) -> Tokenizer:
    """Return the tokenizer of a tower's folder. Raises SettingsError when it has none."""
    module = module_folder(folder) or folder
    try:
        tokenizer = Tokenizer.from_file(str(module / "tokenizer.json"))
    except Exception as error:  # tokenizers raises nothing narrower
        raise SettingsError(
            f"There is no tokenizer in {folder}: {error}.", "Set `tokenizer` to the folder of a tower."
        ) from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _cut(text: str) -> str:
    """`text` with spaces between its words; merges do not cross them."""
    import rjieba

    return " ".join(rjieba.cut(text))


def everyday_characters() -> set[str]:
    """The Chinese characters of everyday print (GB 2312), folded."""
    codes = (bytes((row, cell)) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    return set(chain.from_iterable(fold(code.decode("gb2312", "ignore")) for code in codes))
