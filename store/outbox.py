"""The outbox: one row a message, and the only ways it may change.

`drawn -> pending -> in_flight -> accepted`, and from there `pending` again (later, the same id),
`expired`, `cancelled`, `dead` or `unknown`. A claim commits before the first byte leaves and asks
again whether the campaign still runs, and was published with this content; a slot of a cap is
given back only if the message never was in flight. What may have arrived never ends as "not sent"
but as `unknown`, and nothing of a campaign that is over goes back to waiting.
"""

import sqlite3
from collections.abc import Collection, Iterable, Sequence

from domain.books import SkipReason
from store import allowance, attempts, books, campaigns, caps, delivered, exposures, fault_points
from store.allowance import UNBOUND, Bounds
from store.attempts import Outcome
from store.outbox_row import COLUMNS as COLUMNS
from store.outbox_row import OPEN as OPEN
from store.outbox_row import PENDING as PENDING
from store.outbox_row import End as End
from store.outbox_row import Ending as Ending
from store.outbox_row import Postponed as Postponed
from store.outbox_row import Row as Row

AMBIGUOUS_MS_MAX = 20 * 3_600_000
"""After this long nobody re-sends by itself: Segment remembers message ids for about a day."""

SENDING = ("running", "blocked")  # the states in which a campaign's messages go
COMPLETED = "completed"  # in it only what a person has sent again goes: `closed_by` says who
BEGUN_BEFORE = (
    "(run = 'live' AND revision < (SELECT c.published FROM campaign c WHERE c.id = outbox.campaign)"
    " OR EXISTS (SELECT 1 FROM run r WHERE r.campaign = outbox.campaign AND r.run = outbox.run"
    " AND r.revision = outbox.revision AND r.state IN ('drawing', 'sending')))"
)
"""Written by an earlier revision and sent as it is: of a live campaign, or of a run under way."""
_OVER = {"stopped": SkipReason.STOPPED, "completed": SkipReason.CAMPAIGN_ENDED}
"""What a message that was not sent is told, by the final state of its campaign."""


def claim(
    conn: sqlite3.Connection,
    campaign: str,
    message_ids: Sequence[str],
    *,
    now_ms: int,
    bounds: Bounds = UNBOUND,
) -> frozenset[str]:
    """Put messages in flight; return those that may go. Run again, it claims nothing new.

    Of several of one user each is asked after the ones before it are on their way.
    """
    state = conn.execute(
        "SELECT state, published FROM campaign WHERE id = ?", (campaign,)
    ).fetchone()
    if state is None or state[0] not in {*SENDING, COMPLETED}:
        return frozenset()
    definition = campaigns.revision_of(conn, campaign, state[1]).definition
    claimed = set()
    for message_id in message_ids:
        if not allowance.may_begin(conn, bounds, campaign, definition, message_id, now_ms=now_ms):
            continue
        done = conn.execute(
            "UPDATE outbox SET state = 'in_flight', attempts = attempts + 1, claimed_ms = ?,"
            " updated_ms = ? WHERE message_id = ? AND state = 'pending'"
            f" AND campaign = ? AND (revision = ? OR {BEGUN_BEFORE}) AND (? OR closed_by <> '')"
            " AND expires_ms >= ?"
            " AND coalesce(cutoff_ms, ?) >= ?"
            " AND coalesce(ambiguous_ms, ?) >= ? AND NOT EXISTS ("
            "SELECT 1 FROM user WHERE user.user = outbox.user AND suppressed = 1)",
            (
                now_ms,
                now_ms,
                message_id,
                campaign,
                state[1],
                state[0] in SENDING,
                now_ms,
                now_ms,
                now_ms,
                now_ms,
                now_ms - AMBIGUOUS_MS_MAX,
            ),
        )
        if done.rowcount:
            claimed.add(message_id)
    return frozenset(claimed)


def accepted(conn: sqlite3.Connection, message_ids: Collection[str], *, now_ms: int) -> None:
    """Segment answered 2xx: these were sent."""
    sent: list[str] = []
    for message_id in message_ids:
        row = conn.execute(
            "UPDATE outbox SET state = 'accepted', reason = '', updated_ms = ?"
            " WHERE message_id = ? AND state = 'in_flight' RETURNING campaign, run",
            (now_ms, message_id),
        ).fetchone()
        if row:
            books.move(conn, row[0], row[1], target=("sent", ""))
            exposures.add_target(conn, row[0], message_id, at_ms=now_ms)
            sent.append(row[0])
    delivered.add(conn, sent, now_ms=now_ms)


def again(
    conn: sqlite3.Connection,
    message_ids: Collection[str],
    *,
    due_ms: int,
    outcome: Outcome,
    detail: str,
    now_ms: int,
) -> list[str]:
    """Back to `pending`, the same ids, among what was tried before; retries never move expiry.

    `ambiguous` and `crashed`: they may have arrived, at the earliest when they were claimed. Where
    their campaign says so they are `unknown` at once, for a person: their ids are returned.
    """
    unsure = outcome in {"ambiguous", "crashed"}
    touched: dict[tuple[str, int], bool] = {}
    kept = []
    for message_id in message_ids:
        attempts.record(conn, message_id, outcome, detail=detail, now_ms=now_ms)
        row = conn.execute(
            "UPDATE outbox SET state = 'pending', due_ms = ?, reason = ?, updated_ms = ?,"
            " lane = lane | 2, ambiguous_ms ="
            " iif(?, coalesce(ambiguous_ms, claimed_ms, updated_ms), ambiguous_ms)"
            " WHERE message_id = ? AND state = 'in_flight' RETURNING campaign, revision",
            (due_ms, detail, now_ms, unsure, message_id),
        ).fetchone()
        if row is None:
            continue
        if row not in touched:
            touched[row] = unsure and campaigns.is_held(conn, *row)
        if touched[row]:
            _close(conn, message_id, "unknown", SkipReason.UNKNOWN, now_ms=now_ms)
            kept.append(message_id)
    _close_what_is_over(conn, {campaign for campaign, _ in touched}, now_ms=now_ms)
    return kept


def unclaim(conn: sqlite3.Connection, message_ids: Collection[str], *, now_ms: int) -> None:
    """Not one byte left: as if the claim had never been. Earlier ones that may have are kept."""
    touched = set()
    for message_id in message_ids:
        touched |= set(
            conn.execute(
                "UPDATE outbox SET state = 'pending', attempts = attempts - 1, updated_ms = ?,"
                " claimed_ms = (SELECT max(attempt.claimed_ms) FROM attempt"
                " WHERE attempt.message_id = outbox.message_id)"
                " WHERE message_id = ? AND state = 'in_flight' RETURNING campaign",
                (now_ms, message_id),
            ).fetchall()
        )
    _close_what_is_over(conn, [campaign for (campaign,) in touched], now_ms=now_ms)


def postpone(conn: sqlite3.Connection, postponed: Sequence[Postponed], *, now_ms: int) -> None:
    """Move due dates: do-not-disturb began while they waited, or their users have had enough."""
    conn.executemany(
        "UPDATE outbox SET due_ms = ?, expires_ms = ?, held_by = iif(?, 'limits', ''),"
        " updated_ms = ? WHERE message_id = ? AND state = 'pending'",
        [(p.due_ms, p.expires_ms, p.queued, now_ms, p.row.message_id) for p in postponed],
    )


def end(conn: sqlite3.Connection, endings: Sequence[Ending], *, now_ms: int) -> None:
    """Close messages that will not be sent, with the books and, if never in flight, the caps.

    What is on the wire can only turn out `dead` or `unknown`: it may arrive yet.
    """
    for ending in endings:
        message_id = ending.row.message_id
        mild = ending.state in {"expired", "cancelled"}
        row = conn.execute(
            "SELECT ambiguous_ms FROM outbox"
            " WHERE message_id = ? AND (state = 'pending' OR state = 'in_flight' AND NOT ?)",
            (message_id, mild),
        ).fetchone()
        if row is None:
            continue
        attempts.record_end(conn, message_id, detail=ending.detail, now_ms=now_ms)
        if mild and row[0] is not None:
            _close(conn, message_id, "unknown", SkipReason.UNKNOWN, now_ms=now_ms)
        else:
            _close(conn, message_id, ending.state, ending.reason, now_ms=now_ms)


def _close(
    conn: sqlite3.Connection, message_id: str, state: End, reason: SkipReason, *, now_ms: int
) -> None:
    """Close an open message, move the books, and free the slots of what certainly never left."""
    (campaign, run, cap_day, tried) = conn.execute(
        "UPDATE outbox SET state = ?, reason = ?, closed_by = '', updated_ms = ?"
        " WHERE message_id = ? RETURNING campaign, run, cap_day, attempts",
        (state, reason, now_ms, message_id),
    ).fetchall()[0]
    books.move(conn, campaign, run, target=("skipped", reason))
    if tried == 0 and state in {"expired", "cancelled"}:
        caps.give_back(conn, campaign, _scopes(run, cap_day))


def _scopes(run: str, cap_day: str) -> list[str]:
    return [caps.TOTAL, caps.run(run), *([caps.day(cap_day)] if cap_day else [])]


def cancel_open(
    conn: sqlite3.Connection,
    campaign: str,
    reason: SkipReason,
    *,
    now_ms: int,
    sent_by_people_too: bool = True,
) -> int:
    """Close everything that waits, in a few statements: a stop must not keep others waiting.

    Returns how many. What is in flight settles by itself; what a person sent again may be kept.
    """
    chosen = f"campaign = ? AND {PENDING} AND (? OR closed_by = '')"
    groups = conn.execute(
        "SELECT run, cap_day, attempts = 0, ambiguous_ms IS NOT NULL, count(*) FROM outbox"
        f" WHERE {chosen} GROUP BY 1, 2, 3, 4",
        (campaign, sent_by_people_too),
    ).fetchall()
    conn.execute(
        "UPDATE outbox SET state = iif(ambiguous_ms IS NULL, 'cancelled', 'unknown'),"
        " reason = iif(ambiguous_ms IS NULL, ?, ?), closed_by = '', updated_ms = ?"
        f" WHERE {chosen}",
        (reason, SkipReason.UNKNOWN, now_ms, campaign, sent_by_people_too),
    )
    for run, cap_day, never_left, ambiguous, n in groups:
        told = SkipReason.UNKNOWN if ambiguous else reason
        books.move(conn, campaign, run, target=("skipped", told), n=n)
        if never_left:
            caps.give_back(conn, campaign, _scopes(run, cap_day), n)
    return sum(n for *_, n in groups)


def _close_what_is_over(conn: sqlite3.Connection, touched: Iterable[str], *, now_ms: int) -> None:
    """Close what came back from the wire into a campaign that ended meanwhile."""
    for campaign in touched:
        (state,) = conn.execute("SELECT state FROM campaign WHERE id = ?", (campaign,)).fetchone()
        if state in _OVER:
            too = state != COMPLETED
            cancel_open(conn, campaign, _OVER[state], now_ms=now_ms, sent_by_people_too=too)


def open_count(conn: sqlite3.Connection, campaign: str) -> int:
    """Return how many messages are not yet in a final state."""
    sql = f"SELECT count(*) FROM outbox WHERE campaign = ? AND {OPEN}"
    return int(conn.execute(sql, (campaign,)).fetchone()[0])


def recover(conn: sqlite3.Connection, *, now_ms: int) -> int:
    """After a crash: what was in flight may have arrived, so it is ambiguous from then on."""
    ids = [
        row[0]
        for (campaign,) in conn.execute("SELECT id FROM campaign").fetchall()
        for row in conn.execute(
            f"SELECT message_id FROM outbox WHERE campaign = ? AND {OPEN} AND state = 'in_flight'",
            (campaign,),
        ).fetchall()
    ]
    fault_points.reach("recover.begin")
    detail = "in flight when the daemon ended"
    again(conn, ids, due_ms=now_ms, outcome="crashed", detail=detail, now_ms=now_ms)
    fault_points.reach("recover.done")
    return len(ids)
