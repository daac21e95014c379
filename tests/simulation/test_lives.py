"""The slice of the simulation that runs in `make test`: fixed seeds, schedules and crash images."""

import pytest

from tests.simulation import bulk, history, season
from tests.simulation.history import Violation
from tests.simulation.invent import invent
from tests.simulation.life import judged, live

SCHEDULES = range(1, 31)
IMAGES = [("image", seed, n) for seed in (3, 9, 14) for n in (0, 40, 77)]


@pytest.mark.parametrize("seed", SCHEDULES)
def test_every_promise_holds_in_a_life_with_faults_and_crashes(seed: int) -> None:
    plan = season.life(seed)
    assert judged(plan, live(plan)) == []


@pytest.mark.parametrize("task", IMAGES)
def test_every_promise_holds_when_a_daemon_finds_the_files_of_a_crash(task: bulk.Task) -> None:
    assert bulk.do(task).broken == []


@pytest.mark.parametrize("seed", [2, 21])
def test_a_seed_replays_a_life_byte_for_byte(seed: int) -> None:
    plan = season.life(seed)
    assert history.dump(live(plan).history) == history.dump(live(plan).history)


def test_two_seeds_are_two_lives() -> None:
    """Otherwise a replay would prove nothing."""
    assert history.dump(live(invent(2)).history) != history.dump(live(invent(20)).history)


def test_a_daemon_that_ends_by_itself_breaks_a_promise(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise ValueError("planted")

    monkeypatch.setattr("store.announcements.open_ones", fail)
    plan = invent(2)
    found: list[Violation] = judged(plan, live(plan))
    assert any(one.promise == "engine" and "planted" in one.what for one in found)
