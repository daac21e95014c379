"""When a request begins, and which moment breaks a promise."""

import pytest
from msgspec.structs import replace

from tests.simulation.history import Daemon, Entry, Outage, Planned, Response, User, WallClock
from tests.simulation.made import (
    DAY,
    HOUR,
    LIVE,
    NOON,
    A,
    act,
    blast,
    broken,
    posted,
    request,
    taken,
    to,
)


def at_night(at_ms: int, zone: str, start: str, end: str) -> list[Entry]:
    plan = replace(LIVE, dnd=(start, end))
    message = replace(A, expires_ms=at_ms + DAY)
    known = User(at_ms - DAY, "ann", zone, "a")
    return [known, plan, posted(at_ms - HOUR, "e1"), *taken(at_ms, 1, message)]


SPRING = 1_774_746_000_000  # 2026-03-29T01:00Z: Oslo's wall jumps from 02:00 to 03:00
AUTUMN = 1_792_890_000_000  # 2026-10-25T01:00Z: Oslo's wall goes from 03:00 back to 02:00
DND = {
    "inside": ({"P7"}, at_night(NOON, "Asia/Kolkata", "17:30", "18:00")),
    "at its end": (set[str](), at_night(NOON, "Asia/Kolkata", "17:00", "17:30")),
    "before its beginning": (set[str](), at_night(NOON - 1, "Asia/Kolkata", "17:30", "18:00")),
    "inside, past midnight": ({"P7"}, at_night(NOON + 13 * HOUR, "", "22:00", "08:00")),
    "outside of one over midnight": (set[str](), at_night(NOON, "", "22:00", "08:00")),
    "an unknown zone is the account's": ({"P7"}, at_night(NOON, "Mars/Base", "11:00", "13:00")),
    "an hour that spring leaves out": (
        set[str](),
        at_night(SPRING, "Europe/Oslo", "02:00", "03:00"),
    ),
    "the hour that autumn repeats, the first time": (
        {"P7"},
        at_night(AUTUMN - HOUR, "Europe/Oslo", "02:00", "02:30"),
    ),
    "the hour that autumn repeats, once more": (
        {"P7"},
        at_night(AUTUMN, "Europe/Oslo", "02:00", "02:30"),
    ),
}


def too_soon(offset_ms: int) -> list[Entry]:
    begun = blast(start_ms=NOON + HOUR)
    return [*begun, WallClock(NOON, offset_ms), *taken(NOON + HOUR - 1_500, 1, to("ann", "m1"))]


TIMES = {
    "an early run": (
        {"P17"},
        [*blast(start_ms=NOON + HOUR), *taken(NOON + HOUR - 1, 1, to("ann", "m1"))],
    ),
    "a run that is early by what the clock was wrong": (set[str](), too_soon(1_500)),
    "disturbed by a jump": (
        {"P17"},
        [WallClock(NOON, HOUR), *at_night(NOON, "", "11:00", "13:00")],
    ),
    "a full second, and the next": (
        set[str](),
        [
            *blast(),
            *taken(NOON, 1, to("ann", "1"), to("bob", "2")),
            *taken(NOON + 1_000, 2, to("cyd", "3")),
        ],
    ),
    "more than the rate in a second": (
        {"P18"},
        [
            *blast(),
            *taken(NOON, 1, to("ann", "1"), to("bob", "2")),
            *taken(NOON + 999, 2, to("cyd", "3")),
        ],
    ),
}


def outage(requests: int) -> list[Entry]:
    every = 12 * HOUR // requests
    probes: list[Entry] = []
    for n in range(requests):
        probes += [request(NOON + n * every, n, to("ann", "m1")), Response(NOON + n * every, n, 0)]
    return [*blast(), Outage(NOON, up=False), *probes, Outage(NOON + 12 * HOUR, up=True)]


OUTAGES = {
    "1,450 requests in 12 hours": (set[str](), outage(1_450)),
    "1,501 requests in 12 hours": ({"P19"}, outage(1_501)),
}
CASES = DND | TIMES | OUTAGES


@pytest.mark.parametrize("case", CASES)
def test_a_request_begins_neither_too_soon_nor_too_late_nor_too_often(case: str) -> None:
    expected, entries = CASES[case]
    assert broken(entries, rate=2 if "second" in case else 0) == expected


def test_what_came_in_a_night_that_discards_is_not_sent_in_the_morning() -> None:
    begun = Daemon(NOON - 2 * DAY, 1, "started")
    for mode, hours, wrong in (("discard", 5, True), ("delay", 5, False), ("discard", 1, False)):
        history = at_night(NOON + hours * HOUR, "", "12:30", "16:30")
        modes = [replace(e, dnd_mode=mode) if isinstance(e, Planned) else e for e in history]
        assert ("discard" in broken([begun, *modes])) is wrong, (mode, hours)
        resumed = act(NOON + 5 * HOUR, 9, "resume", "Live")  # after it had paused itself
        assert "discard" not in broken([begun, *modes, *resumed]), (mode, hours)
