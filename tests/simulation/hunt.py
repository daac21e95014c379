"""The hunt for planted bugs: lives a bug's lives one after another until the judge objects.

What it finds is made shorter and kept in `planted_lives.json`, for the tests to live again.
`python -m tests.simulation.hunt` tries all bugs afresh; `--write` keeps what it found.
"""

import argparse
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from types import FrameType

import msgspec
from msgspec import Struct

from tests.simulation.history import Entry
from tests.simulation.invent import HOUR, MINUTE, OUTAGES, SECOND, invent
from tests.simulation.life import judged, live
from tests.simulation.plan import (
    Crash,
    FaultName,
    Plan,
    PlannedAct,
    PlannedCampaign,
    PlannedEvent,
    PlannedFault,
)
from tests.simulation.planted import Bug, bugs, planted
from tests.simulation.shrink import shrink

FILE = Path(__file__).with_name("planted_lives.json")
SEEDS_MAX = 300
ENTRIES_MAX = 30_000
LIFE_SECONDS_MAX = 20
"""A life with a bug may go round in circles; it is given up then."""
SHRINK_TRIES_MAX = 80


POINTS = ("claim.committed", "answer.received", "settle.committed")
"""Places in the product at which a crash shows most."""
DOUBTS: tuple[FaultName, ...] = (
    "reset_in_answer",
    "reset_in_answer",
    "hang",
    "server_error",
    "garbage",
    "too_large",
)


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
    """Tell whether a life breaks the bug's promise with the bug; not if it breaks the world."""
    try:
        with planted(bug):
            return bug.breaks in found(plan)
    except (Endless, Exception):  # noqa: BLE001 - a bug may do anything
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
    """Give the lives of a seed: in rough weather, as it is, and with a wall clock that jumps."""
    yield rough(seed)
    yield invent(seed)
    jumps = invent(seed, jumps=True)
    if jumps.jumps:
        yield jumps


def rough(seed: int) -> Plan:
    """Return a life in which what is rare comes together: doubt, an outage, nights, crashes."""
    plan, r = invent(seed), Random(f"rough {seed}")
    lively = [act.at for act in plan.acts if act.deed == "launch"]
    lively += [one.starts for one in plan.campaigns if one.starts]
    lively += [max(event.at - 10 * SECOND, 0) for event in plan.events[:3]]
    at = r.choice([*lively, 0])
    seconds = r.choice(OUTAGES)
    doubts_at, count = r.choice((0, at)), r.choice((1, 2, 5))  # they wait for a request
    faults = [
        PlannedFault(doubts_at, r.choice(DOUBTS), {"count": count})
        for _ in range(r.randrange(1, 3))
    ]
    if r.random() < 0.6:
        down = at + r.randrange(10 * SECOND, 50 * SECOND)
        faults += _outages(r, down, int(seconds) * SECOND)
    return msgspec.structs.replace(
        plan,
        rate=r.choice((2, 10, 100)),
        span=max(plan.span, at + int(seconds) * SECOND + 2 * HOUR),
        oversleeps=max(plan.oversleeps, 10 * MINUTE),
        campaigns=tuple(_rougher(one, r) for one in plan.campaigns),
        acts=(*plan.acts, *_second_thoughts(plan.acts, r)),
        events=tuple(_bursting(plan.events, r)),
        faults=(*plan.faults, *faults),
        crashes=(*plan.crashes, *_crashes(r)),
    )


def _second_thoughts(acts: Sequence[PlannedAct], r: Random) -> Iterator[PlannedAct]:
    """Give pauses and stops soon after the campaigns began to send."""
    for act in acts:
        if act.deed == "launch" and r.random() < 0.5:
            at = act.at + r.randrange(5 * SECOND, 40 * SECOND)
            yield PlannedAct(at, r.choice(("pause", "pause", "stop")), act.campaign)
            yield PlannedAct(at + r.randrange(HOUR), "resume", act.campaign)


def _outages(r: Random, begins: int, lasts: int) -> Iterator[PlannedFault]:
    """Give an outage; perhaps doubt and another one, just when the first is over."""
    yield PlannedFault(begins, "down", {"seconds": lasts / SECOND})
    if r.random() < 0.5:
        yield PlannedFault(begins + lasts // 2, "server_error", {"count": r.randrange(1, 5)})
        again = begins + lasts + r.randrange(2 * MINUTE)
        yield PlannedFault(again, "down", {"seconds": 1_800.0})


def _bursting(events: Sequence[PlannedEvent], r: Random) -> Iterator[PlannedEvent]:
    """Give the events, some of them at nearly the same time."""
    burst, spread = r.choice([event.at for event in events] or [0]), r.choice((50, 500, 5_000))
    for event in events:
        at = burst + r.randrange(spread) if r.random() < 0.3 else event.at
        yield msgspec.structs.replace(event, at=at)


def _crashes(r: Random) -> Iterator[Crash]:
    """Give crashes at the moments that show most."""
    for _ in range(r.randrange(4)):
        down = r.choice((0, SECOND, MINUTE))
        if r.random() < 0.5:
            yield Crash(point=r.choice(POINTS), nth=r.randrange(1, 6), down=down)
        else:
            yield Crash(commit=r.randrange(10, 150), down=down)


def _rougher(one: PlannedCampaign, r: Random) -> PlannedCampaign:
    begins, hours = r.randrange(24), r.randrange(4, 14)
    night = (f"{begins:02}:00", f"{(begins + hours) % 24:02}:00")
    return msgspec.structs.replace(
        one,
        dnd=night if r.random() < 0.4 else None,
        expires_minutes=r.choice((None, 5, 4_320)),
        on_ambiguous=r.choice(("retry", "hold")),
    )


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
