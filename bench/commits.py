"""What group commit is worth: the same jobs, one after the other and all at once."""

import tempfile
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import trio

from bench.timing import ROUNDS, Row
from store import meta, migrations
from store.database import Database, open_database

JOBS = 500


async def _one_by_one(store: Database) -> None:
    for n in range(JOBS):
        await store.write(partial(meta.put, key=f"k{n}", value="v"))


async def _at_once(store: Database) -> None:
    async with trio.open_nursery() as nursery:
        for n in range(JOBS):
            nursery.start_soon(store.write, partial(meta.put, key=f"k{n}", value="v"))


async def _on_a_store(work: Callable[[Database], Awaitable[None]]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        async with open_database(Path(folder) / "data", migrations.load()) as store:
            began = trio.current_time()
            await work(store)
            return trio.current_time() - began


def measure() -> list[Row]:
    """Commit durable jobs (`synchronous=FULL`) in both ways."""
    return [
        Row(f"{JOBS} durable jobs", way, min(trio.run(_on_a_store, work) for _ in range(ROUNDS)))
        for way, work in (("one after the other", _one_by_one), ("all at once", _at_once))
    ]
