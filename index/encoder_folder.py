"""What a sentence-transformers folder says of its encoder: length, pooling, prompts, and where its ONNX file lies.

Reads the configuration alone, without sentence-transformers, in its layout of today and the older ones that models
on the hub still have. The vector is normalised whether the model says so or not: a tower's vectors have unit length.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.model_folder import OWN_CONFIG, passage_prompt, read_json
from ingest.errors import TowerError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "OWN_WEIGHTS",
    "POOLING",
    "EncoderFolder",
    "best_onnx",
    "obstacle",
    "onnx_file",
    "read_encoder_folder",
]

POOLING = ("mean", "cls", "lasttoken")
OWN_WEIGHTS = "onnx/model_int8.onnx"

# Full precision before what was quantised for one kind of processor.
_WEIGHTS = (
    "onnx/model.onnx",
    "model.onnx",
    OWN_WEIGHTS,
    "onnx/model_quantized.onnx",
    "onnx/model_qint8_avx512_vnni.onnx",
    "onnx/model_quint8_avx2.onnx",
    "onnx/model_qint8_arm64.onnx",
)
_OLD_POOLING = {
    "pooling_mode_cls_token": "cls",
    "pooling_mode_max_tokens": "max",
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_mean_sqrt_len_tokens": "mean_sqrt_len_tokens",
    "pooling_mode_weightedmean_tokens": "weightedmean",
    "pooling_mode_lasttoken": "lasttoken",
}


@dataclass(frozen=True, slots=True)
class EncoderFolder:
    """The parts of an encoder, as its folder has them."""

    weights: Path
    tokenizer: Path
    length: int  # tokens of a text, special ones included
    pooling: str  # one of POOLING
    lower: bool  # texts are lower-cased first
    fold: bool  # texts go through `index.folding.fold` first
    query_prompt: str
    passage_prompt: str


def best_onnx(files: Iterable[str]) -> str | None:
    """Return which of a model's files, as paths in its folder, to run; None when none of them is an ONNX model."""
    present = set(files)
    order = (OWN_WEIGHTS, *_WEIGHTS) if OWN_CONFIG in present else _WEIGHTS
    return next((name for name in order if name in present), None)


def onnx_file(folder: Path) -> Path | None:
    """Return the ONNX model of a folder that is to be run; None when it has none."""
    best = best_onnx(name for name in (OWN_CONFIG, *_WEIGHTS) if (folder / name).is_file())
    return folder / best if best else None


def obstacle(folder: Path) -> str:
    """Return why a folder's model is more than transformer, pooling and normalisation; "" when it is just that.

    Raises TowerError when its configuration is damaged.
    """
    if not (folder / "modules.json").is_file():
        return "it has no modules.json"
    modules = read_json(folder / "modules.json")
    kinds = [module["type"].rpartition(".")[2] for module in modules]
    if kinds not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
        return f"its modules are {', '.join(kinds)}"
    pooling = _pooling(read_json(folder / modules[1]["path"] / "config.json"))
    if pooling not in POOLING:
        return f"its pooling is {pooling}"
    return ""


def read_encoder_folder(folder: Path) -> EncoderFolder:
    """Read the configuration. Raises TowerError when the folder holds no encoder that onnxruntime could run."""
    weights = onnx_file(folder)
    reason = "it has no onnx/model.onnx" if weights is None else obstacle(folder)
    if weights is None or reason:
        raise TowerError(
            f"{folder} holds no model that can be run by onnxruntime: {reason}.",
            'Set `backend` of [[index.towers]] to "torch", or `name` to another model.',
        )
    modules = read_json(folder / "modules.json")
    body = folder / modules[0]["path"]
    own = read_json(folder / OWN_CONFIG)
    settings = _module_settings(body)
    prompts = read_json(folder / "config_sentence_transformers.json").get("prompts") or {}
    return EncoderFolder(
        weights=weights,
        tokenizer=body / "tokenizer.json",
        length=_length(body, settings),
        pooling=_pooling(read_json(folder / modules[1]["path"] / "config.json")),
        lower=bool(settings.get("do_lower_case", False)),
        fold=bool(own.get("fold", False)),
        query_prompt=prompts.get("query") or "",
        passage_prompt=passage_prompt(prompts),
    )


def _module_settings(body: Path) -> Any:
    """Content of `sentence_bert_config.json`, which is named after other architectures at times."""
    for path in sorted(body.glob("sentence_*_config.json")):
        return read_json(path)
    return {}


def _length(body: Path, settings: Any) -> int:
    """The module's own length; else the tokenizer's, within the positions that the model has."""
    if settings.get("max_seq_length"):
        return int(settings["max_seq_length"])
    lengths = [
        read_json(body / "tokenizer_config.json").get("model_max_length"),
        read_json(body / "config.json").get("max_position_embeddings"),
    ]
    return min((int(length) for length in lengths if length), default=512)


def _pooling(config: Any) -> str:
    """Name of the pooling; several, whose vectors are concatenated, are joined by "+"."""
    modes = config.get("pooling_mode")
    if modes is None:
        modes = [mode for key, mode in _OLD_POOLING.items() if config.get(key)] or ["mean"]
    joined = modes if isinstance(modes, str) else "+".join(modes)
    return joined if config.get("include_prompt", True) else f"{joined} without the prompt"
