"""What a user has had and was promised: the outbox itself answers for every limit on one user.

There is no counter beside the messages that could say something else. What certainly was never
sent is no message, so it gives its place back by itself; what may have arrived counts at each
moment at which it may have. All ids of a person count together.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct

from domain.books import SkipReason
from domain.campaign import Campaign
from domain.expiry import LATE_MS_MAX
from domain.frequency import MINUTE_MS, NO_LIMITS, GlobalLimits, remembered_ms
from domain.release import BEGINS_MS_MAX, Had, Release, asks, release
from domain.timer import Wait
from domain.verdict import Hold, Send, Verdict
from domain.zones import is_known
from store import identities
from store.outbox_row import OPEN


class Bounds(Struct, frozen=True):
    """What the operator allows one user over all campaigns, and the account's time zone."""

    house: GlobalLimits = NO_LIMITS
    zone: str = "UTC"

    def zone_of(self, user_zone: str | None) -> str:
        """Return the zone that counts for a user; one that went bad on disk is not known.

        It must not break a transaction in which others are decided about too.
        """
        return user_zone if user_zone and is_known(user_zone) else self.zone


UNBOUND = Bounds()

_MAY_HAVE_LEFT = frozenset({"accepted", "in_flight", "unknown"})
"""In these states a message left, or may have, at its latest claim."""
_GOT = "(state IN ('accepted', 'in_flight', 'unknown') OR ambiguous_ms IS NOT NULL)"
_GOT_OR_TO_GET = "state NOT IN ('expired', 'cancelled')"
"""A message that a person has still to decide about keeps its place, refused or not."""


class Wanted(Struct, frozen=True):
    """A message for which a place is wanted; `zone` is its user's, where it is known.

    `spared`: the user is in a control group, and what this campaign would have sent counts as had.
    """

    campaign: str
    definition: Campaign
    user: str
    message_id: str
    zone: str = ""
    verdict: Verdict = Send()
    spared: bool = False


class _Instant(NamedTuple):
    at_ms: int
    campaign: str
    counts: bool


def had(
    conn: sqlite3.Connection, bounds: Bounds, wanted: Wanted, *, now_ms: int, promised: bool
) -> Had:
    """Return what limits ask of a user, other than the message for which they are asked.

    `promised`: messages that wait count too, at the moment at which they would go. They do when
    one more is to be promised, and not when one of them goes: the first that goes has the place.
    """
    limits, but = wanted.definition.limits, wanted.message_id
    own_ms = (limits.per_user_minutes or 0) * MINUTE_MS
    house_ms = 0 if limits.ignore_global else _remembered_ms(bounds)
    ids = identities.ids_of(conn, wanted.user)
    since_ms = now_ms - max(own_ms, house_ms) - BEGINS_MS_MAX
    found = list(_sent(conn, ids, but, since_ms=since_ms))
    if promised:
        found += _promised(conn, ids, but, now_ms=now_ms)
    ever = 0
    if limits.per_user_max is not None:
        states = _GOT if not promised else _GOT_OR_TO_GET
        ever = sum(_ever(conn, wanted.campaign, each, but, states) for each in ids)
    if wanted.spared:
        counts = limits.count_towards_global
        would = _would_have(conn, ids, wanted.campaign, since_ms=since_ms)
        found += [_Instant(at, wanted.campaign, counts) for at in would]
        if limits.per_user_max is not None:  # of whom there are at most as many
            ever += sum(1 for _ in _would_have(conn, ids, wanted.campaign, since_ms=0))
    return Had(
        counted=[one.at_ms for one in found if one.counts],
        mine=[one.at_ms for one in found if one.campaign == wanted.campaign],
        ever=ever,
    )


def place(
    conn: sqlite3.Connection,
    bounds: Bounds,
    wanted: Wanted,
    *,
    now_ms: int,
    cutoff_ms: int | None = None,
) -> Release | SkipReason:
    """Return when one more message may be promised to a user, or why it may not.

    Called in the transaction that writes the promise, so no two of them see the same place.
    """
    until_ms = wanted.verdict.until_ms if isinstance(wanted.verdict, Hold) else None
    falls_due_ms = now_ms if until_ms is None else until_ms
    definition = wanted.definition
    if not asks(definition, bounds.house):
        return Release(falls_due_ms)
    of_user = had(conn, bounds, wanted, now_ms=now_ms, promised=True)
    latest_ms = falls_due_ms + LATE_MS_MAX
    return release(
        definition,
        bounds.house,
        of_user,
        now_ms=now_ms,
        zone=bounds.zone_of(wanted.zone),
        latest_ms=latest_ms if cutoff_ms is None else min(latest_ms, cutoff_ms),
        rests_until_ms=until_ms,
    )


def fell_due_ms(verdict: Verdict | Wait, placed: Release, *, now_ms: int) -> int:
    """Return when a message fell due but for the limits that moved it."""
    if not placed.queued:
        return placed.due_ms
    return verdict.until_ms if isinstance(verdict, Hold) else now_ms


def may_begin(
    conn: sqlite3.Connection,
    bounds: Bounds,
    campaign: str,
    definition: Campaign,
    message_id: str,
    *,
    now_ms: int,
) -> bool:
    """Whether the limits let a message go at this very moment, in the transaction that claims it.

    Do-not-disturb is asked when a message is prepared, seconds before, with a margin.
    """
    if not asks(definition, bounds.house):
        return True
    row = conn.execute(
        "SELECT outbox.user, user.zone FROM outbox LEFT JOIN user ON user.user = outbox.user"
        " WHERE message_id = ?",
        (message_id,),
    ).fetchone()
    if row is None:
        return False
    wanted = Wanted(campaign, definition, row[0], message_id)
    of_user = had(conn, bounds, wanted, now_ms=now_ms, promised=False)
    answer = release(
        definition,
        bounds.house,
        of_user,
        now_ms=now_ms,
        zone=bounds.zone_of(row[1]),
        latest_ms=now_ms,
        awake=True,
    )
    return isinstance(answer, Release) and answer.due_ms == now_ms


def _remembered_ms(bounds: Bounds) -> int:
    return remembered_ms(bounds.house.rules, bounds.house.dwell_minutes)


def _sent(
    conn: sqlite3.Connection, ids: Sequence[str], but: str, *, since_ms: int
) -> Iterator[_Instant]:
    """Yield the moments at which messages left, or may have."""
    for user in ids:
        rows = conn.execute(
            "SELECT message_id, state, claimed_ms, ambiguous_ms, campaign, counts FROM outbox"
            " INDEXED BY outbox_claimed_of_user WHERE user = ? AND claimed_ms >= ?",
            (user, since_ms),
        ).fetchall()
        for message_id, state, claimed_ms, ambiguous_ms, campaign, counts in rows:
            moments = {claimed_ms} if state in _MAY_HAVE_LEFT else set()
            if ambiguous_ms is not None:
                moments |= {ambiguous_ms, *_doubts(conn, message_id)}
            if message_id != but:
                yield from (_Instant(at_ms, campaign, bool(counts)) for at_ms in moments)


def _promised(
    conn: sqlite3.Connection, ids: Sequence[str], but: str, *, now_ms: int
) -> Iterator[_Instant]:
    """Yield the moments at which messages that wait would go: what is overdue, now.

    What has expired never goes, and what somebody paused may never: it is asked anew if it does.
    """
    for user in ids:
        rows = conn.execute(
            "SELECT message_id, due_ms, campaign, counts FROM outbox"
            f" INDEXED BY outbox_open_of_user WHERE user = ? AND {OPEN}"
            " AND state IN ('drawn', 'pending') AND expires_ms >= ? AND campaign NOT IN"
            " (SELECT id FROM campaign WHERE state IN ('paused', 'faulted'))",
            (user, now_ms),
        ).fetchall()
        for message_id, due_ms, campaign, counts in rows:
            if message_id != but:
                yield _Instant(max(due_ms, now_ms), campaign, bool(counts))


def _would_have(
    conn: sqlite3.Connection, ids: Sequence[str], campaign: str, *, since_ms: int
) -> Iterator[int]:
    """Yield the moments since one at which a control user would have had a message."""
    for user in ids:
        rows = conn.execute(
            "SELECT at_ms FROM exposure WHERE user = ? AND campaign = ? AND at_ms >= ?"
            " AND arm = 'control'",
            (user, campaign, since_ms),
        ).fetchall()
        yield from (int(at_ms) for (at_ms,) in rows)


def _ever(conn: sqlite3.Connection, campaign: str, user: str, but: str, states: str) -> int:
    """Count the messages of a campaign to the user that are in such states."""
    (n,) = conn.execute(
        "SELECT count(*) FROM outbox INDEXED BY outbox_of_user WHERE user = ? AND campaign = ?"
        f" AND {states} AND message_id <> ?",
        (user, campaign, but),
    ).fetchone()
    return int(n)


def _doubts(conn: sqlite3.Connection, message_id: str) -> list[int]:
    rows = conn.execute(
        "SELECT claimed_ms FROM attempt WHERE message_id = ?"
        " AND outcome IN ('ambiguous', 'crashed')",
        (message_id,),
    )
    return [int(at_ms) for (at_ms,) in rows.fetchall()]
