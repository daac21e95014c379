"""The hunt for planted bugs: lives a bug's lives one after another until the judge objects.

What it finds is made shorter and kept in `planted_lives.json`, for the tests to live again; some
lives of each bug, since a change of what the engine does, and when, makes another life of a plan.
`python -m tests.simulation.hunt` tries all bugs afresh; `--write` keeps what it found.
"""

import argparse
import multiprocessing
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

import msgspec
from msgspec import Struct

from tests.simulation import season
from tests.simulation.life import judged, live
from tests.simulation.plan import Plan
from tests.simulation.planted import Bug, bugs, planted
from tests.simulation.shrink import shrink

FILE = Path(__file__).with_name("planted_lives.json")
FORK = multiprocessing.get_context("fork")
"""A child has the bug that was planted in its parent."""
PAGE = Path(__file__).parents[2] / "docs/reference/planted-bugs.md"
HEAD = "| bug | what it does | breaks | seeds |\n|---|---|---|---|\n"
SEEDS_MAX = 300
LIFE_SECONDS_MAX = 12.0
"""A life with a bug may go round in circles; it is given up then."""
SHRINK_TRIES_MAX = 80
SHRINK_SECONDS_MAX = 45.0
LIVES_OF_BUG = 2
ENGINE = "engine"
"""What the judge calls a life whose engine fell over: then a bug has broken more than its promise,
and shows nothing of whether the judge knows the promise."""
POISON = "P21"
"""That one bad row does not fell the engine: of its bugs just that is what is seen."""


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


def is_shown(bug: Bug, broken: set[str]) -> bool:
    """Tell whether what a life with the bug broke is the bug's promise, with the engine whole."""
    return bug.breaks in broken and (ENGINE not in broken or bug.breaks == POISON)


def shows(bug: Bug, plan: Plan) -> bool:
    """Tell whether a life shows the bug, in a time that tests have."""
    with planted(bug):
        return is_shown(bug, found_apart(plan) or set())


def hunt(bug: Bug, seeds: range, weather_only: str = "") -> Iterator[Caught]:
    """Give lives that show a bug and are good without it, as short as they will go; one a seed."""
    for seed in seeds:
        for plan in season.lives(seed, weather_only):
            if shows(bug, plan):
                lives = (_shortened(bug, plan), plan)
                good = [life for life in lives if found_apart(life) == set()]
                if good:
                    yield Caught(seed, good[0])
                    break


def shorten(bug: Bug, lives: Sequence[Caught]) -> Iterator[Caught]:
    """Give the lives that are kept of a bug, made shorter where they still go."""
    for life in lives:
        plan = _shortened(bug, life.plan)
        yield Caught(life.seed, plan) if found_apart(plan) == set() else life


def _shortened(bug: Bug, plan: Plan) -> Plan:
    """Return a smaller plan that still shows the bug; it sleeps as before, which saves time."""
    over = time.monotonic() + SHRINK_SECONDS_MAX

    def fails(smaller: Plan) -> bool:
        tried = smaller.oversleeps == plan.oversleeps and time.monotonic() < over
        return tried and shows(bug, smaller)

    return shrink(plan, fails, tries_max=SHRINK_TRIES_MAX)


def caught() -> dict[str, tuple[Caught, ...]]:
    """Return the lives that are kept, by the name of the bug."""
    return msgspec.json.decode(FILE.read_bytes(), type=dict[str, tuple[Caught, ...]])


def keep(lives: Mapping[str, Sequence[Caught]]) -> None:
    """Write them down."""
    parts = [
        f"{msgspec.json.encode(name).decode()}: {msgspec.json.encode(lives[name]).decode()}"
        for name in sorted(lives)
    ]
    FILE.write_text("{\n" + ",\n".join(parts) + "\n}\n")


def page(lives: Mapping[str, Sequence[Caught]]) -> str:
    """Return the docs' page of planted bugs with the table as the data have it."""
    head, _, _ = PAGE.read_text().partition(HEAD)
    rows = "".join(
        f"| {bug.name} | {bug.what.replace('|', chr(92) + '|')} | {bug.breaks} |"
        f" {', '.join(str(life.seed) for life in lives.get(bug.name, ()))} |\n"
        for bug in bugs()
    )
    return head + HEAD + rows


def main() -> int:
    """Hunt; return 1 if a bug was not caught."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bugs", nargs="*", help="their names; all without any")
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--seeds", type=int, default=SEEDS_MAX, help="how many seeds to try")
    kinds = ["", *(each.__name__ for each in (*season.WEATHERS, *season.KINDS))]
    parser.add_argument("--weather", choices=kinds, default="", help="only in this weather")
    parser.add_argument("--lives", type=int, default=LIVES_OF_BUG, help="how many of each bug")
    parser.add_argument("--shorten", action="store_true", help="what is kept, instead of others")
    parser.add_argument("--write", action="store_true", help="keep the lives that were found")
    asked = parser.parse_args()
    chosen = [bug for bug in bugs() if not asked.bugs or bug.name in asked.bugs]
    missed = 0
    tried = range(asked.seed, asked.seed + asked.seeds)
    for bug in chosen:
        began = time.monotonic()
        found = hunt(bug, tried, asked.weather)
        if asked.shorten:
            found = shorten(bug, caught().get(bug.name, ()))
        lives = list(islice(found, asked.lives))
        took = time.monotonic() - began
        seeds = ", ".join(str(life.seed) for life in lives)
        told = f"{bug.breaks}, seeds {seeds}" if lives else "NOT CAUGHT"
        sys.stdout.write(f"{bug.name}: {told} ({took:.0f} s)\n")
        sys.stdout.flush()
        missed += not lives
        if lives and asked.write:
            kept = ({} if not FILE.exists() else caught()) | {bug.name: tuple(lives)}
            keep(kept)
            PAGE.write_text(page(kept))
    sys.stdout.write(f"{len(chosen) - missed} of {len(chosen)} caught.\n")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
