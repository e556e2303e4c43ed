"""Settings that contradict each other are refused before anything is read."""

import msgspec
import pytest

from index.train import TrainSettings
from index.train.settings import NegativeSettings, TeacherSettings, checked
from ingest.errors import SettingsError

PLAIN = TrainSettings(pairs=(), out="")
BI, CROSS = TeacherSettings(name="static"), TeacherSettings(name="x", kind="cross")


def test_the_defaults_are_fine() -> None:
    assert checked(PLAIN) is PLAIN


@pytest.mark.parametrize(
    ("changes", "about"),
    [
        ({"batch": 1}, "`batch`"),
        ({"temperature": 0.0}, "`temperature`"),
        ({"teacher": TeacherSettings(name="static", share=0.0)}, "`teacher.share`"),
        ({"source_weights": {"a": -1.0}}, "`source_weights`"),
        ({"objective": "kl", "negatives": NegativeSettings(random=1)}, "needs a teacher"),
        ({"objective": "margin_mse", "teacher": BI}, "needs negatives"),
        ({"objective": "bpr", "negatives": NegativeSettings(queue=10)}, "`negatives.queue`"),
        ({"negatives": NegativeSettings(guided=True)}, "bi-encoder"),
        ({"teacher": TeacherSettings(name="x", kind="cross", weight=1.0)}, "bi-encoder"),
        ({"teacher": CROSS}, "cross-encoder"),
        ({"teacher": BI}, "nothing to do"),
        ({"objective": "simcse", "negatives": NegativeSettings(bm25=1)}, "no queries"),
        ({"objective": "simcse", "dropout": 0.0}, "`dropout`"),
        ({"towers": "router", "base": "m"}, "router"),
        ({"start": "static", "base": "m"}, "`start` or `base`"),
    ],
)
def test_what_could_do_nothing_is_refused(changes: dict[str, object], about: str) -> None:
    with pytest.raises(SettingsError, match=about):
        checked(msgspec.structs.replace(PLAIN, **changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"objective": "kl", "teacher": CROSS, "negatives": NegativeSettings(random=1)},
        {"objective": "info_nce", "teacher": BI, "negatives": NegativeSettings(guided=True, queue=100)},
        {"objective": "simcse", "dropout": 0.0, "base": "m"},
    ],
)
def test_what_makes_sense_is_not(changes: dict[str, object]) -> None:
    assert checked(msgspec.structs.replace(PLAIN, **changes))


@pytest.mark.parametrize(
    "given",
    [
        {"dim": 0},
        {"threads": 0},
        {"steps": -1},
        {"warmup": 2.0},
        {"dropout": -1.0},
        {"negatives": {"random": -1}},
        {"negatives": {"depth": 0}},
        {"teacher": {"batch": 0}},
    ],
)
def test_numbers_that_no_run_can_have_are_refused_as_they_are_read(given: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError, match="Expected"):
        msgspec.convert({"pairs": [], "out": "", **given}, TrainSettings)
