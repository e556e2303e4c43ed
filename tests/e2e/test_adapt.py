"""A rebuild that adapts the tower in between, and everything that may stand in its way."""

from __future__ import annotations

import shutil
import sys
import time

import msgspec
import pytest

from api.live import Live
from api.rebuilding import Rebuilt, rebuild
from api.serving import Serving, follow
from api.settings import Settings
from index.generation import current
from index.manifest import read_manifest
from index.settings import AdaptSettings
from tests.conftest import searching

pytestmark = [pytest.mark.models, pytest.mark.slow]

# The sample site is small, and what is wanted here is a tower that changes.
# Chance is never the reason: the sample site is too small to show a difference.
EAGER = AdaptSettings(enabled=True, min_queries=5, min_gain=-1.0, max_p=1.0, epochs=2.0, batch=64)


def adapting(settings: Settings, adapt: AdaptSettings = EAGER, **index: object) -> Settings:
    return msgspec.structs.replace(
        settings, index=msgspec.structs.replace(settings.index, adapt=adapt, **index)
    )


def rebuilt(settings: Settings) -> Rebuilt:
    return rebuild(settings, clock=time.time)


def built_with(settings: Settings) -> list[str]:
    return [leg.name for leg in read_manifest(current(settings.data_path)).towers]


def test_the_index_is_built_and_searched_with_the_adapted_tower(
    copied: Settings,
) -> None:
    settings = msgspec.structs.replace(
        adapting(copied), server=msgspec.structs.replace(copied.server, check_every=0.0)
    )
    live: Live[Serving] = follow(settings)
    before = live.newest().engine.generation.id
    done = rebuilt(settings)
    assert done.adapted
    assert done.report.adaptation == done.adapted.adaptation
    assert done.report.adaptation.outcome == "better"
    assert "adapt" in done.report.seconds
    assert built_with(settings) == ["adapted"]
    with searching(settings) as engine:
        assert engine.search("双塔召回 负采样", mode="dense").hits
    assert live.newest().engine.generation.id != before

    again = rebuilt(settings)
    assert again.adapted
    assert not again.adapted.ran
    assert not again.published

    shutil.rmtree(settings.data_path / "towers")
    rebuilt(copied)
    assert built_with(copied) == ["static"]


def test_a_corpus_too_small_to_tell_is_no_failure(copied: Settings) -> None:
    done = rebuilt(adapting(copied, AdaptSettings(enabled=True, min_queries=10_000)))
    assert done.report.adaptation
    assert done.report.adaptation.outcome == "too few queries"
    assert built_with(copied) == ["static"]


def test_without_torch_the_rebuild_goes_on_and_says_what_to_install(
    copied: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    done = rebuilt(adapting(copied))
    (remark,) = [remark for remark in done.remarks if "torch" in remark]
    assert "pip install 'shuangta[models]'" in remark
    assert "tower at hand" in remark
    assert done.report.adaptation is None
    assert built_with(copied) == ["static"]


def test_without_a_static_tower_the_rebuild_goes_on(copied: Settings) -> None:
    done = rebuilt(adapting(copied, towers=()))
    assert any("only static ones can" in remark for remark in done.remarks)
    assert built_with(copied) == []


def test_a_rebuild_does_not_adapt_unless_it_is_told_to(copied: Settings) -> None:
    done = rebuilt(copied)
    assert done.adapted is None
    assert not (copied.data_path / "towers").exists()
