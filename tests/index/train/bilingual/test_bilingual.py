"""The whole recipe of the `small` tower, on an encoder of two layers that the tests make."""

import gzip
import json
from itertools import pairwise
from pathlib import Path

import msgspec
import numpy as np
import pytest
from tokenizers import Tokenizer

from index.towers import SHIPPED
from index.train.bilingual import BilingualSettings, train_bilingual
from index.train.bilingual.settings import Shares
from index.train.export import write_tower
from ingest.errors import SettingsError, TowerError
from tests.index.train.world import EN, ZH

pytestmark = pytest.mark.models

# Words whose meaning only the dictionary tells.
EVERYDAY = {"国王": "king", "苹果": "apple"}


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory, english_bert: Path) -> BilingualSettings:
    """Translations, questions and English texts over a dozen words, a dictionary and a list of words."""
    folder = tmp_path_factory.mktemp("bilingual")
    random = np.random.default_rng(4)

    def line(ql: str, pl: str, kind: str) -> str:
        words = random.choice(len(ZH), 3, replace=False)
        sides = {"zh": "".join(ZH[w] for w in words), "en": " ".join(EN[w] for w in words)}
        q, p = sides[ql], sides[pl] if ql != pl else sides[pl] + sides[pl][:2]
        return json.dumps({"q": q, "p": p, "type": kind, "ql": ql, "pl": pl}, ensure_ascii=False)

    kinds = [("zh", "en", "parallel")] * 400 + [
        ("en", "zh", "title-abstract"),
        ("zh", "zh", "question-answer"),
    ] * 60
    with gzip.open(folder / "pairs.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write("\n".join(line(*kind) for kind in [*kinds, *[("en", "en", "title-abstract")] * 60]) + "\n")
    (folder / "cedict.u8").write_text(
        "".join(f"{zh} {zh} [x1] /{en}/\n" for zh, en in EVERYDAY.items()), "utf-8"
    )
    (folder / "words.txt").write_text("".join(f"{word} 9 n\n" for word in EVERYDAY), "utf-8")
    return BilingualSettings(
        pairs=(str(folder),),
        base=str(english_bert),
        dictionary=str(folder / "cedict.u8"),
        words=str(folder / "words.txt"),
        out=str(folder / "out"),
        pieces=7_200,
        steps=150,
        batch=64,
        words_batch=16,
        body_rate=3e-4,
        row_rate=1e-2,
        max_tokens=32,
        longest=32,
        held_back=100,
        half=False,
        threads=1,
        shares=Shares(),
    )


@pytest.fixture(scope="module")
def made(given: BilingualSettings):
    return train_bilingual(given)


@pytest.mark.slow
def test_first_rows_alone_find_most_translations(made) -> None:
    assert made.before.found > 0.8  # by chance, one in a hundred


@pytest.mark.slow
def test_rows_that_start_anywhere_learn_where_they_belong(given: BilingualSettings, tmp_path: Path) -> None:
    tokenizer = Tokenizer.from_file(str(SHIPPED["static"] / "0_StaticEmbedding" / "tokenizer.json"))
    table = np.random.default_rng(1).normal(size=(tokenizer.get_vocab_size(), 16)).astype(np.float32)
    write_tower(tmp_path / "space", tokenizer, table, {})
    made = train_bilingual(
        msgspec.structs.replace(
            given,
            space=str(tmp_path / "space"),
            out=str(tmp_path / "out"),
            body_rate=0.0,
            row_rate=0.1,
            steps=250,
            shares=Shares(parallel=1, dictionary=0, cross=0, english=0, chinese=0),
        )
    )
    assert made.before.found < 0.2
    assert made.after.found > 5 * max(made.before.found, 0.01)
    assert made.after.cosine > made.before.cosine


@pytest.mark.slow
def test_the_folder_is_a_sentence_transformers_model_that_knows_both(made, given: BilingualSettings) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(made.out), device="cpu")
    assert model.tokenizer.tokenize("召回recall") == ["召回", "▁recall"]
    zh, en = (model.encode(list(side), normalize_embeddings=True) for side in (EVERYDAY, EVERYDAY.values()))
    assert (np.argmax(zh @ en.T, axis=1) == np.arange(len(zh))).all()


@pytest.mark.slow
def test_english_stays_where_it_was(made, given: BilingualSettings) -> None:
    from sentence_transformers import SentenceTransformer

    texts = [f"{a} {b}" for a, b in pairwise(EN)]
    before, after = (
        SentenceTransformer(str(folder), device="cpu").encode(texts, normalize_embeddings=True)
        for folder in (given.base, made.out)
    )
    assert (before * after).sum(axis=1).mean() > 0.9


@pytest.mark.slow
def test_the_same_settings_make_the_same_model(made, given: BilingualSettings, tmp_path: Path) -> None:
    again = train_bilingual(msgspec.structs.replace(given, out=str(tmp_path / "again")))
    first, second = (folder / "model.safetensors" for folder in (made.out, again.out))
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.slow
def test_a_second_run_goes_on_from_the_first(made, given: BilingualSettings, tmp_path: Path) -> None:
    second = msgspec.structs.replace(
        given,
        start=str(made.out),
        out=str(tmp_path / "second"),
        steps=60,
        row_rate=1e-3,
        body_rate=1e-4,
        topics=4,
        crops=0.5,
        shares=Shares(parallel=0.3, dictionary=0.1, cross=0.2, anchor=0.1, english=0.1, chinese=0.2),
    )
    again = train_bilingual(second)
    assert again.before == made.after
    assert again.pieces == made.pieces
    assert again.after.found > 0.6  # by chance, one in a hundred
    assert again.pairs["english"] == 60


@pytest.mark.slow
def test_a_run_cannot_go_on_from_another_kind_of_model(given: BilingualSettings) -> None:
    with pytest.raises(TowerError, match="was not made from"):
        train_bilingual(msgspec.structs.replace(given, start=given.base))


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"base": "/nowhere"}, TowerError, "/nowhere"),
        ({"dictionary": "/nowhere"}, SettingsError, "/nowhere"),
        ({"words": "/nowhere"}, SettingsError, "/nowhere"),
        ({"pairs": ("/nowhere",)}, SettingsError, "/nowhere"),
        ({"start": "/nowhere"}, TowerError, "/nowhere"),
        ({"space": "/nowhere"}, TowerError, "/nowhere"),
    ],
    ids=["base", "dictionary", "words", "pairs", "start", "space"],
)
def test_what_is_missing_is_named(given: BilingualSettings, change: dict, error: type, says: str) -> None:
    with pytest.raises(error, match=says):
        train_bilingual(msgspec.structs.replace(given, **change))
