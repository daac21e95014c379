"""Everything that is stored about one user in one campaign, read on one snapshot.

Nothing here is kept for this purpose alone: the outbox, the decisions, the attempts that failed,
what was set aside and the log itself say what happened.
"""

import sqlite3
from collections.abc import Callable, Collection
from typing import TypeVar

import msgspec
from msgspec import Struct

from domain.facts import Event, User
from domain.timer import Timer
from store import admission, identities, log, past, poison, timers, users
from store.campaigns import CampaignRow
from store.log import Unreadable
from store.poison import Poison

T = TypeVar("T")

EVENTS_MAX = 20
ROWS_MAX = 100


class Attempt(Struct, frozen=True):
    """A time that a message was in flight and was not accepted."""

    n: int
    claimed_ms: int
    ended_ms: int
    outcome: str
    detail: str


class Message(Struct, frozen=True):
    """One message as the outbox has it, and its failed attempts."""

    message_id: str
    campaign: str
    user: str
    run: str
    occurrence: str
    event_seq: int | None
    revision: int
    state: str
    reason: str
    cap_day: str
    admitted_ms: int
    due_ms: int
    fell_due_ms: int
    expires_ms: int
    attempts: int
    claimed_ms: int | None
    ambiguous_ms: int | None
    closed_by: str
    variant: str
    updated_ms: int
    cutoff_ms: int | None = None
    held_by: str = ""  # "limits": these moved its due date last
    failed: tuple[Attempt, ...] = ()


class Decided(Struct, frozen=True):
    """A decision that made no message: control group, or skipped and why."""

    run: str
    occurrence: str
    bucket: str
    reason: str
    at_ms: int


class Trail(Struct, frozen=True):
    """What is known of a user in a campaign. `cursor` None: it never started to listen.

    `broken`: the user is known, but the stored profile cannot be read, so `user` is None.
    `ids` are all of the person's, the one that counts first. `first_seq` is where the first event
    of the campaign's stands, where only that one triggers.
    """

    ids: tuple[str, ...]
    user: User | None
    broken: bool
    messages: tuple[Message, ...]
    decisions: tuple[Decided, ...]
    aside: tuple[Poison, ...]
    events: tuple[Event | Unreadable, ...]
    history: tuple[Event, ...]
    cursor: int | None
    last_seq: int
    started_ms: int | None
    capped: frozenset[str]
    timers: tuple[Timer, ...] = ()
    first_seq: int | None = None


def read(
    conn: sqlite3.Connection,
    campaign: CampaignRow,
    user: str,
    *,
    triggers: Collection[str],
    needs: Collection[str],
    first_time: bool = False,
) -> Trail:
    """Read all of it. `triggers` are the events that a live campaign waits for.

    `first_time`: it takes a user's first of them only.

    `needs` are the events that its audience asks of; at most the latest of each kind are read.
    """
    last_seq = log.last_seq(conn)
    ids = identities.ids_of(conn, user)
    user = ids[0]
    revision = campaign.published or campaign.revision
    readable = users.get_readable(conn, (user,))
    return Trail(
        ids=ids,
        user=readable.get(user),
        broken=user not in readable and user in users.known(conn, (user,)),
        messages=tuple(
            message(conn, message_id)
            for each in ids
            for (message_id,) in conn.execute(
                "SELECT message_id FROM outbox WHERE user = ? AND campaign = ?"
                " AND state <> 'drawn' ORDER BY admitted_ms DESC LIMIT ?",
                (each, campaign.id, ROWS_MAX),
            ).fetchall()
        ),
        decisions=tuple(one for each in ids for one in _decisions(conn, campaign.id, each)),
        aside=tuple(one for each in ids for one in poison.of_user(conn, campaign.id, each)),
        events=_events(conn, user, triggers),
        history=_history(conn, user, needs, last_seq),
        cursor=admission.cursor(conn, campaign.id, revision),
        last_seq=last_seq,
        started_ms=_started_ms(conn, campaign.id),
        capped=frozenset(
            scope
            for (scope,) in conn.execute("SELECT scope FROM cap WHERE campaign = ?", (campaign.id,))
        ),
        first_seq=past.first_seqs(conn, [user], triggers).get(user) if first_time else None,
        timers=tuple(timers.of_user(conn, campaign.id, user, limit=ROWS_MAX)),
    )


def find_message(conn: sqlite3.Connection, message_id: str) -> Message | None:
    """Return one message by its id, whatever its state."""
    found = conn.execute("SELECT 1 FROM outbox WHERE message_id = ?", (message_id,)).fetchone()
    return message(conn, message_id) if found else None


def message(conn: sqlite3.Connection, message_id: str) -> Message:
    """Return a message that exists, with its failed attempts."""
    row = conn.execute(f"SELECT {_COLUMNS} FROM outbox WHERE message_id = ?", (message_id,))
    failed = conn.execute(
        "SELECT n, claimed_ms, ended_ms, outcome, detail FROM attempt WHERE message_id = ?"
        " ORDER BY n",
        (message_id,),
    )
    attempts = tuple(Attempt(*each) for each in failed.fetchall())
    return msgspec.structs.replace(Message(*row.fetchone()), failed=attempts)


def _readable(read_one: Callable[[], T]) -> T | None:
    """Return what a body says, or None where it cannot be read: that was set aside."""
    try:
        return read_one()
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None


def _decisions(conn: sqlite3.Connection, campaign: str, user: str) -> tuple[Decided, ...]:
    runs = [
        run
        for (run,) in conn.execute(
            "SELECT DISTINCT run FROM books WHERE campaign = ?"
            " UNION SELECT run FROM run WHERE campaign = ?",
            (campaign, campaign),
        ).fetchall()
    ]
    found = [
        Decided(run, *row)
        for run in runs  # the table's key begins with campaign, run and user
        for row in conn.execute(
            "SELECT occurrence, bucket, reason, at_ms FROM decision"
            " WHERE campaign = ? AND run = ? AND user = ? ORDER BY at_ms DESC LIMIT ?",
            (campaign, run, user, ROWS_MAX),
        ).fetchall()
    ]
    return tuple(sorted(found, key=lambda one: one.at_ms)[-ROWS_MAX:])


def _events(
    conn: sqlite3.Connection, user: str, names: Collection[str]
) -> tuple[Event | Unreadable, ...]:
    found: list[tuple[int, int]] = []
    for name in names:
        found += conn.execute(
            "SELECT time_ms, seq FROM log INDEXED BY log_of_user WHERE kind = 'event' AND user = ?"
            " AND name = ? ORDER BY time_ms DESC LIMIT ?",
            (user, name, EVENTS_MAX),
        ).fetchall()
    latest = sorted(found, reverse=True)[:EVENTS_MAX]
    return tuple(log.events_at(conn, [seq for _, seq in latest]))


def _history(
    conn: sqlite3.Connection, user: str, needs: Collection[str], upto: int
) -> tuple[Event, ...]:
    if not needs:
        return ()
    found = _readable(lambda: log.history(conn, (user,), needs, upto_seq=upto)[user])
    return tuple(found or ())


def _started_ms(conn: sqlite3.Connection, campaign: str) -> int | None:
    row = conn.execute(
        "SELECT min(at_ms) FROM audit WHERE campaign = ? AND action = 'start'", (campaign,)
    ).fetchone()
    return None if row[0] is None else int(row[0])


_COLUMNS = ", ".join(name for name in Message.__struct_fields__ if name != "failed")
