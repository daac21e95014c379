"""A stream of carts and orders with disorder, repeats and ties, and who is left with a cart.

The judge imports nothing of the product: it sorts by time and looks.
"""

import os
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

EVENTS = int(os.environ.get("CLARION_BENCH_EVENTS") or 100_000)
EVENTS_A_USER = 10
EVENTS_A_SECOND = 100
TICK_MS = 1_000
"""Times are whole seconds, so that many of a user's are the same."""
WITHIN_MS = 10 * 60_000
DISORDER_MS = 20_000
"""An event arrives at most so long after its time, the first time and again."""
REPEATED = 0.02
BEGINS = 0.6


class Happened(NamedTuple):
    """An event. `number` is its id; one that is sent again has the same."""

    number: int
    user: int
    kind: str  # A begins a wait and ends the one before; B ends it
    time_ms: int
    arrives_ms: int


Fired = frozenset[tuple[int, int]]
"""Users, and when their waits were over: the time of the event and X."""


def stream(seed: int = 7) -> list[Happened]:
    """Return the events in the order of their arrival; times are milliseconds from 0."""
    chance = Random(seed)
    users = EVENTS // EVENTS_A_USER
    length_ms = EVENTS * 1_000 // EVENTS_A_SECOND
    found = []
    for number in range(EVENTS):
        time_ms = chance.randrange(0, length_ms, TICK_MS)
        kind = "A" if chance.random() < BEGINS else "B"
        late_ms = chance.randint(0, DISORDER_MS)
        one = Happened(number, chance.randrange(users), kind, time_ms, time_ms + late_ms)
        found.append(one)
        if chance.random() < REPEATED:
            found.append(one._replace(arrives_ms=time_ms + chance.randint(late_ms, DISORDER_MS)))
    found.sort(key=lambda one: one.arrives_ms)
    return found


def judge(events: Sequence[Happened]) -> Fired:
    """Return whose waits end with neither another A nor a B: by sorting, user by user."""
    begun: dict[int, set[int]] = defaultdict(set)
    ended: dict[int, set[int]] = defaultdict(set)
    for one in events:
        (begun if one.kind == "A" else ended)[one.user].add(one.time_ms)
    found = set()
    for user, times in begun.items():
        starts, stops = sorted(times), sorted(ended[user])
        for n, start in enumerate(starts):
            until = start + WITHIN_MS
            again = n + 1 < len(starts) and starts[n + 1] <= until
            stop = bisect_left(stops, start)
            if not again and not (stop < len(stops) and stops[stop] <= until):
                found.add((user, until))
    return frozenset(found)


def write(events: Sequence[Happened], path: Path) -> None:
    """Write the stream for whoever reads lines."""
    lines = (f"{one.user}\t{one.kind}\t{one.time_ms}\n" for one in events)
    path.write_text("".join(lines))


def read(path: Path) -> Fired:
    """Read what fired, as such lines without the kind."""
    pairs = (line.split("\t") for line in path.read_text().splitlines())
    return frozenset((int(user), int(until)) for user, until in pairs)
