"""Who bought twice for over 50 in 180 days and not in the last 30: DuckDB, SQLite and memory."""

import json
import sqlite3
import tempfile
from collections import defaultdict
from pathlib import Path

from bench.population import DAY_MS, NOW_MS, body, people, purchases
from bench.timing import Row, best
from domain.audience import All, Count, Did, DidNot, Filter
from domain.facts import Event
from domain.matching import compile_node
from store import audience
from store.log import LogRow
from store.projection import Projection

USERS, EVENTS = 20_000, 200_000
ZONE = "UTC"
WHO = All(
    of=(
        Did(
            event="Order Completed",
            where=(Filter(property="revenue", op=">", value=50),),
            count=Count(op=">=", value=2),
            days=180,
        ),
        DidNot(event="Order Completed", days=30),
    )
)
_SQL = """
SELECT count(*) FROM user WHERE
  (SELECT count(*) FROM event WHERE event.user = user.user AND name = 'Order Completed'
   AND time_ms >= ? AND json_extract(properties, '$.revenue') > 50) >= 2
  AND NOT EXISTS (SELECT 1 FROM event WHERE event.user = user.user
   AND name = 'Order Completed' AND time_ms >= ?)
"""


def measure() -> list[Row]:
    """Count one audience in three ways; all must agree."""
    users = people(USERS)
    events = purchases(users, EVENTS)
    midnight = NOW_MS - NOW_MS % DAY_MS
    since = (midnight - 180 * DAY_MS, midnight - 30 * DAY_MS)

    lite = sqlite3.connect(":memory:")
    lite.execute("CREATE TABLE user (user TEXT PRIMARY KEY)")
    lite.execute("CREATE TABLE event (user TEXT, name TEXT, time_ms INTEGER, properties TEXT)")
    lite.executemany("INSERT INTO user VALUES (?)", [(u.user,) for u in users])
    lite.executemany(
        "INSERT INTO event VALUES (?, ?, ?, ?)",
        [(e.user, e.name, e.time_ms, json.dumps(e.properties)) for e in events],
    )
    lite.execute("CREATE INDEX event_of_user ON event (user, name, time_ms)")

    history: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        history[event.user].append(event)
    matcher = compile_node(WHO)

    rows = [
        LogRow(e.seq, "event", e.source_id, e.user, e.name, e.time_ms, e.received_ms, body(e))
        for e in events
    ]
    with tempfile.TemporaryDirectory() as folder:
        duck = Projection.open(Path(folder) / "audience.duckdb")
        duck.catch_up(rows, users)
        counts = (
            lite.execute(_SQL, since).fetchone()[0],
            sum(matcher(u, history[u.user], NOW_MS, ZONE) for u in users),
            audience.count(duck, WHO, now_ms=NOW_MS, zone=ZONE).qualified,
        )
        assert len(set(counts)) == 1, f"the three do not agree: {counts}"
        work = f"one audience of {USERS:,} users, {EVENTS:,} events"
        measured = [
            Row(work, "SQLite, JSON text", best(lambda: lite.execute(_SQL, since).fetchall())),
            Row(
                work,
                "memory, as a live campaign",
                best(lambda: [matcher(u, history[u.user], NOW_MS, ZONE) for u in users]),
            ),
            Row(
                work,
                "DuckDB, typed columns",
                best(lambda: audience.count(duck, WHO, now_ms=NOW_MS, zone=ZONE)),
            ),
        ]
        duck.close()
    return measured
