"""What the tests of training share."""

from pathlib import Path

import pytest

from tests.index.train.world import write_world


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of pairs."""
    return write_world(tmp_path_factory.mktemp("pairs"))
