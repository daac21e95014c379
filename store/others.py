"""What other campaigns sent, for a rehearsal: limits on one user count it as it happened.

Copied apart from the real outbox, then put into the scratch one step by step, each at its moment:
a message is promised when it was decided, on its way when it was claimed, and no more when it
ended unsent. Its campaign is not in the scratch database, so nobody sends it there.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, TypeAlias

from msgspec import Struct

from domain.expiry import LATE_MS_MAX

MESSAGES_MAX = 2_000_000
PAGE = 1_000
Kind: TypeAlias = Literal["promised", "claimed", "ended"]


class Wanted(Struct, frozen=True):
    """Messages of all campaigns but this one, which matter to the limits for so long."""

    but_of: str
    remembered_ms: int


class Step(Struct, frozen=True):
    """One moment in the life of a message of another campaign; `state` is the one it ended in."""

    moment_ms: int
    kind: Kind
    message_id: str
    campaign: str
    user: str
    due_ms: int
    state: str
    ambiguous_ms: int | None


def copy(conn: sqlite3.Connection, wanted: Wanted, *, since_ms: int, until_ms: int) -> int:
    """Set the steps of all messages that count apart, for the users in `who`; return how many.

    `conn` has the real database attached as `real`, and the one to be played from as `replay`.
    """
    conn.execute(
        'CREATE TABLE replay.other (moment INTEGER, kind TEXT, message_id, campaign, "user",'
        " due_ms INTEGER, state, ambiguous_ms INTEGER)"
    )
    messages = (
        'FROM (SELECT "user" FROM who UNION SELECT old FROM real.identity WHERE "user" IN who) AS'
        ' known CROSS JOIN real.outbox INDEXED BY outbox_of_user ON outbox."user" = known."user"'
        " WHERE campaign <> ? AND counts AND admitted_ms <= ? AND updated_ms >= ?"
    )
    columns = 'message_id, campaign, outbox."user", coalesce(claimed_ms, due_ms), state'
    chosen = (wanted.but_of, until_ms, since_ms - wanted.remembered_ms)
    for moment, kind, more in (
        ("admitted_ms", "promised", ""),
        ("claimed_ms", "claimed", " AND claimed_ms <= ?"),
        ("updated_ms", "ended", " AND updated_ms <= ? AND state NOT IN ('drawn', 'pending')"),
    ):
        conn.execute(
            f"INSERT INTO replay.other SELECT {moment}, '{kind}', {columns}, ambiguous_ms"
            f" {messages}{more}",
            (*chosen, *([until_ms] if more else [])),
        )
    conn.execute("CREATE INDEX replay.other_at ON other (moment)")
    (n,) = conn.execute("SELECT count(*) FROM replay.other WHERE kind = 'promised'").fetchone()
    return int(n)


def steps(file: Path) -> Iterator[tuple[int, list[Step]]]:
    """Yield (moment, steps) of what was set apart in this file, in the order of time."""
    conn = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        rows = conn.execute(
            'SELECT moment, kind, message_id, campaign, "user", due_ms, state, ambiguous_ms'
            " FROM other ORDER BY moment, rowid"
        )
        group: list[Step] = []
        while page := rows.fetchmany(PAGE):
            for row in page:
                step = Step(*row)
                if group and group[0].moment_ms != step.moment_ms:
                    yield group[0].moment_ms, group
                    group = []
                group.append(step)
        if group:
            yield group[0].moment_ms, group
    finally:
        conn.close()


def play(conn: sqlite3.Connection, some: Sequence[Step]) -> None:
    """Let the outbox have what happened at these steps; played again, they change nothing."""
    for step in some:
        match step.kind:
            case "promised":
                conn.execute(
                    "INSERT INTO outbox (message_id, campaign, revision, run, user, occurrence,"
                    " state, admitted_ms, due_ms, expires_ms, lane, updated_ms)"
                    " VALUES (?, ?, 0, '', ?, '', 'pending', ?, ?, ?, 0, ?) ON CONFLICT DO NOTHING",
                    (
                        step.message_id,
                        step.campaign,
                        step.user,
                        step.moment_ms,
                        step.due_ms,
                        step.due_ms + LATE_MS_MAX,
                        step.moment_ms,
                    ),
                )
            case "claimed":
                conn.execute(
                    "UPDATE outbox SET state = 'in_flight', claimed_ms = ?, ambiguous_ms = ?"
                    " WHERE message_id = ? AND state = 'pending'",
                    (step.moment_ms, step.ambiguous_ms, step.message_id),
                )
            case "ended":
                conn.execute(
                    "UPDATE outbox SET state = ? WHERE message_id = ?"
                    " AND state IN ('pending', 'in_flight')",
                    (step.state, step.message_id),
                )
