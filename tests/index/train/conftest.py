"""What the tests of training share."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.index.train.world import EN, ZH, write_world


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of pairs."""
    return write_world(tmp_path_factory.mktemp("pairs"))


def _write_bert(folder: Path, kind: str, more: Sequence[str] = (), spread: float = 0.02) -> None:
    """A BERT of two layers and 32 dimensions with random weights, whose words are those of the world and `more`."""
    import torch
    import transformers

    vocabulary = folder / "vocabulary.txt"
    folder.mkdir()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    characters = sorted({character for word in ZH for character in word})
    vocabulary.write_text("\n".join([*special, *characters, *EN, *more]), "utf-8")
    words = vocabulary.read_text("utf-8").splitlines()
    tokenizer = transformers.BertTokenizerFast(vocab={word: number for number, word in enumerate(words)})
    config = transformers.BertConfig(
        vocab_size=len(words),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
        num_labels=1,
        initializer_range=spread,
    )
    torch.manual_seed(3)
    getattr(transformers, kind)(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    vocabulary.unlink()


def _sentence_bert(root: Path, more: Sequence[str] = (), spread: float = 0.02) -> Path:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

    _write_bert(root / "plain", "BertModel", more, spread)
    body = Transformer(str(root / "plain"))
    pooling = Pooling(body.get_embedding_dimension())
    SentenceTransformer(modules=[body, pooling]).save_pretrained(str(root / "bert"), create_model_card=False)
    return root / "bert"


@pytest.fixture(scope="session")
def tiny_bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of sentence-transformers with a tiny BERT and mean pooling."""
    return _sentence_bert(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="session")
def tiny_cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a tiny BERT that gives one score to a pair."""
    folder = tmp_path_factory.mktemp("tiny") / "cross"
    _write_bert(folder, "BertForSequenceClassification")
    return folder


@pytest.fixture(scope="session")
def english_bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Such a model that knows words of everyday life as well, and tells texts apart better than chance weights do."""
    return _sentence_bert(tmp_path_factory.mktemp("english"), ["king", "apple"], spread=0.5)
