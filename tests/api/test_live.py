"""A running server follows `current`: seldom looking, never blocking, never worse off than before."""

import threading
from pathlib import Path

import pytest

from api.live import Live
from ingest.errors import GenerationError, IndexMissingError


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def publish(data_dir: Path, name: str) -> Path:
    """Move `current` to a folder of that name."""
    folder = data_dir / "generations" / name
    folder.mkdir(parents=True)
    aside = data_dir / "aside"
    aside.symlink_to(folder)
    aside.replace(data_dir / "current")
    return folder


def opened(path: Path) -> str:
    if path.name.startswith("broken"):
        raise GenerationError(f"Generation {path.name} is damaged.")
    return path.name


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def live(tmp_path, clock):
    return Live(tmp_path, opened, check_every=1.0, clock=clock)


def test_before_the_first_index_there_is_a_clear_error_and_after_it_an_answer(tmp_path, live, clock):
    with pytest.raises(IndexMissingError):
        live.newest()
    publish(tmp_path, "000001")
    clock.now += 1.0
    assert live.newest() == "000001"


def test_a_new_generation_is_picked_up_at_the_next_look_and_not_before(tmp_path, live, clock):
    publish(tmp_path, "000001")
    assert live.newest() == "000001"
    publish(tmp_path, "000002")
    clock.now += 0.9
    assert live.newest() == "000001"
    clock.now += 0.1
    assert live.newest() == "000002"


def test_a_generation_is_opened_once(tmp_path, clock):
    seen = []
    live = Live(tmp_path, lambda path: seen.append(path.name) or path.name, check_every=1.0, clock=clock)
    publish(tmp_path, "000001")
    for _ in range(3):
        live.newest()
        clock.now += 5.0
    assert seen == ["000001"]


def test_a_broken_generation_is_logged_once_and_the_old_one_kept(tmp_path, live, clock, caplog):
    publish(tmp_path, "000001")
    live.newest()
    publish(tmp_path, "broken-2")
    for _ in range(3):
        clock.now += 1.0
        assert live.newest() == "000001"
    warnings = [record for record in caplog.records if record.levelname == "WARNING"]
    assert len(warnings) == 1
    assert "broken-2" in warnings[0].getMessage()
    publish(tmp_path, "000003")
    clock.now += 1.0
    assert live.newest() == "000003"


def test_a_broken_first_generation_is_an_error_until_a_good_one_comes(tmp_path, live, clock):
    publish(tmp_path, "broken-1")
    for _ in range(2):
        with pytest.raises(GenerationError, match="broken-1"):
            live.newest()
        clock.now += 1.0
    publish(tmp_path, "000002")
    clock.now += 1.0
    assert live.newest() == "000002"


def test_others_are_answered_from_the_old_one_while_the_new_one_is_being_opened(tmp_path, clock):
    opening, may_finish = threading.Event(), threading.Event()

    def slowly(path: Path) -> str:
        if path.name == "000002":
            opening.set()
            assert may_finish.wait(10)
        return path.name

    live = Live(tmp_path, slowly, check_every=1.0, clock=clock)
    publish(tmp_path, "000001")
    live.newest()
    publish(tmp_path, "000002")
    clock.now += 1.0
    first: list[str] = []
    reader = threading.Thread(target=lambda: first.append(live.newest()))
    reader.start()
    assert opening.wait(10)
    assert live.newest() == "000001"
    may_finish.set()
    reader.join(10)
    assert first == ["000002"]
    assert live.newest() == "000002"


def test_what_the_system_refused_once_is_tried_again(tmp_path, clock):
    refused = [OSError(24, "Too many open files"), PermissionError(13, "Permission denied")]

    def reluctant(path: Path) -> str:
        if refused:
            raise refused.pop()
        return opened(path)

    live = Live(tmp_path, reluctant, check_every=1.0, clock=clock)
    publish(tmp_path, "000001")
    with pytest.raises(GenerationError, match="Permission denied"):
        live.newest()
    with pytest.raises(GenerationError):
        live.newest()
    clock.now += 1.0
    with pytest.raises(GenerationError, match="Too many open files"):
        live.newest()
    clock.now += 1.0
    assert live.newest() == "000001"


def test_an_error_of_ours_does_not_keep_a_generation_from_being_tried_again(tmp_path, clock):
    failing = [ZeroDivisionError()]

    def faulty(path: Path) -> str:
        if failing:
            raise failing.pop()
        return opened(path)

    live = Live(tmp_path, faulty, check_every=1.0, clock=clock)
    publish(tmp_path, "000001")
    with pytest.raises(ZeroDivisionError):
        live.newest()
    assert live.newest() == "000001"
