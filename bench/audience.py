"""Eight audiences of a crowd: by the product, by hand on the same copy, by chDB and by SQLite.

`make bench ARGS=audience USERS=1000000` makes a crowd of so many users with 20 events each (100,000
without it) in a temporary folder, asks everything of it and loads some of it. Each part has a
process of its own, and one core. Seconds are those of the processor, not of the clock on the wall:
a busy machine changes them little. All engines must find the same users. The sample is exported
by each: found, with its attributes, and written to a file of CSV.
"""

import multiprocessing
import os
import resource
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct

from bench import crowd, crowd_copy, exporting, loading
from bench.crowd import NOW_MS, Crowd
from bench.questions import QUESTIONS, SAMPLE, SAVED, ZONE, Question
from bench.rivals import RIVALS, ByHand, Rival, has_chdb
from bench.timing import Row
from domain.saved import expand
from store import attributes, audience
from store.copy_connection import Limits
from store.projection import Projection

USERS, EVENTS_A_USER, LOADED_EVENTS = 100_000, 20, 300_000
MEMORY_MB = 2_048
ROUNDS, SLOW_ROUNDS, SLOW_SECONDS = 5, 1, 2.0
CROWD, COPY = "crowd.duckdb", "audience.duckdb"
OURS, BY_HAND = "Clarion", "by hand"
DRAW = (48_271, 11)


class Asked(Struct, frozen=True):
    """How one engine did: seconds of one core for each question, how many were found, memory."""

    seconds: list[float]
    found: list[int]
    memory_mb: int


def measure() -> list[Row]:
    """Ask and load; print the ratios, sizes and rates, and return every time."""
    users = int(os.environ.get("CLARION_BENCH_USERS") or USERS)
    size = Crowd(users=users, events=users * EVENTS_A_USER)
    with tempfile.TemporaryDirectory(prefix="clarion-bench-") as name:
        folder = Path(name)
        size_bytes = _apart(prepare, folder, size)
        print(f"{size}: the copy takes {size_bytes / 1e6:,.0f} MB.", flush=True)
        ways = [OURS, BY_HAND, *(each for each in RIVALS if each != "chDB" or has_chdb())]
        found = {way: _apart(ask, folder, way) for way in ways}
        for way, asked in found.items():
            assert asked.found == found[OURS].found, f"{way} finds others: {asked.found}"
            print(f"{way}: {sum(asked.seconds):.3f} s, at most {asked.memory_mb:,} MB.", flush=True)
        for line in _apart(loading.measure, folder, size, LOADED_EVENTS):
            print(line, flush=True)
    return [row for n, question in enumerate(QUESTIONS) for row in _rows(question, n, found)]


def _rows(question: Question, n: int, found: dict[str, Asked]) -> list[Row]:
    ours, by_hand = found[OURS].seconds[n], found[BY_HAND].seconds[n]
    print(f"{question.title}: {ours / by_hand:.2f} of the SQL by hand.", flush=True)
    return [Row(question.title, way, asked.seconds[n]) for way, asked in found.items()]


def prepare(folder: Path, size: Crowd) -> int:
    """Make the crowd and its copy; return how many bytes the copy takes."""
    with crowd.opened(folder / CROWD, MEMORY_MB) as made:
        crowd.fill(made, size)
    crowd_copy.make(folder / CROWD, folder / COPY, memory_mb=MEMORY_MB)
    return (folder / COPY).stat().st_size


def ask(folder: Path, way: str) -> Asked:
    """Ask one engine everything."""
    if way in RIVALS:
        with crowd.opened(folder / CROWD, MEMORY_MB, read_only=True) as made:
            return _timed(_in_sql(RIVALS[way](folder, made), folder))
    copy = Projection.open(folder / COPY, Limits(memory_mb_max=MEMORY_MB, threads_max=1))
    copy.know_zone(ZONE)
    try:
        if way == BY_HAND:
            return _timed(_in_sql(ByHand(copy), folder))
        return _timed(partial(_ours, copy, folder))
    finally:
        copy.close()


def _ours(copy: Projection, folder: Path, question: Question) -> int:
    """Ask the product's own two questions: how many, and who, with what is known of them."""
    how: dict[str, Any] = {"now_ms": NOW_MS, "zone": ZONE}
    if not question.sample:
        return audience.count(copy, expand(question.who, SAVED), **how).qualified
    wanted = {"draw": DRAW, "at_most": SAMPLE, **how}
    chosen = attributes.pages(copy, question.who, exporting.ATTRIBUTES, **wanted)
    return exporting.write_ours(folder, chosen)


def _in_sql(rival: Rival, folder: Path) -> Callable[[Question], int]:
    def answer(question: Question) -> int:
        rows = rival.ask(question)
        return exporting.write_plain(folder, rows) if question.sample else int(rows[0][0])

    return answer


def _timed(answer: Callable[[Question], int]) -> Asked:
    seconds, found = [], []
    for question in QUESTIONS:
        times: list[float] = []
        n = 0
        while len(times) < (ROUNDS if not times or times[0] < SLOW_SECONDS else SLOW_ROUNDS):
            began = time.process_time()
            n = answer(question)
            times.append(time.process_time() - began)
        seconds.append(min(times))
        found.append(n)
    return Asked(seconds, found, _memory_mb())


def _memory_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1_024


def _apart(work: Callable[..., Any], *arguments: Any) -> Any:
    """Do it in a process of its own, whose memory is its own."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=spawn) as pool:
        return pool.submit(work, *arguments).result()
