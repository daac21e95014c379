"""The simulation's command: one seed in words, many seeds in figures, or a plan from a file."""

import argparse
import sys
from pathlib import Path

from tests.simulation import bulk, pauses, plan, season, weather
from tests.simulation.history import Violation
from tests.simulation.life import judged, live
from tests.simulation.plan import Plan
from tests.simulation.shrink import shrink
from tests.simulation.story import Story

SHRINK_TRIES_MAX = 400


def main() -> int:
    """Return 1 when a promise did not hold, 0 when all did."""
    asked = _arguments()
    if asked.seeds or asked.images or asked.pauses:
        broken = bulk.run(
            asked.seed or 0,
            schedules=asked.seeds,
            images=asked.images,
            pausings=-(-asked.pauses // weather.PAUSES_OF_LIFE),
            jobs=asked.jobs,
            seconds_max=asked.minutes * 60,
            broken_max=asked.broken,
        )
        return 1 if broken else 0
    if asked.plan:
        return _one(plan.load(asked.plan.read_bytes()), asked)
    seed = asked.seed or 0
    if asked.image is None:
        return _one(season.life(seed, jumps=asked.jumps), asked)
    task: bulk.Task = ("image", seed, asked.image)
    return _one(bulk.plan_of(task, bulk.commits_of(seed)), asked)


def _one(planned: Plan, asked: argparse.Namespace) -> int:
    story = Story(_line, planned.start_ms)
    lived = live(planned, story.tell)
    broken = judged(planned, lived)
    for one in broken:
        story.violation(one)
    if found := pauses.of(lived.history):
        _line(pauses.told(found))
    if not broken:
        _line(f"All promises held. {len(lived.history):,} entries, {lived.commits:,} commits.")
        return 0
    if asked.shrink:
        _line(f"Shrinking, at most {SHRINK_TRIES_MAX} lives ...")
        smaller = shrink(
            planned, lambda candidate: _fails(candidate, broken[0]), tries_max=SHRINK_TRIES_MAX
        )
        asked.shrink.write_bytes(plan.dump(smaller))
        _line(plan.dump(smaller).decode())
        _line(f"Written to {asked.shrink}; replay it with --plan {asked.shrink}.")
    return 1


def _fails(candidate: Plan, like: Violation) -> bool:
    """Whether a plan breaks the same promise."""
    return any(one.promise == like.promise for one in judged(candidate, live(candidate)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make simulate", description=__doc__)
    add = parser.add_argument
    add("--seed", type=int, help="the life of this seed, in words; the first one of many")
    add("--image", type=int, help="only this crash image of the seed")
    add("--plan", type=Path, help="replay a plan from a file")
    add("--shrink", type=Path, metavar="FILE", help="shrink what fails and write its plan")
    add("--seeds", type=int, default=0, help="how many schedules to live through")
    add("--images", type=int, default=0, help="how many crash images to recover")
    add("--pauses", type=int, default=0, help="how many pauses to time, of campaigns that send")
    add("--jobs", type=int, default=2, help="processes")
    add("--minutes", type=float, default=600, help="stop after so long")
    add("--broken", type=int, default=20, help="stop after so many broken lives")
    add("--jumps", action="store_true", help="let the wall clock jump")
    return parser.parse_args()


def _line(text: str) -> None:
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
