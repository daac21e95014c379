"""The attempts that did not end in `accepted`: the trail of a message, one row a try."""

import sqlite3
from typing import Literal, TypeAlias

from msgspec import Struct

Outcome: TypeAlias = Literal[
    "not_sent", "throttled", "ambiguous", "rejected", "misdirected", "crashed"
]


class Attempt(Struct, frozen=True):
    """One try that failed: the `n`th, from its claim until its outcome was written down.

    `detail` says more in a few words (`ConnectError`, `status 503`) and quotes no user.
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
        " WHERE message_id = ? AND state = 'in_flight' ON CONFLICT DO NOTHING",
        (now_ms, outcome, detail, message_id),
    )


def of_message(conn: sqlite3.Connection, message_id: str) -> list[Attempt]:
    """Return the failed attempts of a message, the first first."""
    rows = conn.execute(
        "SELECT n, claimed_ms, ended_ms, outcome, detail FROM attempt WHERE message_id = ?"
        " ORDER BY n",
        (message_id,),
    )
    return [Attempt(*row) for row in rows.fetchall()]
