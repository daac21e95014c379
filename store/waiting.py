"""What waits in the outbox to be sent, and in what order it may go.

A message has a lane: triggers before backlog, and what was tried before apart from both, because
re-sends have a budget of their own.
"""

import sqlite3
from collections.abc import Collection

from msgspec import Struct

from store.outbox import COLUMNS, COMPLETED, OPEN, PENDING, SENDING, Row

BACKLOG, TRIGGER, BACKLOG_AGAIN, TRIGGER_AGAIN = range(4)
"""The lanes. `lane | 2` is the lane of the same message once it was tried."""
TRIGGERS = (TRIGGER, TRIGGER_AGAIN)
BACKLOGS = (BACKLOG, BACKLOG_AGAIN)
FIRST = (TRIGGER, BACKLOG)
AGAIN = (TRIGGER_AGAIN, BACKLOG_AGAIN)
PROBES = (TRIGGER_AGAIN, BACKLOG_AGAIN, TRIGGER, BACKLOG)
"""What is asked with whether Segment is back: few messages shall come into doubt."""

_PENDING_THERE = PENDING.replace("state", "outbox.state")
_MAY_GO = (
    f"(campaign.state IN {SENDING} OR campaign.state = '{COMPLETED}' AND outbox.closed_by <> '')"
)
"""The campaign sends; of one that is completed, only what a person has sent again."""


def due(
    conn: sqlite3.Connection, campaign: str, *, lane: int, now_ms: int, limit: int
) -> list[Row]:
    """Return up to `limit` messages of one lane of a campaign that may go now, the oldest first."""
    found = conn.execute(
        f"SELECT {COLUMNS} FROM outbox WHERE campaign = ? AND {PENDING}"
        " AND lane = ? AND due_ms <= ? ORDER BY due_ms LIMIT ?",
        (campaign, lane, now_ms, limit),
    )
    return [Row(*row) for row in found.fetchall()]


def campaigns_due(conn: sqlite3.Connection, *, lanes: Collection[int], now_ms: int) -> list[str]:
    """Return the running campaigns that have a message in one of the lanes to send now, by id."""
    rows = conn.execute(
        f"SELECT id FROM campaign WHERE state IN {(*SENDING, COMPLETED)} AND EXISTS ("
        f"SELECT 1 FROM outbox WHERE campaign = campaign.id AND {_PENDING_THERE} AND {_MAY_GO}"
        f" AND lane IN ({_marks(lanes)}) AND due_ms <= ?) ORDER BY id",
        (*lanes, now_ms),
    )
    return [row[0] for row in rows.fetchall()]


def next_due_ms(
    conn: sqlite3.Connection, *, lanes: Collection[int], but_of: Collection[str] = ()
) -> int | None:
    """Return when the next message in one of the lanes falls due, of any running campaign.

    Those of the campaigns `but_of` do not count.
    """
    values = ", ".join("(?)" for _ in lanes)
    row = conn.execute(
        "SELECT min((SELECT due_ms FROM outbox WHERE campaign = campaign.id"
        f" AND {_PENDING_THERE} AND {_MAY_GO} AND outbox.lane = lanes.column1"
        f" ORDER BY due_ms LIMIT 1)) FROM campaign, (VALUES {values}) AS lanes"
        f" WHERE state IN {(*SENDING, COMPLETED)} AND campaign.id NOT IN ({_marks(but_of)})",
        (*lanes, *but_of),
    ).fetchone()
    return None if row[0] is None else int(row[0])


class Group(Struct, frozen=True):
    """Messages that wait for the same thing. `queued`: for the limits over all campaigns.

    `again`: they were tried before; `later`: they may not go before `first_ms` to `last_ms`.
    """

    on_the_wire: bool
    again: bool
    later: bool
    queued: bool
    messages: int
    first_ms: int
    last_ms: int


def groups(conn: sqlite3.Connection, campaign: str, *, queued: bool, now_ms: int) -> list[Group]:
    """Count a campaign's open messages by what they wait for.

    Each count is one stretch of the index: 40 ms for a million. Where `queued`, what the limits
    hold back is looked for in the rows of those that may not go yet, at 0.3 s for a million.
    """
    found = []
    for lane in (BACKLOG, TRIGGER, BACKLOG_AGAIN, TRIGGER_AGAIN):
        again, whose = lane in AGAIN, (campaign, lane, now_ms)
        now = "state = 'pending' AND lane = ?2 AND due_ms <= ?3"
        later = "state = 'pending' AND lane = ?2 AND due_ms > ?3"
        found.append(Group(False, again, False, False, *_count(conn, now, whose)))
        if queued and not again:
            held = _count(conn, f"{later} AND held_by = 'limits'", whose)
            rest = _count(conn, f"{later} AND held_by <> 'limits'", whose)
            found.append(Group(False, again, True, False, *rest))
            found.append(Group(False, again, True, True, *held))
        else:
            found.append(Group(False, again, True, False, *_count(conn, later, whose)))
    wire = _count(conn, "state = 'in_flight'", (campaign,))
    found.append(Group(True, False, False, False, *wire))
    return [group for group in found if group.messages]


def _count(
    conn: sqlite3.Connection, where: str, values: tuple[object, ...]
) -> tuple[int, int, int]:
    """Return how many there are, and when the first and the last of them are due."""
    those = f"FROM outbox INDEXED BY outbox_open WHERE campaign = ?1 AND {OPEN} AND {where}"
    n, first, last = conn.execute(
        f"SELECT (SELECT count(*) {those}), (SELECT due_ms {those} ORDER BY due_ms LIMIT 1),"
        f" (SELECT due_ms {those} ORDER BY due_ms DESC LIMIT 1)",
        values,
    ).fetchone()
    return n, first or 0, last or 0


def _marks(values: Collection[object]) -> str:
    return ", ".join("?" for _ in values)
