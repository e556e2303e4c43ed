"""How the built-in towers are made: pairs of texts in, a folder that `index.static_tower` runs out.

`train` is the whole of it. It needs the `models` extra; using what it made does not.
"""

from index.train.settings import TrainSettings
from index.train.trainer import TrainReport, fit, train

__all__ = ["TrainReport", "TrainSettings", "fit", "train"]
