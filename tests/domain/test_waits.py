import pytest

from domain.waits import Cause, Wait, tell


def at(ms: int) -> str:
    return f"at {ms}"


def test_many_are_told_with_the_first_and_the_last_moment() -> None:
    wait = Wait(Cause.QUIET, 1_200, 900, 1_100)
    said = (
        "1,200 wait until their users' do-not-disturb is over, the first at 900, the last at 1100"
    )
    assert tell(wait, at) == said


@pytest.mark.parametrize("last_ms", [None, 900])
def test_where_there_is_one_moment_it_is_told_once(last_ms: int | None) -> None:
    assert (
        tell(Wait(Cause.GATE, 2, 900, last_ms), at) == "2 wait because Segment asked for it, at 900"
    )


def test_what_waits_for_its_turn_is_told_with_how_long_all_of_it_takes() -> None:
    wait = Wait(Cause.THROTTLE, 100, takes_ms=6_120_000)
    assert tell(wait, at) == (
        "100 wait for their turn in the throttle; at this rate it takes 1 h 42 min"
    )


@pytest.mark.parametrize("cause", list(Cause))
def test_every_cause_has_words_for_one_and_for_many(cause: Cause) -> None:
    assert tell(Wait(cause, 2), at).startswith("2 wait ")
    one = tell(Wait(cause, 1), at)
    assert one.startswith("1 waits ")
    assert " they " not in one
    assert " their " not in one
