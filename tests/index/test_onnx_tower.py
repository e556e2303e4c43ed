"""Encoders through onnxruntime: the same vectors as sentence-transformers, by the model's own configuration."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.folding import fold
from index.onnx_tower import OnnxTower
from index.sentence_transformer_tower import SentenceTransformerTower
from index.settings import TowerSettings
from index.towers import SHIPPED, load_tower
from ingest.errors import MissingExtraError, TowerError
from tests.index.encoders import PROMPTS, TEXTS, add_onnx, rewrite, save_encoder

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model with prompts, mean pooling and an ONNX file."""
    pytest.importorskip("torch")
    place = tmp_path_factory.mktemp("models") / "tiny"
    add_onnx(place, save_encoder(place, prompts=PROMPTS))
    return place


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """The same, to be spoilt."""
    shutil.copytree(made, tmp_path / "tiny")
    return tmp_path / "tiny"


def opened(folder: Path, **settings: Any) -> OnnxTower:
    tower = load_tower(TowerSettings(name=str(folder), **settings))
    assert isinstance(tower, OnnxTower)
    return tower


def by_torch(folder: Path, **settings: Any) -> SentenceTransformerTower:
    tower = load_tower(TowerSettings(name=str(folder), backend="torch", **settings))
    assert isinstance(tower, SentenceTransformerTower)
    return tower


@pytest.mark.parametrize("pooling", ["mean", "cls", "lasttoken"])
@pytest.mark.parametrize("normalize", [True, False])
@pytest.mark.parametrize("prompts", [PROMPTS, {}])
def test_vectors_are_those_of_sentence_transformers(
    pooling: str, normalize: bool, prompts: dict[str, str], tmp_path: Path
) -> None:
    place = tmp_path / "model"
    add_onnx(place, save_encoder(place, pooling=pooling, normalize=normalize, prompts=prompts))
    tower, reference = opened(place), by_torch(place)
    assert tower.dim == reference.dim == 16
    assert tower.id.startswith("model@")
    np.testing.assert_allclose(tower.encode_queries(TEXTS), reference.encode_queries(TEXTS), atol=1e-5)
    np.testing.assert_allclose(tower.encode_passages(TEXTS), reference.encode_passages(TEXTS), atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(tower.encode_passages(TEXTS), axis=1), 1, atol=1e-6)


def test_a_passage_prompt_counts_under_any_of_its_names(folder: Path) -> None:
    own = opened(folder).encode_passages(TEXTS)
    rewrite(
        folder / "config_sentence_transformers.json", prompts={"query": "q:", "document": "", "passage": "p:"}
    )
    np.testing.assert_allclose(opened(folder).encode_passages(TEXTS), own, atol=1e-6)
    np.testing.assert_allclose(by_torch(folder).encode_passages(TEXTS), own, atol=1e-5)


def test_a_prompt_of_the_settings_wins_and_changes_the_id(folder: Path) -> None:
    own, changed = opened(folder), opened(folder, query_prompt="p:")
    np.testing.assert_array_equal(changed.encode_queries(TEXTS), own.encode_passages(TEXTS))
    assert changed.id != own.id == opened(folder).id


def test_long_texts_are_cut_at_the_models_length(folder: Path) -> None:
    long = "".join(TEXTS) * 10
    for length in (20, 64):
        rewrite(folder / "sentence_bert_config.json", max_seq_length=length)
        vectors = opened(folder).encode_passages([long])
        np.testing.assert_allclose(vectors, by_torch(folder).encode_passages([long]), atol=1e-5)


def test_the_older_layouts_of_the_hub_are_read(folder: Path) -> None:
    expected = by_torch(folder).encode_passages(TEXTS)
    (folder / "1_Pooling" / "config.json").write_text(
        '{"word_embedding_dimension": 16, "pooling_mode_cls_token": false, "pooling_mode_mean_tokens": true}'
    )
    modules = json.loads((folder / "modules.json").read_text("utf-8"))
    for module in modules:
        module["type"] = "sentence_transformers.models." + module["type"].rpartition(".")[2]
    (folder / "modules.json").write_text(json.dumps(modules), "utf-8")
    np.testing.assert_allclose(opened(folder).encode_passages(TEXTS), expected, atol=1e-5)


def test_texts_are_folded_where_the_folder_says_so(folder: Path) -> None:
    plain = opened(folder)
    (folder / "shuangta.json").write_text('{"fold": true}')
    folded = opened(folder)
    np.testing.assert_allclose(
        folded.encode_passages(TEXTS), plain.encode_passages([fold(text) for text in TEXTS]), atol=1e-6
    )
    assert folded.id != plain.id


def test_neighbours_and_threads_do_not_change_a_vector(folder: Path) -> None:
    tower = opened(folder)
    alone = np.concatenate([tower.encode_passages([text]) for text in TEXTS])
    np.testing.assert_array_equal(tower.encode_passages(TEXTS * 20), np.tile(alone, (20, 1)))
    with ThreadPoolExecutor(8) as executor:
        for vectors in executor.map(tower.encode_passages, [TEXTS] * 16):
            np.testing.assert_array_equal(vectors, alone)


def test_no_texts_give_no_vectors_and_an_empty_one_is_a_text(folder: Path) -> None:
    tower = opened(folder)
    assert tower.encode_queries([]).shape == (0, 16)
    np.testing.assert_allclose(np.linalg.norm(tower.encode_queries([""])), 1, atol=1e-6)


def test_the_id_is_that_of_the_content(folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "copy" / "tiny"
    shutil.copytree(folder, elsewhere)
    assert opened(folder).id == opened(elsewhere).id
    add_onnx(elsewhere, save_encoder(tmp_path / "other", seed=2))
    assert opened(folder).id != opened(elsewhere).id


def test_running_one_loads_no_torch(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("torch", "sentence_transformers", "transformers"):
        monkeypatch.setitem(sys.modules, name, None)
    assert opened(folder).encode_queries(TEXTS).shape == (5, 16)


# Which runtime


def test_auto_takes_torch_without_an_onnx_file_or_for_a_graphics_card(folder: Path) -> None:
    assert isinstance(load_tower(TowerSettings(name=str(folder), device="meta", backend="onnx")), OnnxTower)
    shutil.rmtree(folder / "onnx")
    assert isinstance(load_tower(TowerSettings(name=str(folder))), SentenceTransformerTower)


def test_auto_takes_torch_without_onnxruntime(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    assert isinstance(load_tower(TowerSettings(name=str(folder))), SentenceTransformerTower)
    with pytest.raises(MissingExtraError, match=re.escape("pip install 'shuangta[small]'")):
        load_tower(TowerSettings(name=str(folder), backend="onnx"))


@pytest.mark.parametrize("pooling", ["max", "weightedmean", ["cls", "mean"]])
def test_another_pooling_is_left_to_torch(pooling: str | list[str], tmp_path: Path) -> None:
    place = tmp_path / "model"
    model = save_encoder(place, pooling=pooling)
    add_onnx(place, model)
    tower = load_tower(TowerSettings(name=str(place)))
    assert isinstance(tower, SentenceTransformerTower)
    np.testing.assert_allclose(
        tower.encode_passages(TEXTS), model.encode(list(TEXTS), normalize_embeddings=True), atol=1e-5
    )
    with pytest.raises(TowerError, match="its pooling is") as raised:
        load_tower(TowerSettings(name=str(place), backend="onnx"))
    assert '"torch"' in raised.value.cure


def test_two_transformers_behind_a_router_are_left_to_torch(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Router

    sides = [list(save_encoder(tmp_path / f"side{seed}", seed=seed)) for seed in (1, 2)]
    router = Router.for_query_document(query_modules=sides[0], document_modules=sides[1])
    model = SentenceTransformer(modules=[router], device="cpu")
    model.save(str(tmp_path / "two-sides"))
    tower = load_tower(TowerSettings(name=str(tmp_path / "two-sides")))
    texts = list(TEXTS)
    np.testing.assert_allclose(
        tower.encode_queries(texts), model.encode_query(texts, normalize_embeddings=True), atol=1e-5
    )
    np.testing.assert_allclose(
        tower.encode_passages(texts), model.encode_document(texts, normalize_embeddings=True), atol=1e-5
    )
    assert not np.allclose(tower.encode_queries(texts), tower.encode_passages(texts), atol=0.01)
    with pytest.raises(TowerError, match=r"no onnx/model\.onnx"):
        load_tower(TowerSettings(name=str(tmp_path / "two-sides"), backend="onnx"))


@pytest.fixture
def hub(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The hub's local cache with the model `house/tiny` in it; links to blobs, as the cache has them."""
    import huggingface_hub

    cache = tmp_path / "cache"
    model = cache / "models--house--tiny"
    snapshot = model / "snapshots" / ("0" * 40)
    (model / "refs").mkdir(parents=True)
    (model / "refs" / "main").write_text("0" * 40)
    (model / "blobs").mkdir()
    for number, path in enumerate(sorted(path for path in folder.rglob("*") if path.is_file())):
        link = snapshot / path.relative_to(folder)
        link.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, model / "blobs" / str(number))
        link.symlink_to(model / "blobs" / str(number))
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(cache))
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    return snapshot


def test_a_cached_model_of_the_hub_runs_from_its_onnx_file(hub: Path, folder: Path) -> None:
    tower = load_tower(TowerSettings(name="house/tiny"))
    assert isinstance(tower, OnnxTower)
    assert re.fullmatch(r"house--tiny@[0-9a-f]{12}", tower.id)
    np.testing.assert_array_equal(tower.encode_queries(TEXTS), opened(folder).encode_queries(TEXTS))


def test_an_onnx_file_that_is_not_cached_needs_the_hub(hub: Path) -> None:
    (hub / "onnx" / "model.onnx").unlink()
    with pytest.raises(TowerError, match="house/tiny"):
        load_tower(TowerSettings(name="house/tiny", backend="onnx"))


# What is wrong with a folder


def without_weights(folder: Path) -> None:
    (folder / "onnx" / "model.onnx").unlink()


def with_cut_weights(folder: Path) -> None:
    weights = folder / "onnx" / "model.onnx"
    weights.write_bytes(weights.read_bytes()[:1000])


def without_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()


def with_another_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").write_text("{}", "utf-8")


def without_modules(folder: Path) -> None:
    (folder / "modules.json").unlink()


def with_cut_pooling(folder: Path) -> None:
    (folder / "1_Pooling" / "config.json").write_text('{"pooling', "utf-8")


def with_another_model(folder: Path) -> None:
    import onnx

    model = onnx.load(folder / "onnx" / "model.onnx")
    for node in model.graph.node:
        node.input[:] = ["pixel_values" if name == "input_ids" else name for name in node.input]
    model.graph.input[0].name = "pixel_values"
    onnx.save(model, folder / "onnx" / "model.onnx")


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (without_weights, "no onnx/model.onnx"),
        (with_cut_weights, "model.onnx cannot be run"),
        (without_tokenizer, "tokenizer.json cannot be read"),
        (with_another_tokenizer, "tokenizer.json is not a tokenizer"),
        (without_modules, "no modules.json"),
        (with_cut_pooling, "config.json is not JSON"),
        (with_another_model, "wants pixel_values"),
    ],
)
def test_a_damaged_folder_is_named_with_its_cure(
    folder: Path, damage: Callable[[Path], None], named: str
) -> None:
    damage(folder)
    with pytest.raises(TowerError, match=named) as raised:
        opened(folder, backend="onnx")
    assert str(folder) in raised.value.sentence
    assert raised.value.cure


# The built-in one


def test_a_built_in_tower_that_did_not_come_along_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SHIPPED, "small", tmp_path / "nowhere")
    with pytest.raises(TowerError, match="'small' is not part of this installation"):
        load_tower(TowerSettings(name="small"))


def test_the_built_in_tower_is_called_by_its_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SHIPPED, "small", folder)
    assert re.fullmatch(r"small@[0-9a-f]{12}", load_tower(TowerSettings(name="small")).id)
