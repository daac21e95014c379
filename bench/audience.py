"""Eight kinds of question about an audience, each in Clarion, by hand on its copy, and elsewhere.

`make bench ARGS=audience USERS=1000000` asks of so many users with 20 events each (100,000 without
it). Every engine has one thread, and seconds are the processor's. All must give the same answer.
"""

import os
import resource
import tempfile
import time
from collections.abc import Callable
from functools import partial
from itertools import islice
from pathlib import Path

from bench import engines, shop
from bench.questions import QUESTIONS, SAMPLE_USERS, SAVED, Question
from bench.timing import Row, best
from store import audience
from store.copy_connection import Limits
from store.projection import Projection

USERS = 100_000
ZONE = "UTC"
LIMITS = Limits(memory_mb_max=2_048, threads_max=1)
MEGABYTE = 2**20


def measure() -> list[Row]:
    """Load a shop into the copy, then ask everything of everyone."""
    users = int(os.environ.get("CLARION_BENCH_USERS") or USERS)
    with tempfile.TemporaryDirectory() as folder:
        return _measure(users, Path(folder))


def _measure(users: int, folder: Path) -> list[Row]:
    path = folder / "audience.duckdb"
    copy = Projection.open(path, LIMITS)
    print(_loaded(copy, users, path), flush=True)
    parts = engines.tables(copy.catalogue)
    copy.close()  # the others read its file, alone
    others: dict[str, engines.Engine] = {"SQLite": engines.Lite(path, parts, folder)}
    if engines.has_chdb():
        others["chDB"] = engines.Chdb(path, parts, folder)
    else:
        print("chDB is left out: it is not installed (`make bench-tools`).", flush=True)
    copy = Projection.open(path, LIMITS)
    rows = [row for question in QUESTIONS for row in _asked(copy, question, others)]
    copy.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024
    print(f"At most {peak:,.0f} MB of memory in all engines together.", flush=True)
    return rows


def _loaded(copy: Projection, users: int, path: Path) -> str:
    """Feed the copy page by page, as the keeper does; say how fast that was."""
    took, rows, known = 0.0, 0, 0
    for page in shop.pages(users):
        upto = min(users, known + shop.PAGE_ROWS // 4)
        people = shop.people(known, upto)
        began = time.process_time()
        copy.catch_up(page, people)
        took += time.process_time() - began
        rows, known = rows + len(page), upto
    size = path.stat().st_size / MEGABYTE
    return (
        f"{users:,} users and {rows:,} events are in the copy: {rows / took:,.0f} events/s,"
        f" {size:,.0f} MB."
    )


def _asked(copy: Projection, question: Question, others: dict[str, engines.Engine]) -> list[Row]:
    by_hand = engines.in_the_copy(question, copy.catalogue)
    ways: dict[str, Callable[[], engines.Answer]] = {
        "Clarion": lambda: _clarion(copy, question),
        "by hand, same DuckDB": lambda: _by_hand(copy, by_hand),
        **{name: partial(engine.ask, question) for name, engine in others.items()},
    }
    answers = {way: ask() for way, ask in ways.items()}
    numbers = {way: _number(question, answer) for way, answer in answers.items()}
    assert len(set(numbers.values())) == 1, f"{question.kind}: they do not agree: {numbers}"
    rows = [Row(question.kind, way, best(ask, time.process_time)) for way, ask in ways.items()]
    ratio = rows[0].seconds / rows[1].seconds
    print(f"{question.kind}: {ratio:.2f} of the SQL by hand.", flush=True)
    return rows


def _number(question: Question, answer: engines.Answer) -> tuple[int, ...]:
    """Return what can be compared: the counts, or how many a sample has."""
    return (len(answer),) if question.sample else tuple(map(int, answer[0]))


def _clarion(copy: Projection, question: Question) -> engines.Answer:
    if question.sample:
        drawn = audience.select(
            copy, question.who, now_ms=shop.NOW_MS, zone=ZONE, draw=(48_271, 7), saved=SAVED
        )
        names = [(each.user,) for each in islice(drawn, SAMPLE_USERS)]
        drawn.close()
        return names
    found = audience.count(copy, question.who, now_ms=shop.NOW_MS, zone=ZONE, saved=SAVED)
    return [(found.qualified, found.reachable)]


def _by_hand(copy: Projection, sql: str) -> engines.Answer:
    with copy.asking(sql, ()) as cursor:
        return cursor.fetchall()
