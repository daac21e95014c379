"""How fast events come in: into the log as ingest keeps them, and from there into the copy."""

import json
import resource
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import duckdb
import trio

from actors.copying import next_page, take
from bench import crowd
from bench.crowd import EVENT_FIELDS, Crowd
from store import log, meta, migrations
from store.database import DATABASE_NAME, Database, open_database
from store.hold import Hold
from store.log import Incoming
from store.projection import Projection

RECORDS_PER_REQUEST = 500
REQUESTS_AT_ONCE = 16
KEY = b"k" * 32


def measure(folder: Path, size: Crowd, events: int) -> list[str]:
    """Keep so many events, bring them into an empty copy and into the crowd's; say how fast."""
    return trio.run(_measure, folder, size, events)


async def _measure(folder: Path, size: Crowd, events: int) -> list[str]:
    data = folder / "data"
    async with open_database(data, migrations.load()) as store:
        await store.write(partial(meta.ensure_install_key, fresh=KEY))
        await store.write(lambda conn: _begin_after(conn, size.events))
        kept = await _keep(store, list(_requests(folder / "crowd.duckdb", events)))
        lines = [f"into the log: {events / kept:,.0f} events/s"]
        for path, what in (
            (folder / "new.duckdb", "an empty copy"),
            (folder / "audience.duckdb", "the crowd's copy"),
        ):
            wall, core = await _follow(store, path)
            lines.append(
                f"from the log into {what}: {events / wall:,.0f} events/s,"
                f" {events / core:,.0f} a second of one core"
            )
    log_bytes = (data / DATABASE_NAME).stat().st_size
    lines.append(f"the log: {log_bytes / events:,.0f} bytes an event")
    lines.append(f"memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1_024:,} MB")
    return lines


def _begin_after(conn: "object", seq: int) -> None:
    """Let the log go on where the crowd's copy ends."""
    conn.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('log', ?)", (seq,))  # type: ignore[attr-defined]


def _requests(path: Path, events: int) -> Iterator[list[Incoming]]:
    columns = ", ".join(f'"{field.key}"' for field in EVENT_FIELDS)
    with duckdb.connect(path, read_only=True) as made:
        rows = made.execute(
            f"SELECT number, no, time_ms, seq, {columns} FROM crowd_event"
            f" ORDER BY hash(seq) LIMIT {events}"
        )
        while some := rows.fetchmany(RECORDS_PER_REQUEST):
            yield [_record(*row) for row in some]


def _record(number: int, no: int, time_ms: int, seq: int, *values: object) -> Incoming:
    body = {
        field.key: value for field, value in zip(crowd.event_fields(number), values, strict=False)
    }
    return Incoming(
        "event", f"e{seq}", f"user-{no}", crowd.name(number), time_ms, json.dumps(body).encode()
    )


async def _keep(store: Database, requests: list[list[Incoming]]) -> float:
    """Keep them as ingest does: many requests at a time, each on disk before it is answered."""
    waiting = iter(requests)

    async def sender() -> None:
        for records in waiting:
            job = partial(log.append, records=records, now_ms=crowd.NOW_MS, install_key=KEY)
            await store.write(job)

    began = time.perf_counter()
    async with trio.open_nursery() as nursery:
        for _ in range(REQUESTS_AT_ONCE):
            nursery.start_soon(sender)
    return time.perf_counter() - began


async def _follow(store: Database, path: Path) -> tuple[float, float]:
    hold = Hold()
    projection = Projection.open(path)
    began, worked = time.perf_counter(), time.process_time()
    while (page := await next_page(store, projection)).rows:
        await take(projection, page, hold)
    took = time.perf_counter() - began, time.process_time() - worked
    projection.close()
    return took
