"""Tiny transformers as sentence-transformers saves them, with random weights, and their ONNX files."""

from __future__ import annotations

import json
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from index.folding import fold

TEXTS = (
    "双塔召回模型的负采样",
    "雙塔召回，ＡＮＮ索引",
    "Two-tower retrieval with in-batch negatives",
    "FAISS 的 IVF-PQ 索引 how-to …",
    "向量检索",
)
PROMPTS = {"query": "q:", "document": "p:"}


def save_encoder(
    place: Path,
    *,
    pooling: str | Sequence[str] = "mean",
    prompts: dict[str, str] | None = None,
    normalize: bool = True,
    length: int = 64,
    seed: int = 1,
    hidden: int = 16,
) -> Any:
    """Save a model of two layers in `place` and return it, a SentenceTransformer."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizer

    body = place.with_name(f"{place.name}-body")
    body.mkdir(parents=True)
    characters = sorted({character for text in TEXTS for character in fold(text)} | set("qp:abcdefgh"))
    continued = [f"##{character}" for character in characters]
    (body / "vocab.txt").write_text(
        "\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *characters, *continued]), "utf-8"
    )
    BertTokenizer(str(body / "vocab.txt")).save_pretrained(str(body))
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(characters) * 2 + 5,
        hidden_size=hidden,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=hidden * 4,
        max_position_embeddings=128,
        initializer_range=0.3,
    )
    BertModel(config).save_pretrained(str(body))
    modules = [Transformer(str(body), max_seq_length=length), Pooling(hidden, pooling_mode=pooling)]
    model = SentenceTransformer(
        modules=[*modules, *([Normalize()] if normalize else [])], prompts=prompts or {}, device="cpu"
    )
    model.save(str(place))
    return model


def add_onnx(place: Path, model: Any, name: str = "onnx/model.onnx") -> None:
    """Write the transformer of `model` as models on the hub carry it: float32, with token types."""
    import torch

    class States(torch.nn.Module):
        def __init__(self, body: Any) -> None:
            super().__init__()
            self.body = body

        def forward(self, ids: Any, mask: Any, types: Any) -> Any:
            return self.body(input_ids=ids, attention_mask=mask, token_type_ids=types).last_hidden_state

    ids = torch.ones(2, 7, dtype=torch.long)
    names = ["input_ids", "attention_mask", "token_type_ids", "last_hidden_state"]
    (place / name).parent.mkdir(exist_ok=True)
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            States(model[0].model),
            (ids, ids, torch.zeros_like(ids)),
            str(place / name),
            input_names=names[:3],
            output_names=names[3:],
            dynamic_axes={each: {0: "texts", 1: "tokens"} for each in names},
            opset_version=17,
            dynamo=False,
        )


def rewrite(path: Path, **changes: Any) -> None:
    """Change keys of a JSON file."""
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | changes), "utf-8")
