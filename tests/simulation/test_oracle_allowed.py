"""The judge of waiting, dropping and not asking can fail, and lets pass what may be right."""

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
    SECOND,
    act,
    books,
    broken,
    posted,
    sent,
    taken,
    user,
)

ONE_AN_HOUR: dict[str, Any] = {"frequency": ((1, 60, ""),)}
OTHER = replace(LIVE, name="Other", event="Viewed")


def life(*entries: Entry, lost: int = 0, **plan: Any) -> list[Entry]:
    """A live campaign that lost so many of two events of ann to the limits."""
    told = replace(books(LAST, qualified=2, sent=2 - lost), skipped={"frequency_limit": lost})
    return [
        user("ann"),
        replace(LIVE, **plan),
        OTHER,
        Daemon(NOON, 1, "started"),
        *act(NOON, 1, "publish", "Live"),
        *act(NOON, 2, "publish", "Other"),
        posted(NOON + SECOND, "e1"),
        posted(NOON + 2 * SECOND, "e2"),
        *entries,
        told if lost else books(LAST, qualified=2, sent=2),
    ]


def test_whoever_ignores_the_limits_loses_nothing_to_them() -> None:
    assert "allowed" in broken(life(lost=1, ignores_limits=True), **ONE_AN_HOUR)
    assert "allowed" not in broken(life(ignores_limits=True), **ONE_AN_HOUR)


def test_what_is_to_wait_is_not_dropped_while_it_may_go_before_it_expires() -> None:
    assert "allowed" in broken(life(lost=1, queues=True), **ONE_AN_HOUR)
    assert "allowed" not in broken(life(lost=1), **ONE_AN_HOUR)
    two_days: dict[str, Any] = {"frequency": ((1, 48 * 60, ""),)}
    assert "allowed" not in broken(life(lost=1, queues=True), **two_days)
    paused = act(NOON + MINUTE, 3, "pause", "Live")
    assert "allowed" not in broken(life(*paused, lost=1, queues=True), **ONE_AN_HOUR)


@pytest.mark.parametrize(
    ("late_ms", "plan", "wrong"),
    [
        (9 * MINUTE, {}, False),
        (HOUR, {}, True),
        (HOUR, {"queues": True}, False),
        (HOUR, {"delay_minutes": 60}, False),
        (HOUR, {"most_per_5_minutes": 1}, False),
    ],
)
def test_what_is_to_be_dropped_goes_at_once_or_never(
    late_ms: int, plan: dict[str, Any], *, wrong: bool
) -> None:
    message = replace(sent("m1"), event="e1")
    history = life(*taken(NOON + SECOND + late_ms, 1, message), **plan)
    assert ("allowed" in broken(history, **ONE_AN_HOUR)) is wrong


def test_only_what_counts_keeps_others_out() -> None:
    assert "allowed" not in broken(life(lost=1), **ONE_AN_HOUR)
    assert "allowed" in broken(life(lost=1, counts=False), **ONE_AN_HOUR)
    viewed = posted(NOON, "e3")
    other = replace(viewed, events=(replace(viewed.events[0], name="Viewed"),))
    history = life(lost=1, counts=False)
    history.insert(8, other)
    assert "allowed" not in broken(history, **ONE_AN_HOUR)


def test_without_limits_nobody_asks_for_them() -> None:
    assert "allowed" not in broken(life(lost=1, queues=True))
