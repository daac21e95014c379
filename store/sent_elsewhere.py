"""When other campaigns' messages left and how many, for a rehearsal: they share pace and throttle.

All of them count, whoever got them and whether or not limits on one user count them. Set apart
from the real outbox as sums by the millisecond, and read as a stream: there may be millions.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from store.delivered import QUARTER_MS

PAGE = 1_000


def copy(conn: sqlite3.Connection, *, but_of: str, since_ms: int, until_ms: int) -> int:
    """Set apart what all campaigns but this one sent in a stretch; return how many messages.

    `conn` has the real database attached as `real`, and the one to be played from as `replay`. A
    message that was tried several times left as often. With an identify call beside it a message
    is two events.
    """
    conn.execute(
        "CREATE TABLE replay.sent (moment INTEGER PRIMARY KEY, messages INTEGER, events INTEGER)"
    )
    (any_left,) = conn.execute(
        "SELECT EXISTS (SELECT 1 FROM real.delivered WHERE campaign <> ? AND from_ms >= ?)"
        " OR EXISTS (SELECT 1 FROM real.attempt)",
        (but_of, since_ms - QUARTER_MS),
    ).fetchone()
    if not any_left:  # else the whole outbox is looked through
        return 0
    conn.execute(
        "CREATE TEMP TABLE twofold AS SELECT campaign, number AS revision FROM real.revision"
        " WHERE json_array_length(CAST(definition AS TEXT), '$.what.identify') > 0"
    )
    events = (
        "1 + EXISTS (SELECT 1 FROM twofold AS t"
        " WHERE t.campaign = o.campaign AND t.revision = o.revision)"
    )
    conn.execute(
        "INSERT INTO replay.sent SELECT moment, count(*), sum(events) FROM ("
        f"SELECT claimed_ms AS moment, {events} AS events FROM real.outbox AS o"
        " WHERE campaign <> ?1 AND claimed_ms BETWEEN ?2 AND ?3 UNION ALL"
        f" SELECT a.claimed_ms, {events} FROM real.attempt AS a"
        " JOIN real.outbox AS o ON o.message_id = a.message_id"
        " WHERE o.campaign <> ?1 AND a.outcome <> 'broken' AND a.claimed_ms BETWEEN ?2 AND ?3"
        " AND a.claimed_ms IS NOT o.claimed_ms) GROUP BY moment",
        (but_of, since_ms, until_ms),
    )
    (n,) = conn.execute("SELECT coalesce(sum(messages), 0) FROM replay.sent").fetchone()
    return int(n)


def bursts(file: Path, *, since_ms: int) -> Iterator[tuple[int, int, int]]:
    """Yield (milliseconds after `since_ms`, messages, events) of what was set apart, in order."""
    conn = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        rows = conn.execute(
            "SELECT moment - ?, messages, events FROM sent ORDER BY moment", (since_ms,)
        )
        while page := rows.fetchmany(PAGE):
            yield from page
    finally:
        conn.close()
