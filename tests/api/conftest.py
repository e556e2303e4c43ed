"""The small corpus, stored and indexed once for all tests of the fronts."""

import shutil
from pathlib import Path

import pytest

from api.rebuilding import index_only
from api.settings import Settings
from api.shuangta import main
from tests.api.corpus import NOW, fill


@pytest.fixture(autouse=True)
def environment_without_settings(tmp_path_factory, monkeypatch):
    for name in ("SHUANGTA_DATA_DIR", "SHUANGTA_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.getbasetemp() / "no-config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path_factory.getbasetemp() / "no-data"))


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory) -> Path:
    """A data folder with a corpus and a published generation. Tests read it and leave it as it is."""
    folder = tmp_path_factory.mktemp("corpus")
    settings = Settings(data_dir=str(folder))
    fill(settings)
    index_only(settings, clock=lambda: NOW)
    return folder


@pytest.fixture
def own_data_dir(data_dir, tmp_path) -> Path:
    """The same, for a test that changes it."""
    folder = tmp_path / "data"
    shutil.copytree(data_dir, folder, symlinks=True)
    return folder


@pytest.fixture
def run(capsys):
    """Run a verb in this process: exit code, standard output, standard error."""

    def verb(*arguments):
        code = main([str(argument) for argument in arguments])
        return code, *capsys.readouterr()

    return verb
