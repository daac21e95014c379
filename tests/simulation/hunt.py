"""The hunt for planted bugs: lives a bug's lives one after another until the judge objects.

What it finds is made shorter and kept in `planted_lives.json`, for the tests to live again.
`python -m tests.simulation.hunt` tries all bugs afresh; `--write` keeps what it found.
"""

import argparse
import multiprocessing
import sys
import time
from pathlib import Path

import msgspec
from msgspec import Struct

from tests.simulation import weather
from tests.simulation.life import judged, live
from tests.simulation.plan import Plan
from tests.simulation.planted import Bug, bugs, planted
from tests.simulation.shrink import shrink

FILE = Path(__file__).with_name("planted_lives.json")
FORK = multiprocessing.get_context("fork")
"""A child has the bug that was planted in its parent."""
SEEDS_MAX = 300
LIFE_SECONDS_MAX = 12.0
"""A life with a bug may go round in circles; it is given up then."""
SHRINK_TRIES_MAX = 80


class Caught(Struct, frozen=True):
    """The life that shows a bug: found under a seed, then made shorter."""

    seed: int
    plan: Plan


def found(plan: Plan) -> set[str]:
    """Return which promises do not hold in a life."""
    return {violation.promise for violation in judged(plan, live(plan))}


def found_apart(plan: Plan) -> set[str] | None:
    """Return the same, from a process of its own: a bug may do anything. None: it did."""
    ours, theirs = FORK.Pipe(duplex=False)
    process = FORK.Process(target=lambda: theirs.send(found(plan)), daemon=True)
    process.start()
    theirs.close()
    try:
        return set(ours.recv()) if ours.poll(LIFE_SECONDS_MAX) else None
    except EOFError:
        return None
    finally:
        process.kill()
        process.join()


def shows(bug: Bug, plan: Plan) -> bool:
    """Tell whether a life breaks the bug's promise with the bug, in a time that tests have."""
    with planted(bug):
        return bug.breaks in (found_apart(plan) or ())


def hunt(bug: Bug, seeds: range) -> Caught | None:
    """Return the first life that shows a bug and is good without it, as short as it will go."""
    for seed in seeds:
        for plan in weather.lives(seed):
            if shows(bug, plan):
                for life in (_shortened(bug, plan), plan):
                    if found_apart(life) == set():
                        return Caught(seed, life)
    return None


def _shortened(bug: Bug, plan: Plan) -> Plan:
    """Return a smaller plan that still shows the bug; it sleeps as before, which saves time."""

    def fails(smaller: Plan) -> bool:
        return smaller.oversleeps == plan.oversleeps and shows(bug, smaller)

    return shrink(plan, fails, tries_max=SHRINK_TRIES_MAX)


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
