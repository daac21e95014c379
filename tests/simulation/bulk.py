"""Many lives, in a few processes: how many, how fast, and the first that broke a promise.

A schedule is the life of a seed as it was invented, with its crashes and its second daemons, or,
for every third seed, in rough weather; every third has campaigns of other kinds. An image is the
life of a seed that ends at one of its commits: the files of that moment are found by a fresh
daemon, which has to go on from there, in the world as it was. So image 17 of seed 3 is the life of
seed 3 as it was invented that is killed just after its 17th commit and at no other time. A pausing
is the life of a seed in which campaigns are paused again and again while they send.
"""

import multiprocessing
import sys
import time
from collections.abc import Iterator
from random import Random
from typing import Literal, TypeAlias

import msgspec
from msgspec import Struct

from tests.simulation import history, pauses, season, weather
from tests.simulation.history import Violation
from tests.simulation.invent import invent
from tests.simulation.life import judged, live
from tests.simulation.pauses import Paused
from tests.simulation.plan import Crash, Plan

TWICE_EVERY = 100
"""One seed in so many is lived twice: the histories must be equal, byte for byte."""
IMAGES_OF_SEED = 100
"""Images of one seed; they are spread over its commits."""
PROGRESS_SECONDS = 5.0

Task: TypeAlias = tuple[Literal["schedule", "image", "pausing"], int, int]
"""A kind of life, its seed, and which of its images."""


class Told(Struct, frozen=True):
    """How a task ended: an empty list for all is well."""

    task: Task
    broken: list[Violation]
    lives: int
    pauses: list[Paused] = []


def tasks(first: int, *, schedules: int, images: int, pausings: int = 0) -> Iterator[Task]:
    """Give every task of a run."""
    for seed in range(first, first + pausings):
        yield "pausing", seed, 0
    for seed in range(first, first + schedules):
        yield "schedule", seed, 0
    for n in range(images):
        yield "image", first + n // IMAGES_OF_SEED, n % IMAGES_OF_SEED


def plan_of(task: Task, commits: int) -> Plan:
    """Return the plan of a task; `commits` is how many commits the seed's life without a crash has.

    Where it has fewer than `IMAGES_OF_SEED`, each of its commits has an image, and some have two:
    what was on the wire arrives in one and not in the other, as chance has it.
    """
    kind, seed, n = task
    if kind == "schedule":
        return season.life(seed)
    if kind == "pausing":
        return weather.in_the_middle(invent(seed, crashes=False), Random(f"pausing {seed}"))
    plan = _uncrashed(seed)
    commit = 1 + n % commits if commits <= IMAGES_OF_SEED else 1 + n * commits // IMAGES_OF_SEED
    return msgspec.structs.replace(plan, crashes=(Crash(commit=commit, down=1_000 * (n % 7)),))


def _uncrashed(seed: int) -> Plan:
    """Return the life of a seed as it was invented, or of its kind, without a crash."""
    if seed % season.ROUGH_EVERY == season.KINDS_AT:
        return season.of_a_kind(seed, crashes=False)
    return invent(seed, crashes=False)


_commits: dict[int, int] = {}


def commits_of(seed: int) -> int:
    """Return how many commits the life of a seed has that no crash befalls."""
    if seed not in _commits:
        _commits.clear()
        _commits[seed] = max(1, live(_uncrashed(seed)).commits)
    return _commits[seed]


def do(task: Task) -> Told:
    """Live one life and judge it."""
    kind, seed, _ = task
    plan = plan_of(task, commits_of(seed) if kind == "image" else 0)
    lived = live(plan)
    broken = judged(plan, lived)
    if kind == "schedule" and seed % TWICE_EVERY == 0:
        again = live(plan)
        if history.dump(again.history) != history.dump(lived.history):
            what = "the same seed gave another history the second time"
            broken.append(Violation("replay", plan.start_ms, what))
        return Told(task, broken, 2, pauses.of(lived.history))
    return Told(task, broken, 1, pauses.of(lived.history))


def run(
    first: int,
    *,
    schedules: int,
    images: int,
    pausings: int,
    jobs: int,
    seconds_max: float,
    broken_max: int,
) -> list[Told]:
    """Live all of them; return those that broke a promise. Writes how far it is to the terminal."""
    began = time.monotonic()
    total = schedules + images + pausings
    paused: list[Paused] = []
    planned = tasks(first, schedules=schedules, images=images, pausings=pausings)
    broken: list[Told] = []
    done = lives = 0
    shown = 0.0
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        for told in pool.imap(do, planned, chunksize=min(25, 1 + total // (4 * jobs))):
            done += 1
            lives += told.lives
            paused += told.pauses
            if told.broken:
                broken.append(told)
                kind, seed, n = told.task
                first_broken = told.broken[0]
                sys.stdout.write(
                    f"\n{kind} {seed}{f'/{n}' if kind == 'image' else ''}:"
                    f" {first_broken.promise}: {first_broken.what}\n"
                )
            took = time.monotonic() - began
            if took - shown > PROGRESS_SECONDS or done == total:
                shown = took
                left = (total - done) * took / done
                sys.stdout.write(
                    f"{done:,} of {total:,} lives, {len(broken):,} broken,"
                    f" {done / took:.1f}/s, {left / 60:.0f} min left\n"
                )
                sys.stdout.flush()
            if took > seconds_max or len(broken) >= broken_max:
                pool.terminate()
                break
    sys.stdout.write(f"{done:,} lives ({lives - done:,} lived twice), {len(broken):,} broken.\n")
    sys.stdout.write(f"{pauses.told(paused)}\n")
    return broken
