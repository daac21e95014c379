"""The attempts that did not end in `accepted`: the trail of a message, one row a try."""

import sqlite3
from typing import Literal, TypeAlias

from msgspec import Struct

Outcome: TypeAlias = Literal[
    "not_sent", "throttled", "ambiguous", "rejected", "misdirected", "crashed", "broken"
]


_INSTEAD_OF_BROKEN = (
    "DO UPDATE SET claimed_ms = excluded.claimed_ms, ended_ms = excluded.ended_ms,"
    " outcome = excluded.outcome, detail = excluded.detail WHERE outcome = 'broken'"
)


class Attempt(Struct, frozen=True):
    """One try that failed: the `n`th, from its claim until its outcome was written down.

    `detail` says more in a few words (`ConnectError`, `status 503`) and quotes no user. `broken`
    is none at all: the message could not even be written, so it never was in flight.
    """

    n: int
    claimed_ms: int
    ended_ms: int
    outcome: Outcome
    detail: str


def record(
    conn: sqlite3.Connection, message_id: str, outcome: Outcome, *, detail: str, now_ms: int
) -> None:
    """Write down how the attempt ended that is in flight. Called in the transaction that ends it.

    Of a message that is not in flight nothing is written, so a job that runs twice writes once.
    """
    conn.execute(
        "INSERT INTO attempt (message_id, n, claimed_ms, ended_ms, outcome, detail)"
        " SELECT message_id, attempts, coalesce(claimed_ms, updated_ms), ?, ?, ? FROM outbox"
        " WHERE message_id = ? AND state = 'in_flight'"
        f" ON CONFLICT (message_id, n) {_INSTEAD_OF_BROKEN}",
        (now_ms, outcome, detail, message_id),
    )


def record_end(conn: sqlite3.Connection, message_id: str, *, detail: str, now_ms: int) -> None:
    """Write down why a message ends, if there is a `detail`: Segment refused it, or it is broken.

    A broken one waits still: `n` is that of the attempt which could not begin. It gives way to
    that attempt, or to the next reason, once a person has sent the message again.
    """
    conn.execute(
        "INSERT INTO attempt (message_id, n, claimed_ms, ended_ms, outcome, detail)"
        " SELECT message_id, attempts + (state = 'pending'), coalesce(claimed_ms, updated_ms), ?,"
        " iif(state = 'pending', 'broken', 'rejected'), ? FROM outbox WHERE message_id = ?"
        " AND (state = 'in_flight' OR state = 'pending' AND ? <> '')"
        f" ON CONFLICT (message_id, n) {_INSTEAD_OF_BROKEN}",
        (now_ms, detail, message_id, detail),
    )


def of_message(conn: sqlite3.Connection, message_id: str) -> list[Attempt]:
    """Return the failed attempts of a message, the first first."""
    rows = conn.execute(
        "SELECT n, claimed_ms, ended_ms, outcome, detail FROM attempt WHERE message_id = ?"
        " ORDER BY n",
        (message_id,),
    )
    return [Attempt(*row) for row in rows.fetchall()]
