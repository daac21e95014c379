"""The judges of what triggers, and of an audience that is asked again, can fail."""

from typing import Any

import pytest
from msgspec.structs import replace

from tests.simulation.history import Daemon, Entry, User
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


def life(*entries: Entry, qualified: int = 0, **plan: Any) -> set[str]:
    told = books(LAST, qualified=qualified, sent=qualified)
    ends = [ended(f"m{n}") for n in range(1, qualified + 1)]
    begun: list[Entry] = [
        user("ann"),
        replace(LIVE, **plan),
        Daemon(NOON, 1, "started"),
        *act(NOON, 1, "publish", "Live"),
        books(NOON + SECOND),
    ]
    return broken([*begun, *entries, REST, told, *ends])


def viewed(at_ms: int, event: str) -> Entry:
    one = posted(at_ms, event)
    return replace(one, events=(replace(one.events[0], name="Viewed"),))


def test_any_of_the_events_triggers() -> None:
    assert "P10" in life(viewed(NOON + MINUTE, "e1"), also="Viewed")
    assert not life(viewed(NOON + MINUTE, "e1"))
    went = taken(NOON + 2 * MINUTE, 1, sent("m1"))
    assert not life(viewed(NOON + MINUTE, "e1"), *went, qualified=1, also="Viewed")


def test_only_the_first_of_a_user_triggers_where_only_that_counts() -> None:
    both = (posted(NOON + MINUTE, "e1"), posted(NOON + HOUR, "e2"))
    one = taken(NOON + 2 * MINUTE, 1, sent("m1"))
    two = taken(NOON + 2 * HOUR, 2, sent("m2"))
    assert not life(*both, *one, *two, qualified=2)
    assert "P10" in life(*both, *one, *two, qualified=2, first_time=True)
    assert not life(*both, *one, qualified=1, first_time=True)
    assert "P10" in life(*both, first_time=True)


@pytest.mark.parametrize(
    ("at_ms", "group", "plan", "wrong"),
    [
        (30 * MINUTE, "b", {}, True),
        (30 * MINUTE, "b", {"recheck": False}, False),
        (2 * HOUR, "b", {}, False),
        (30 * MINUTE, "a", {}, False),
    ],
)
def test_whoever_is_of_the_group_no_more_when_a_wait_ends_gets_nothing(
    at_ms: int, group: str, plan: dict[str, Any], *, wrong: bool
) -> None:
    changed = User(NOON + at_ms, "ann", "", group)
    went = taken(NOON + 3 * HOUR, 1, replace(sent("m1"), event="e1"))
    waits = {"group": "a", "delay_minutes": 60} | plan
    came = posted(NOON + MINUTE, "e1")
    assert ("recheck" in life(came, changed, *went, qualified=1, **waits)) is wrong


def test_of_two_changes_that_were_told_at_once_either_may_be_the_last() -> None:
    both = (User(NOON + 30 * MINUTE, "ann", "", group) for group in "ab")
    went = taken(NOON + 3 * HOUR, 1, replace(sent("m1"), event="e1"))
    waits: dict[str, Any] = {"group": "a", "delay_minutes": 60}
    came = posted(NOON + MINUTE, "e1")
    assert "recheck" not in life(came, *both, *went, qualified=1, **waits)


def test_who_is_asked_once_loses_nobody_who_changed() -> None:
    lost = replace(books(LAST, qualified=1), skipped={"filter_no_longer_matches": 1})
    waits: dict[str, Any] = {"group": "a", "delay_minutes": 60}
    assert "recheck" in life(lost, recheck=False, **waits)
    assert "recheck" not in life(lost, **waits)
