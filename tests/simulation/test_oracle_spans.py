"""The judges of a live campaign's start and end can fail, and allow for what is on its way."""

from typing import Any

import pytest
from msgspec.structs import replace

from tests.simulation.history import Daemon, Entry
from tests.simulation.made import (
    HOUR,
    LAST,
    LIVE,
    MINUTE,
    NOON,
    REST,
    SECOND,
    act,
    books,
    broken,
    ended,
    posted,
    sent,
    taken,
    user,
)

SPAN = {"start_ms": NOON + HOUR, "ends_ms": NOON + 2 * HOUR}


def life(
    came_ms: int, *more: Entry, qualified: int = 0, state: str = "completed", **plan: Any
) -> set[str]:
    """One event of ann, and what the books of a campaign with a start and an end say in the end."""
    told = books(LAST, state=state, qualified=qualified, sent=qualified)
    ends = [ended("m1")] if qualified else []
    return broken(
        [
            user("ann"),
            replace(LIVE, **(SPAN | plan)),
            Daemon(NOON, 1, "started"),
            *act(NOON, 1, "publish", "Live"),
            books(NOON + HOUR + SECOND),
            posted(came_ms, "e1"),
            *more,
            REST,
            told,
            *ends,
        ]
    )


@pytest.mark.parametrize(
    ("went_ms", "wrong"), [(HOUR + 30 * MINUTE, False), (2 * HOUR, False), (3 * HOUR, True)]
)
def test_nothing_of_a_campaign_begins_after_its_end(went_ms: int, *, wrong: bool) -> None:
    went = taken(NOON + went_ms, 1, sent("m1"))
    assert ("span" in life(NOON + HOUR + MINUTE, *went, qualified=1)) is wrong


def test_a_campaign_does_not_run_on_after_its_end() -> None:
    assert "span" in life(NOON + 3 * HOUR, state="running")
    assert "span" not in life(NOON + 3 * HOUR)


def test_what_comes_before_the_start_or_after_the_end_is_no_trigger() -> None:
    went = taken(NOON + HOUR + MINUTE, 1, sent("m1"))
    early = "P10" in life(NOON + HOUR - SECOND, *went, qualified=1)
    assert early
    assert "P10" in life(NOON + 2 * HOUR + 11 * MINUTE, *went, qualified=1)
    assert not life(NOON + HOUR + 2 * SECOND, *went, qualified=1)


def test_what_comes_in_between_is_one_although_the_campaign_is_over() -> None:
    assert "P10" in life(NOON + HOUR + 2 * SECOND)
    assert "P10" not in life(NOON + HOUR + 2 * SECOND, cap_total=1)


def test_nothing_begins_before_the_start() -> None:
    went = taken(NOON + HOUR - SECOND, 1, sent("m1"))
    assert "P17" in life(NOON + HOUR + 2 * SECOND, *went, qualified=1)
