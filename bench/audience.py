"""Eight audiences of a crowd: by the product, by hand on the same copy, by chDB and by SQLite.

`python -m bench.audience --users 1000000 --events 20000000` makes a crowd in a temporary folder,
asks, loads, and says how fast, how large and how much memory. Each part has a process of its own.
Times are those of one core, not of the clock on the wall: a busy machine changes them little.
"""

import argparse
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
from msgspec import Struct
from rich.console import Console
from rich.table import Table

from bench import crowd, crowd_copy, loading
from bench.crowd import NOW_MS, Crowd
from bench.questions import QUESTIONS, SAMPLE, SAVED, ZONE, Question
from bench.rivals import RIVALS, ByHand, Rival
from bench.timing import Row
from store import audience
from store.copy_connection import Limits
from store.projection import Projection

SMALL = Crowd(users=100_000, events=2_000_000)
MEMORY_MB = 2_048
ROUNDS, SLOW_ROUNDS, SLOW_SECONDS = 5, 1, 2.0
CROWD, COPY = "crowd.duckdb", "audience.duckdb"
OURS, BY_HAND = "Clarion", "by hand"


class Asked(Struct, frozen=True):
    """How one engine did: seconds of one core for each question, how many were found, memory."""

    seconds: list[float]
    found: list[int]
    memory_mb: int


def measure() -> list[Row]:
    """Ask the small crowd, and say how long each question took in each way."""
    with tempfile.TemporaryDirectory(prefix="clarion-bench-") as name:
        folder = Path(name)
        _apart(prepare, folder, SMALL)
        found = {way: _apart(ask, folder, way) for way in (OURS, BY_HAND, "SQLite")}
    return [
        Row(question.title, way, asked.seconds[n])
        for n, question in enumerate(QUESTIONS)
        for way, asked in found.items()
    ]


def prepare(folder: Path, size: Crowd) -> int:
    """Make the crowd and its copy; return how many bytes the copy takes."""
    with duckdb.connect(folder / CROWD, config={"memory_limit": f"{MEMORY_MB}MB"}) as made:
        crowd.fill(made, size)
    crowd_copy.make(folder / CROWD, folder / COPY, memory_mb=MEMORY_MB)
    return (folder / COPY).stat().st_size


def ask(folder: Path, way: str) -> Asked:
    """Ask one engine everything."""
    answer: Callable[[Question], list[Any]]
    if way in RIVALS:
        with duckdb.connect(folder / CROWD, read_only=True) as made:
            made.execute(f"SET memory_limit = '{MEMORY_MB}MB'")
            answer = RIVALS[way](folder, made).ask
        return _timed(answer)
    copy = Projection.open(folder / COPY, Limits(memory_mb_max=MEMORY_MB, threads_max=1))
    copy.know_zone(ZONE)
    rival: Rival = ByHand(copy) if way == BY_HAND else _Ours(copy)
    try:
        return _timed(rival.ask)
    finally:
        copy.close()


class _Ours:
    """The product's own two questions: how many, and who."""

    def __init__(self, copy: Projection) -> None:
        self._copy = copy

    def ask(self, question: Question) -> list[tuple[Any, ...]]:
        how: dict[str, Any] = {"now_ms": NOW_MS, "zone": ZONE, "saved": SAVED}
        if question.sample:
            draw = (48_271, 11)
            users = audience.select(self._copy, question.who, draw=draw, at_most=SAMPLE, **how)
            return [(user.user,) for user in users]
        reach = audience.count(self._copy, question.who, **how)
        return [(reach.qualified, reach.reachable)]


def _timed(answer: Callable[[Question], list[Any]]) -> Asked:
    seconds, found = [], []
    for question in QUESTIONS:
        times: list[float] = []
        rows: list[Any] = []
        while len(times) < (ROUNDS if not times or times[0] < SLOW_SECONDS else SLOW_ROUNDS):
            began = time.process_time()
            rows = answer(question)
            times.append(time.process_time() - began)
        seconds.append(min(times))
        found.append(len(rows) if question.sample else int(rows[0][0]))
    return Asked(seconds, found, _memory_mb())


def _memory_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1_024


def _apart(work: Callable[..., Any], *arguments: Any) -> Any:
    """Do it in a process of its own, whose memory is its own."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=spawn) as pool:
        return pool.submit(work, *arguments).result()


def report(size: Crowd, ways: list[str], *, load_events: int) -> None:
    """Measure everything and print it."""
    console = Console()
    with tempfile.TemporaryDirectory(prefix="clarion-bench-") as name:
        folder = Path(name)
        size_bytes = _apart(prepare, folder, size)
        found = {way: _apart(ask, folder, way) for way in (OURS, BY_HAND, *ways)}
        for way, asked in found.items():
            assert asked.found == found[OURS].found, f"{way} finds others: {asked.found}"
        console.print(_table(size, found))
        console.print(f"the copy: {size_bytes / 1e6:,.0f} MB, {size_bytes / size.events:.1f} bytes")
        for way, asked in found.items():
            console.print(f"memory of {way}: {asked.memory_mb:,} MB at most")
        if load_events:
            for line in _apart(loading.measure, folder, size, load_events):
                console.print(line)


def _table(size: Crowd, found: dict[str, Asked]) -> Table:
    table = Table("question", "found", "ms", *(f"{way}: ms, ratio" for way in list(found)[1:]))
    table.title = f"{size}: milliseconds of one core"
    ours = found[OURS]
    rows = [(each.title, n) for n, each in enumerate(QUESTIONS)]
    for title, n in rows:
        others = [found[way].seconds[n] for way in list(found)[1:]]
        cells = [f"{1_000 * each:,.0f}  {ours.seconds[n] / each:.2f}" for each in others]
        table.add_row(title, f"{ours.found[n]:,}", f"{1_000 * ours.seconds[n]:,.0f}", *cells)
    whole = [sum(asked.seconds) for asked in found.values()]
    cells = [f"{1_000 * each:,.0f}  {whole[0] / each:.2f}" for each in whole[1:]]
    table.add_row("all eight", "", f"{1_000 * whole[0]:,.0f}", *cells)
    return table


def main() -> None:
    """Read what is wanted from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=SMALL.users)
    parser.add_argument("--events", type=int, default=SMALL.events)
    parser.add_argument("--against", nargs="*", choices=[*RIVALS], default=[*RIVALS])
    parser.add_argument("--load", type=int, default=200_000, metavar="EVENTS")
    wanted = parser.parse_args()
    report(Crowd(wanted.users, wanted.events), wanted.against, load_events=wanted.load)


if __name__ == "__main__":
    main()
