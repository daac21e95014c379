"""The cap of a day where a run has users of several days: a slot is taken as each is drawn.

A draw that is forgotten gives its slots back. The day is that of the account's wall at the user's
own time; what do-not-disturb holds until the next one keeps its place of the day before.
"""

import sqlite3

from store import caps
from store.caps import Cap
from store.outbox_row import OPEN


def take(conn: sqlite3.Connection, campaign: str, day: str, lim: int) -> bool:
    """Take a slot of a day, if one is left."""
    return caps.take(conn, campaign, [Cap(caps.day(day), lim)]) is None


def give_back_drawn(
    conn: sqlite3.Connection, campaign: str, run: str, message_id: str | None = None
) -> None:
    """Give back what the messages took that a run has drawn and not shown; or one of them."""
    rows = conn.execute(
        "SELECT cap_day, count(*) FROM outbox"
        f" WHERE campaign = ?1 AND run = ?2 AND {OPEN} AND state = 'drawn' AND cap_day <> ''"
        " AND (?3 IS NULL OR message_id = ?3) GROUP BY 1",
        (campaign, run, message_id),
    ).fetchall()
    for day, n in rows:
        caps.give_back(conn, campaign, [caps.day(day)], n)
