from itertools import pairwise

import pytest

from sandbox.segment.faults import (
    FAULTS_QUEUED_MAX,
    FaultRefusedError,
    Faults,
    Hang,
    Refuse,
    TooLarge,
    Unauthorized,
)
from tests.sandbox.segment.conftest import SetClock


@pytest.fixture
def faults(clock: SetClock) -> Faults:
    return Faults(seed=7, now=clock)


def test_a_fault_is_met_as_often_as_was_asked_and_then_all_is_well(faults: Faults) -> None:
    faults.next("too_large", count=2)
    faults.next("hang", seconds=3)
    taken = [faults.take() for _ in range(4)]
    assert taken == [TooLarge(count=2), TooLarge(count=2), Hang(seconds=3), None]


def test_a_fault_without_an_end_lasts_until_it_is_cleared(faults: Faults) -> None:
    faults.next("unauthorized")
    assert [faults.take(), faults.take()] == [Unauthorized(), Unauthorized()]
    faults.clear()
    assert faults.take() is None


def test_down_ends_by_itself(faults: Faults, clock: SetClock) -> None:
    faults.next("down", seconds=10)
    clock.seconds += 9.9
    assert faults.take() == Refuse()
    clock.seconds += 0.2
    assert faults.take() is None


def flaps(clock: SetClock, seed: int) -> list[bool]:
    faults = Faults(seed=seed, now=clock)
    begin = clock.seconds
    faults.next("flapping", seconds=60, turn_seconds=4)
    seen = []
    for tenth in range(700):
        clock.seconds = begin + tenth / 10
        seen.append(faults.is_down())
    clock.seconds = begin
    return seen


def test_flapping_goes_down_and_up_and_ends_up(clock: SetClock) -> None:
    seen = flaps(clock, seed=1)
    turns = sum(1 for before, after in pairwise(seen) if before != after)
    assert seen[0]
    assert turns >= 15
    assert not any(seen[600:])


def test_flapping_is_the_same_under_the_same_seed(clock: SetClock) -> None:
    assert flaps(clock, seed=1) == flaps(clock, seed=1) != flaps(clock, seed=2)


def test_forgetting_is_used_up_by_duplicates_only(faults: Faults) -> None:
    faults.next("dedupe_forgets", count=1)
    assert faults.take() is None
    assert [faults.forgets_duplicate(), faults.forgets_duplicate()] == [True, False]


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("meteor", {}),
        ("hang", {"count": 0}),
        ("hang", {"colour": "red"}),
        ("down", {}),
        ("server_error", {"status": 200}),
        ("throttle", {"style": "loud"}),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(
    faults: Faults, kind: str, settings: dict[str, object]
) -> None:
    with pytest.raises(FaultRefusedError, match=f"'{kind}' cannot be set"):
        faults.next(kind, **settings)


def test_only_so_many_faults_can_wait(faults: Faults) -> None:
    for _ in range(FAULTS_QUEUED_MAX):
        faults.next("refuse")
    with pytest.raises(FaultRefusedError, match="wait already"):
        faults.next("refuse")


def test_the_state_tells_what_is_left_of_each(faults: Faults) -> None:
    faults.next("down", seconds=5)
    faults.next("flapping", seconds=9)
    faults.next("redirect", count=3)
    faults.next("source_disabled")
    faults.next("dedupe_forgets", count=2)
    assert faults.state() == [
        {"kind": "down", "seconds_left": 5.0},
        {"kind": "flapping", "seconds_left": 9.0},
        {"kind": "redirect", "times_left": 3},
        {"kind": "source_disabled"},
        {"kind": "dedupe_forgets", "times_left": 2},
    ]
