"""Towers: the built-in table, other tables, sentence-transformers models, and what is said when one is missing."""

import json
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer

from index.folding import fold
from index.settings import TowerSettings
from index.static_folder import SCALE, WEIGHT
from index.static_tower import StaticTower
from index.towers import SHIPPED, load_tower
from index.train.export import quantised, write_tower
from index.train.tokenizer import train_tokenizer
from ingest.errors import MissingExtraError, TowerError

TEXTS = [
    "双塔召回模型的负采样",
    "雙塔召回，ＡＮＮ索引",
    "Two-tower retrieval with in-batch negatives",
    "FAISS 的 IVF-PQ 索引 how-to …",
    "向量检索",
    "",
]


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    texts = [fold(text) for text in TEXTS] * 10
    return train_tokenizer(texts, 8_000)


@pytest.fixture
def table(tokenizer: Tokenizer) -> NDArray[np.float32]:
    random = np.random.default_rng(3)
    rows = random.standard_normal((tokenizer.get_vocab_size(), 32)).astype(np.float32)
    rows[0] = 0
    return rows


@pytest.fixture
def folder(tmp_path: Path, tokenizer: Tokenizer, table: NDArray[np.float32]) -> Path:
    """A tower as `shuangta train` writes it, with a random table."""
    path = tmp_path / "tower"
    write_tower(path, tokenizer, table, {})
    return path


def opened(folder: Path, **settings: str) -> StaticTower:
    tower = load_tower(TowerSettings(name=str(folder), **settings))
    assert isinstance(tower, StaticTower)
    return tower


# The built-in tower


def test_the_built_in_tower_needs_no_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("torch", "sentence_transformers", "transformers"):
        monkeypatch.setitem(sys.modules, name, None)
    tower = load_tower(TowerSettings())
    assert re.fullmatch(r"static@[0-9a-f]{12}", tower.id)
    assert tower.encode_queries(["双塔召回"]).shape == (1, tower.dim)


def test_the_built_in_tower_joins_the_languages() -> None:
    tower = load_tower(TowerSettings())
    queries = tower.encode_queries(["推荐系统的冷启动问题", "向量数据库怎么选", "注意力机制"])
    passages = tower.encode_passages(
        ["the cold start problem in recommender systems", "choosing a vector database", "attention mechanism"]
    )
    assert (queries @ passages.T).argmax(axis=1).tolist() == [0, 1, 2]


def test_traditional_and_full_width_spellings_get_the_same_vector() -> None:
    tower = load_tower(TowerSettings())
    vectors = tower.encode_queries(["機器學習中的負採樣，ＢＥＲＴ", "机器学习中的负采样,bert"])
    np.testing.assert_array_equal(vectors[0], vectors[1])


def test_the_shipped_files_fit_their_allowance() -> None:
    sizes = {path.name: path.stat().st_size for path in SHIPPED["static"].rglob("*") if path.is_file()}
    assert sum(sizes.values()) <= 25_000_000
    assert sizes["tokenizer.json"] <= 2_000_000


# What any static tower does


def test_vectors_have_unit_length_and_empty_texts_none(folder: Path) -> None:
    norms = np.linalg.norm(opened(folder).encode_passages(TEXTS), axis=1)
    np.testing.assert_allclose(norms, [1, 1, 1, 1, 1, 0], atol=1e-6)


def test_no_texts_give_no_vectors(folder: Path) -> None:
    assert opened(folder).encode_queries([]).shape == (0, 32)


def test_neighbours_in_a_batch_do_not_change_a_vector(folder: Path) -> None:
    tower = opened(folder)
    many = TEXTS * 50
    alone = np.concatenate([tower.encode_passages([text]) for text in TEXTS])
    np.testing.assert_allclose(tower.encode_passages(many), np.tile(alone, (50, 1)), atol=1e-6)


def test_int8_rows_stay_within_half_a_step(table: NDArray[np.float32]) -> None:
    rows, scale = quantised(table)
    assert rows.dtype == np.int8
    assert np.all(np.abs(rows * scale[:, None] - table) <= scale[:, None] * 0.5001)
    assert not rows[0].any()


def test_a_prompt_goes_before_the_text(folder: Path) -> None:
    tower, prompted = opened(folder), opened(folder, query_prompt="检索:", passage_prompt="索引:")
    np.testing.assert_array_equal(prompted.encode_queries(["向量"]), tower.encode_queries(["检索:向量"]))
    np.testing.assert_array_equal(prompted.encode_passages(["向量"]), tower.encode_passages(["索引:向量"]))


def test_prompts_of_the_models_own_configuration_hold_unless_set(folder: Path) -> None:
    plain = opened(folder)
    config = {"prompts": {"query": "检索:", "passage": "索引:"}}
    (folder / "config_sentence_transformers.json").write_text(json.dumps(config), "utf-8")
    own, set_here = opened(folder), opened(folder, query_prompt="FAISS ")
    np.testing.assert_array_equal(own.encode_queries(["塔"]), plain.encode_queries(["检索:塔"]))
    np.testing.assert_array_equal(own.encode_passages(["塔"]), plain.encode_passages(["索引:塔"]))
    np.testing.assert_array_equal(set_here.encode_queries(["塔"]), plain.encode_queries(["FAISS 塔"]))


def test_the_id_is_that_of_the_content(folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "copy" / "tower"
    shutil.copytree(folder, elsewhere)
    assert opened(folder).id == opened(elsewhere).id
    assert opened(folder).id != opened(folder, query_prompt="检索:").id
    weights = elsewhere / "0_StaticEmbedding" / "model.safetensors"
    tensors = load_file(weights)
    tensors[SCALE][5] *= 2
    save_file(tensors, weights)
    assert opened(folder).id != opened(elsewhere).id


# Broken folders


def without_weights(folder: Path) -> None:
    (folder / "0_StaticEmbedding" / "model.safetensors").unlink()


def without_scale(folder: Path) -> None:
    weights = folder / "0_StaticEmbedding" / "model.safetensors"
    save_file({WEIGHT: load_file(weights)[WEIGHT]}, weights)


def with_too_few_rows(folder: Path) -> None:
    weights = folder / "0_StaticEmbedding" / "model.safetensors"
    save_file({name: tensor[:100] for name, tensor in load_file(weights).items()}, weights)


def with_cut_weights(folder: Path) -> None:
    weights = folder / "0_StaticEmbedding" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])


def with_another_tokenizer(folder: Path) -> None:
    (folder / "0_StaticEmbedding" / "tokenizer.json").write_text("{}", "utf-8")


def with_cut_modules(folder: Path) -> None:
    (folder / "modules.json").write_text('[{"idx": 0,', "utf-8")


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (without_weights, "model.safetensors cannot be read"),
        (without_scale, "without their embedding.scale"),
        (with_too_few_rows, "more tokens than vectors"),
        (with_cut_weights, "model.safetensors cannot be read"),
        (with_another_tokenizer, "tokenizer.json is not a tokenizer"),
        (with_cut_modules, "modules.json is not JSON"),
    ],
)
def test_a_damaged_folder_is_named_with_its_cure(
    folder: Path, damage: Callable[[Path], None], named: str
) -> None:
    damage(folder)
    with pytest.raises(TowerError, match=named) as raised:
        opened(folder)
    assert str(folder) in raised.value.sentence
    assert raised.value.cure


@pytest.mark.parametrize("name", ["", "./no-such-tower", "/no/such/tower", "~/no-such-tower"])
def test_a_folder_that_is_not_there_is_not_looked_for_on_the_hub(name: str) -> None:
    with pytest.raises(TowerError, match="There is no tower folder"):
        load_tower(TowerSettings(name=name))


def test_without_the_extra_other_models_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(MissingExtraError, match=re.escape("pip install 'shuangta[models]'")):
        load_tower(TowerSettings(name="intfloat/multilingual-e5-small"))


# Against sentence-transformers


@pytest.mark.models
@pytest.mark.parametrize("which", ["random", "shipped"])
def test_the_numpy_runtime_agrees_with_sentence_transformers(
    which: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding

    place = SHIPPED["static"] if which == "shipped" else folder
    module = place / "0_StaticEmbedding"
    tensors = load_file(module / "model.safetensors")
    expanded = tensors[WEIGHT] * tensors[SCALE][:, None]
    embedding = StaticEmbedding(
        Tokenizer.from_file(str(module / "tokenizer.json")), embedding_weights=expanded
    )
    theirs = SentenceTransformer(modules=[embedding, Normalize()], device="cpu").encode(
        [fold(t) for t in TEXTS]
    )
    np.testing.assert_allclose(opened(place).encode_passages(TEXTS), theirs, atol=1e-5)


@pytest.mark.models
@pytest.mark.parametrize("layout", ["of today", "at the top", "bare"])
@pytest.mark.parametrize("precision", ["float32", "float16"])
def test_a_static_model_that_sentence_transformers_saved_runs_without_torch(
    layout: str, precision: str, tokenizer: Tokenizer, table: NDArray[np.float32], tmp_path: Path
) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    model = SentenceTransformer(
        modules=[StaticEmbedding(tokenizer, embedding_weights=table.astype(precision))], device="cpu"
    )
    model.save(str(tmp_path))
    modules = json.loads((tmp_path / "modules.json").read_text("utf-8"))
    if layout == "of today":
        inner = tmp_path / "0_StaticEmbedding"
        inner.mkdir(exist_ok=True)
        for name in ("tokenizer.json", "model.safetensors"):
            if (tmp_path / name).exists():
                (tmp_path / name).rename(inner / name)
        modules[0]["path"] = inner.name
        (tmp_path / "modules.json").write_text(json.dumps(modules), "utf-8")
    elif layout == "bare":
        (tmp_path / "modules.json").unlink()
    theirs = model.float().encode(TEXTS, normalize_embeddings=True)
    np.testing.assert_allclose(opened(tmp_path).encode_passages(TEXTS), theirs, atol=1e-5)


@pytest.mark.models
def test_a_router_model_has_two_sides(
    tokenizer: Tokenizer, table: NDArray[np.float32], tmp_path: Path
) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Router, StaticEmbedding

    router = Router.for_query_document(
        query_modules=[StaticEmbedding(tokenizer, embedding_weights=table)],
        document_modules=[StaticEmbedding(tokenizer, embedding_weights=table[::-1].copy())],
    )
    model = SentenceTransformer(modules=[router], device="cpu")
    model.save(str(tmp_path / "two-sides"))
    tower = load_tower(TowerSettings(name=str(tmp_path / "two-sides")))
    assert tower.dim == 32
    assert re.fullmatch(r"two-sides@[0-9a-f]{12}", tower.id)
    queries, passages = tower.encode_queries(TEXTS[:3]), tower.encode_passages(TEXTS[:3])
    np.testing.assert_allclose(queries, model.encode_query(TEXTS[:3], normalize_embeddings=True), atol=1e-6)
    np.testing.assert_allclose(
        passages, model.encode_document(TEXTS[:3], normalize_embeddings=True), atol=1e-6
    )
    assert not np.allclose(queries, passages)
    assert tower.encode_queries([]).shape == (0, 32)


@pytest.fixture(scope="module")
def transformer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random transformer of one layer that wants prompts."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizer

    place = tmp_path_factory.mktemp("models") / "tiny"
    body = place / "body"
    body.mkdir(parents=True)
    characters = sorted({character for text in TEXTS for character in fold(text)} | set("qp:"))
    (body / "vocab.txt").write_text(
        "\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *characters]), "utf-8"
    )
    BertTokenizer(str(body / "vocab.txt")).save_pretrained(str(body))
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=len(characters) + 5,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
    )
    BertModel(config).save_pretrained(str(body))
    module = Transformer(str(body), max_seq_length=64)
    model = SentenceTransformer(
        modules=[module, Pooling(16)], prompts={"query": "q:", "document": "p:"}, device="cpu"
    )
    model.save(str(place / "model"))
    return place / "model"


@pytest.mark.models
def test_a_transformer_runs_with_its_own_prompts(transformer: Path) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(transformer), device="cpu")
    tower = load_tower(TowerSettings(name=str(transformer)))
    texts = TEXTS[:4]
    with_prompt = model.encode([f"q:{text}" for text in texts], prompt="", normalize_embeddings=True)
    np.testing.assert_allclose(tower.encode_queries(texts), with_prompt, atol=1e-5)
    with_prompt = model.encode([f"p:{text}" for text in texts], prompt="", normalize_embeddings=True)
    np.testing.assert_allclose(tower.encode_passages(texts), with_prompt, atol=1e-5)


@pytest.mark.models
def test_prompts_in_the_settings_win_and_change_the_id(transformer: Path) -> None:
    own = load_tower(TowerSettings(name=str(transformer)))
    changed = load_tower(TowerSettings(name=str(transformer), query_prompt="p:"))
    np.testing.assert_allclose(changed.encode_queries(["双塔"]), own.encode_passages(["双塔"]), atol=1e-6)
    assert changed.id != own.id
    assert load_tower(TowerSettings(name=str(transformer))).id == own.id


@pytest.mark.models
def test_a_transformer_folder_without_weights_is_named(transformer: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(transformer, broken)
    (broken / "model.safetensors").unlink()
    with pytest.raises(TowerError, match=re.escape(str(broken))) as raised:
        load_tower(TowerSettings(name=str(broken)))
    assert "model.safetensors" in raised.value.sentence


@pytest.mark.models
def test_a_model_that_cannot_be_had_offline_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(TowerError, match="no-such-house/no-such-model") as raised:
        load_tower(TowerSettings(name="no-such-house/no-such-model"))
    assert "[[index.towers]]" in raised.value.cure
