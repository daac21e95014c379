"""The hunt for planted bugs: lives a bug's lives one after another until the judge objects.

What it finds is made shorter and kept in `planted_lives.json`, for the tests to live again.
`python -m tests.simulation.hunt` tries all bugs afresh; `--write` keeps what it found.
"""

import argparse
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from types import FrameType

import msgspec
from msgspec import Struct

from tests.simulation.history import Entry
from tests.simulation.invent import HOUR, MINUTE, OUTAGES, SECOND, invent
from tests.simulation.life import judged, live
from tests.simulation.plan import Plan, PlannedCampaign, PlannedFault
from tests.simulation.planted import Bug, bugs, planted
from tests.simulation.shrink import shrink

FILE = Path(__file__).with_name("planted_lives.json")
SEEDS_MAX = 300
ENTRIES_MAX = 30_000
LIFE_SECONDS_MAX = 20
"""A life with a bug may go round in circles; it is given up then."""
SHRINK_TRIES_MAX = 80


class Endless(BaseException):
    """A life goes round in circles."""


class Caught(Struct, frozen=True):
    """The life that shows a bug: found under a seed, then made shorter."""

    seed: int
    plan: Plan


def found(plan: Plan) -> set[str]:
    """Return which promises do not hold in a life."""
    entries = 0

    def count(_: Entry) -> None:
        nonlocal entries
        entries += 1
        if entries > ENTRIES_MAX:
            raise Endless

    with _alarm():
        return {violation.promise for violation in judged(plan, live(plan, count))}


def shows(bug: Bug, plan: Plan) -> bool:
    """Tell whether a life breaks the bug's promise with the bug."""
    try:
        with planted(bug):
            return bug.breaks in found(plan)
    except Endless:
        return False


def hunt(bug: Bug, seeds: range) -> Caught | None:
    """Return the first life that shows a bug and is good without it, as short as it will go."""
    for seed in seeds:
        for plan in _lives(seed):
            if shows(bug, plan):
                small = shrink(plan, lambda p: shows(bug, p), tries_max=SHRINK_TRIES_MAX)
                for life in (small, plan):
                    if not found(life):
                        return Caught(seed, life)
    return None


def caught() -> dict[str, Caught]:
    """Return the lives that are kept, by the name of the bug."""
    return msgspec.json.decode(FILE.read_bytes(), type=dict[str, Caught])


def keep(lives: dict[str, Caught]) -> None:
    """Write them down."""
    parts = [
        f"{msgspec.json.encode(name).decode()}: {msgspec.json.encode(lives[name]).decode()}"
        for name in sorted(lives)
    ]
    FILE.write_text("{\n" + ",\n".join(parts) + "\n}\n")


def _lives(seed: int) -> Iterator[Plan]:
    """Give the lives of a seed: as it is, in rough weather, and with a wall clock that jumps."""
    yield invent(seed)
    yield rough(seed)
    jumps = invent(seed, jumps=True)
    if jumps.jumps:
        yield jumps


def rough(seed: int) -> Plan:
    """Return a life in which what is rare comes together: nights, doubts, and a long outage."""
    plan, r = invent(seed), Random(f"rough {seed}")
    at = r.randrange(plan.span)
    seconds = r.choice(OUTAGES)
    doubt = {"count": r.choice((1, 3, 5))}
    faults = (
        PlannedFault(max(at - 60 * SECOND, 0), "reset_in_answer", doubt),
        PlannedFault(at, "down", {"seconds": seconds}),
    )
    return msgspec.structs.replace(
        plan,
        span=max(plan.span, at + int(seconds) * SECOND + HOUR),
        oversleeps=max(plan.oversleeps, 10 * MINUTE),
        campaigns=tuple(_with_night(one, r) for one in plan.campaigns),
        faults=(*plan.faults, *faults),
    )


def _with_night(one: PlannedCampaign, r: Random) -> PlannedCampaign:
    begins, hours = r.randrange(24), r.randrange(4, 14)
    night = (f"{begins:02}:00", f"{(begins + hours) % 24:02}:00")
    return msgspec.structs.replace(one, dnd=night if r.random() < 0.7 else None)


@contextmanager
def _alarm() -> Iterator[None]:
    def ring(_number: int, _frame: FrameType | None) -> None:
        raise Endless

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(LIFE_SECONDS_MAX)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def main() -> int:
    """Hunt; return 1 if a bug was not caught."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bugs", nargs="*", help="their names; all without any")
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--seeds", type=int, default=SEEDS_MAX, help="how many seeds to try")
    parser.add_argument("--write", action="store_true", help="keep the lives that were found")
    asked = parser.parse_args()
    chosen = [bug for bug in bugs() if not asked.bugs or bug.name in asked.bugs]
    missed = 0
    for bug in chosen:
        began = time.monotonic()
        life = hunt(bug, range(asked.seed, asked.seed + asked.seeds))
        took = time.monotonic() - began
        told = "NOT CAUGHT" if life is None else f"{bug.breaks}, seed {life.seed}"
        sys.stdout.write(f"{bug.name}: {told} ({took:.0f} s)\n")
        sys.stdout.flush()
        missed += life is None
        if life is not None and asked.write:
            keep(({} if not FILE.exists() else caught()) | {bug.name: life})
    sys.stdout.write(f"{len(chosen) - missed} of {len(chosen)} caught.\n")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
