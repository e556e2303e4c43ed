"""A cross-encoder that is tiny and knows nothing, made in a folder: real code, random weights."""

from __future__ import annotations

from pathlib import Path


def tiny_cross_encoder(folder: Path) -> None:
    """Write one that sentence-transformers can load; needs the `models` extra."""
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast, set_seed

    set_seed(1)
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"双塔召回精排向量检索"]
    (folder / "vocab.txt").write_text("\n".join(dict.fromkeys(words)), "utf-8")
    BertTokenizerFast(str(folder / "vocab.txt"), model_max_length=128).save_pretrained(folder)
    shape = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    BertForSequenceClassification(BertConfig(vocab_size=64, num_labels=1, **shape)).save_pretrained(folder)
