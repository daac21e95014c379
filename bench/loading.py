"""How fast events come in: into the log as ingest keeps them, and from there into the copy."""

import json
import resource
import sqlite3
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import trio

from actors.copying import next_page, take
from bench import crowd
from bench.crowd import EVENT_FIELDS, USER_FIELDS, Crowd
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
        requests = list(_requests(folder / "crowd.duckdb", size, events))
        rows = sum(map(len, requests))
        lines = [
            f"Into the log, as ingest keeps it: {rows / await _keep(store, requests):,.0f} rows/s."
        ]
        for path, what in (
            ("new.duckdb", "an empty copy"),
            ("audience.duckdb", "the crowd's copy"),
        ):
            wall, core = await _follow(store, folder / path)
            lines.append(
                f"From the log into {what}: {rows / wall:,.0f} rows/s,"
                f" {rows / core:,.0f} in a second of one core."
            )
    log_bytes = (data / DATABASE_NAME).stat().st_size
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1_024
    lines.append(
        f"The log takes {log_bytes / rows:,.0f} bytes a row; at most {peak:,} MB of memory."
    )
    return lines


def _begin_after(conn: sqlite3.Connection, seq: int) -> None:
    """Let the log go on where the crowd's copy ends."""
    conn.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('log', ?)", (seq,))


def _requests(path: Path, size: Crowd, events: int) -> Iterator[list[Incoming]]:
    """Yield some users' profiles and everything that these users did, some at a time."""
    mine = f"no % {max(1, size.events // events)} = 0"
    traits = [field.key for field in USER_FIELDS]
    columns = ", ".join(f'"{key}"' for key in traits)
    properties = ", ".join(f'"{field.key}"' for field in EVENT_FIELDS)
    with crowd.opened(path, 512, read_only=True) as made:
        rows = made.execute(f"SELECT no, {columns} FROM crowd_user WHERE {mine}")
        while some := rows.fetchmany(RECORDS_PER_REQUEST):
            yield [_profile(no, dict(zip(traits, values, strict=True))) for no, *values in some]
        rows = made.execute(
            f"SELECT number, no, time_ms, seq, {properties} FROM crowd_event WHERE {mine}"
        )
        while some := rows.fetchmany(RECORDS_PER_REQUEST):
            yield [_event(*row) for row in some]


def _profile(no: int, traits: dict[str, object]) -> Incoming:
    body = json.dumps(traits).encode()
    return Incoming("profile", f"p{no}", f"user-{no}", "", crowd.NOW_MS, body)


def _event(number: int, no: int, time_ms: int, seq: int, *values: object) -> Incoming:
    fields = crowd.event_fields(number)
    body = {field.key: value for field, value in zip(fields, values, strict=False)}
    named = crowd.name(number)
    return Incoming("event", f"e{seq}", f"user-{no}", named, time_ms, json.dumps(body).encode())


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
