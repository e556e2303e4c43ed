"""How the built-in `small` tower is made: an English sentence encoder learns Chinese, on a CPU.

1. Han text gets pieces of its own (`vocabulary`), whose rows start among English words of the same meaning (`rows`).
2. Distillation across languages (Reimers & Gurevych 2020, arXiv:2004.09813): the vector of a Chinese text is pulled
   to the vector that the English encoder, the teacher, gives to its translation; English texts stay where they are.
3. The texts of a batch are each other's negatives (InfoNCE), as are questions and passages of both languages.
"""

from index.train.bilingual.run import BilingualReport, train_bilingual
from index.train.bilingual.settings import BilingualSettings

__all__ = ["BilingualReport", "BilingualSettings", "train_bilingual"]
