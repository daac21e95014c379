"""P12, P13 and the runs of dates in a stopped daemon's database, by plain SQL."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime

SHOWN_MAX = 3
DUE_SECONDS_MIN = 30
"""What fell due so long before the latest thing that was written is overdue."""
_LATEST_MS = "SELECT max(received_ms) FROM log"


def unasked(conn: sqlite3.Connection, cleared: AbstractSet[str]) -> Iterator[str]:
    """P13: nobody is messaged after what clears it came in with what began it."""
    if not cleared:
        return
    found = conn.execute(
        "SELECT occurrence FROM outbox WHERE run = 'live'"
        " UNION ALL SELECT occurrence FROM decision WHERE run = 'live'"
    )
    if wrong := sorted({row[0] for row in found} & cleared):
        yield f"{len(wrong):,} waits ended in a decision, though cleared: {wrong[:SHOWN_MAX]}."


def overdue(conn: sqlite3.Connection) -> Iterator[str]:
    """P12: no timer of a campaign that runs waits long after it fell due."""
    rows = conn.execute(
        "SELECT c.name, count(*) FROM timer t JOIN campaign c ON c.id = t.campaign"
        f" WHERE t.state = 'armed' AND c.state = 'running' AND t.due_ms < ({_LATEST_MS}) - ?"
        " GROUP BY 1",
        (DUE_SECONDS_MIN * 1000,),
    )
    for name, n in rows.fetchall():
        yield f"{n:,} timers of {name} are overdue."


def runs(conn: sqlite3.Connection, dates: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Every date of a campaign that has come has one run, and it is over."""
    (latest_ms,) = conn.execute(_LATEST_MS).fetchone()
    for name, moments in dates.items():
        rows = conn.execute(
            "SELECT run, r.state FROM run r JOIN campaign c ON c.id = r.campaign"
            " WHERE c.name = ? AND c.state <> 'stopped'",
            (name,),
        )
        held = {run.partition("[")[0]: state for run, state in rows.fetchall()}
        for moment in moments:
            due = datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp()
            if due < latest_ms / 1000 - DUE_SECONDS_MIN and held.get(moment) != "done":
                yield f"The run of {name} at {moment} is {held.get(moment, 'not there')}."
