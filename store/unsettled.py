"""Messages that wait for a person: `dead` (refused for good) and `unknown` (nobody can tell).

A person sends one again, under the same id, or drops it for good. Whoever decides also writes the
audit row, in the same transaction.
"""

import sqlite3

from msgspec import Struct

from domain import expiry
from domain.books import SkipReason
from domain.review import State
from store import attempts, books, campaigns
from store.attempts import Attempt
from store.outbox import BEGUN_BEFORE, COLUMNS, OPEN, PENDING, Row

_SET_ASIDE = "state IN ('dead', 'unknown')"
"""The condition of the index `outbox_unsettled`."""


class Unsettled(Struct, frozen=True):
    """A message that waits for a person, and the name of its campaign."""

    message: Row
    campaign_name: str
    since_ms: int


class Shown(Struct, frozen=True):
    """One message, whatever its state, with the attempts that failed."""

    message: Row
    campaign_name: str
    since_ms: int
    attempts: list[Attempt]


class NotUnsettled(Struct, frozen=True):
    """No person has to decide about it: there is no such message (`state` is None), or not now.

    `closed_by` is who has decided, if a person did.
    """

    message_id: str
    state: str | None = None
    closed_by: str = ""


class TakenBack(Struct, frozen=True):
    """How many messages wait for a person again, and how many were in flight already."""

    waiting: int
    in_flight: int


class CannotGo(Struct, frozen=True):
    """It cannot be sent again: its campaign was stopped, or now runs with other content."""

    campaign_name: str
    state: State


def listed(conn: sqlite3.Connection, *, limit: int, campaign: str | None = None) -> list[Unsettled]:
    """Return what waits for a person, the latest first; `campaign` is an id, None: of all."""
    columns = ", ".join(f"o.{name.strip()}" for name in COLUMNS.split(","))
    rows = conn.execute(
        f"SELECT {columns}, c.name, o.updated_ms FROM outbox o INDEXED BY outbox_unsettled"
        " JOIN campaign c ON c.id = o.campaign"
        f" WHERE o.{_SET_ASIDE} AND o.closed_by = '' AND (? IS NULL OR o.campaign = ?)"
        " ORDER BY o.updated_ms DESC, o.message_id LIMIT ?",
        (campaign, campaign, limit),
    )
    return [Unsettled(Row(*row[:-2]), *row[-2:]) for row in rows.fetchall()]


def show(conn: sqlite3.Connection, message_id: str) -> Shown | None:
    """Return one message with its failed attempts, or None."""
    found = conn.execute(
        f"SELECT {COLUMNS}, updated_ms FROM outbox WHERE message_id = ?", (message_id,)
    ).fetchone()
    if found is None:
        return None
    message = Row(*found[:-1])
    campaign = campaigns.find(conn, message.campaign)
    assert campaign is not None, "a message has a campaign"
    return Shown(message, campaign.name, found[-1], attempts.of_message(conn, message_id))


def retry(
    conn: sqlite3.Connection, message_id: str, *, by: str, now_ms: int
) -> Row | NotUnsettled | CannotGo:
    """Send it again, under the same id, as if it fell due now; return it as it is then.

    It keeps the slot of its caps, which it never gave back. What may have arrived before may have
    arrived still: its 20 hours begin anew, and it never ends as "not sent". A campaign that has
    completed by itself is no hindrance: a run completes while its doubtful messages wait.
    """
    message = _waiting(conn, message_id)
    if isinstance(message, NotUnsettled):
        return message
    campaign = campaigns.find(conn, message.campaign)
    assert campaign is not None, "a message has a campaign"
    goes = campaign.published == message.revision or _began_before(conn, message_id)
    if campaign.state is State.STOPPED or not goes:
        return CannotGo(campaign.name, campaign.state)
    definition = campaigns.revision_of(conn, message.campaign, message.revision).definition
    conn.execute(
        "UPDATE outbox SET state = 'pending', reason = '', closed_by = ?, lane = lane | 2,"
        " due_ms = ?, fell_due_ms = ?, expires_ms = ?, updated_ms = ?,"
        " ambiguous_ms = iif(state = 'unknown' OR ambiguous_ms IS NOT NULL, ?, NULL)"
        " WHERE message_id = ?",
        (
            by,
            now_ms,
            now_ms,
            expiry.expires_ms(definition, due_ms=now_ms, fell_due_ms=now_ms),
            now_ms,
            now_ms,
            message_id,
        ),
    )
    was = books.place_of(message.state, message.reason)
    books.move(conn, message.campaign, message.run, source=was, target=books.PENDING)
    shown = show(conn, message_id)
    assert shown is not None, "it was there a moment ago"
    return shown.message


def _began_before(conn: sqlite3.Connection, message_id: str) -> bool:
    """Tell whether the message is sent as it is, though its campaign says something else now."""
    found = conn.execute(
        f"SELECT 1 FROM outbox WHERE message_id = ? AND {BEGUN_BEFORE}", (message_id,)
    ).fetchone()
    return found is not None


def drop(conn: sqlite3.Connection, message_id: str, *, by: str, now_ms: int) -> Row | NotUnsettled:
    """Let it be: it is never sent, and keeps its place in the books. Return it as it is then."""
    message = _waiting(conn, message_id)
    if isinstance(message, NotUnsettled):
        return message
    conn.execute(
        "UPDATE outbox SET closed_by = ?, updated_ms = ? WHERE message_id = ?",
        (by, now_ms, message_id),
    )
    shown = show(conn, message_id)
    assert shown is not None, "it was there a moment ago"
    return shown.message


def take_back(conn: sqlite3.Connection, campaign: str, *, now_ms: int) -> TakenBack:
    """Let what a person sent again of a campaign that is over wait for a person again.

    What is in flight keeps its way; should it come back, it is not sent again by itself.
    """
    in_flight = conn.execute(
        f"UPDATE outbox SET closed_by = '' WHERE campaign = ? AND {OPEN} AND state = 'in_flight'",
        (campaign,),
    ).rowcount
    rows = conn.execute(
        "SELECT message_id, run, CASE WHEN ambiguous_ms IS NOT NULL THEN 'unknown' ELSE 'dead' END,"
        " CASE WHEN ambiguous_ms IS NOT NULL THEN ? WHEN attempts THEN ? ELSE ? END"
        f" FROM outbox WHERE campaign = ? AND {PENDING}",
        (SkipReason.UNKNOWN, SkipReason.DEAD, SkipReason.SET_ASIDE, campaign),
    ).fetchall()
    for message_id, run, state, reason in rows:
        conn.execute(
            "UPDATE outbox SET state = ?, reason = ?, closed_by = '', updated_ms = ?"
            " WHERE message_id = ?",
            (state, reason, now_ms, message_id),
        )
        books.move(conn, campaign, run, target=("skipped", reason))
    return TakenBack(len(rows), in_flight)


def _waiting(conn: sqlite3.Connection, message_id: str) -> Row | NotUnsettled:
    """Return a message about which a person has to decide, or why there is none."""
    shown = show(conn, message_id)
    if shown is None:
        return NotUnsettled(message_id)
    message = shown.message
    if message.state not in {"dead", "unknown"} or message.closed_by:
        return NotUnsettled(message_id, message.state, message.closed_by)
    return message
