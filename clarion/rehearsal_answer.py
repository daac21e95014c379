"""What a rehearsal left in its scratch database, read as the answer for people."""

import csv
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from msgspec import structs

from actors.mail_rehearsal import EXAMPLES_MAX, HeldRun, Rehearsed
from actors.mail_report import Skipped
from actors.mail_trust import Told, Why
from actors.mail_views import BooksView
from actors.rules import Rules
from actors.telling import explain
from actors.views import campaign_view
from actors.why import why
from domain import quiet
from domain.books import SkipReason
from domain.review import State
from domain.spans import by_days, by_hours
from domain.spreadsheet import guard
from domain.zones import local_wall
from store import campaigns, caps, outbox, runs
from store.campaigns import CampaignRow

HELD_MS_MIN = 60_000
"""A message that fell due less than so much later than it was decided did not wait."""


def held_run(conn: sqlite3.Connection, campaign: str) -> tuple[CampaignRow, HeldRun | None]:
    """Return the campaign, and the run of it that the safety check holds."""
    row = campaigns.find(conn, campaign)
    assert row is not None, "it is the one that is rehearsed"
    for run in runs.of_campaign(conn, campaign):
        if run.state == "blocked":
            return row, HeldRun(run.run, run.qualified, run.safety_limit or 0)
    return row, None


def put_off(conn: sqlite3.Connection, campaign: str, *, by_ms: int) -> int:
    """Put everything off that waits for a time of its own; return how much that is."""
    return conn.execute(
        "UPDATE timer SET due_ms = due_ms + ? WHERE campaign = ? AND state = 'armed'",
        (by_ms, campaign),
    ).rowcount


def is_over(conn: sqlite3.Connection, campaign: str) -> bool:
    """Whether nothing waits to be sent, and no run has still users whose time is to come."""
    unfinished = any(
        run.state in {"drawing", "sending"} for run in runs.of_campaign(conn, campaign)
    )
    return not unfinished and not outbox.open_count(conn, campaign)


def read(
    conn: sqlite3.Connection,
    campaign: str,
    *,
    rules: Rules,
    from_ms: int,
    until_ms: int,
) -> Rehearsed:
    """Read the answer; who plays it knows the rest: events, pace, held runs, notes.

    `rules` are those of the moment at which the play is over.
    """
    zone = rules.zone
    row = campaigns.find(conn, campaign)
    assert row is not None, "it is the one that is rehearsed"
    view = campaign_view(conn, row)
    sent = conn.execute(
        "SELECT updated_ms FROM outbox WHERE campaign = ? AND state = 'accepted'", (campaign,)
    ).fetchall()
    moments = [(at, 1) for (at,) in sent]
    hours = by_hours(moments, zone)
    (users, queued) = conn.execute(
        "SELECT count(DISTINCT iif(state = 'accepted', user, NULL)),"
        " count(*) FILTER (WHERE held_by = 'limits') FROM outbox WHERE campaign = ?",
        (campaign,),
    ).fetchone()
    (slowed, slowed_ms) = conn.execute(
        "SELECT count(*), coalesce(max(claimed_ms - due_ms), 0) FROM outbox"
        " WHERE campaign = ? AND state = 'accepted' AND claimed_ms - due_ms >= ?",
        (campaign, HELD_MS_MIN),
    ).fetchone()
    full = [each.scope for each in caps.usage(conn, campaign) if each.used >= each.lim]
    return Rehearsed(
        name=row.name,
        kind=row.kind,
        zone=zone,
        from_ms=from_ms,
        until_ms=until_ms,
        events=0,
        moved=0,
        books=view.books,
        users=users,
        held=_held(conn, row, zone),
        queued=queued,
        slowed=slowed,
        slowed_ms=slowed_ms,
        skipped=_skipped(view.books),
        by_hour=hours,
        by_day=by_days(moments, zone),
        busiest=max(hours, key=lambda one: one.n, default=None),
        cap_filled_ms=_cap_filled(conn, campaign),
        full_days=sum(scope.startswith(caps.day("")) for scope in full),
        full_runs=sum(scope.startswith(caps.run("")) for scope in full),
        paused_ms=row.updated_ms if row.state is State.PAUSED else None,
        runs=sum(run.run != "live" for run in view.runs),
        examples=tuple(_examples(conn, campaign, rules, from_ms)),
    )


def write_messages(conn: sqlite3.Connection, campaign: str, *, zone: str, file: Path) -> None:
    """Write every message and its moments, in the account's zone, for a spreadsheet."""
    rows = conn.execute(
        "SELECT user, admitted_ms, updated_ms, state, reason, variant, occurrence FROM outbox"
        " WHERE campaign = ? AND state <> 'drawn' ORDER BY admitted_ms, user",
        (campaign,),
    )
    with file.open("w", newline="", encoding="utf-8") as text:
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(("user", "decided", "ended", "state", "reason", "variant", "trigger"))
        for user, decided, ended, *rest in rows:
            moments = [
                local_wall(at, zone).isoformat(timespec="milliseconds") for at in (decided, ended)
            ]
            writer.writerow([guard(str(cell)) for cell in (user, *moments, *rest)])


HELD = "The safety limit would have held the run, and a person would have been asked."
"""There is nobody in a rehearsal who skips a run: it goes on without it."""


def _skipped(books: BooksView) -> tuple[Skipped, ...]:
    return tuple(
        Skipped(reason, n, HELD if reason == SkipReason.RUN_SKIPPED else explain(reason))
        for reason, n in sorted(books.skipped.items(), key=lambda one: -one[1])
    )


def _held(conn: sqlite3.Connection, row: CampaignRow, zone: str) -> int:
    """Count the messages that fell due at the very end of their users' do-not-disturb.

    What waited for something else (a time of the user's own, the winner of a test) did not.
    """
    table = campaigns.revision_of(conn, row.id, row.revision).definition.do_not_disturb
    if table is None:
        return 0
    groups = conn.execute(
        "SELECT fell_due_ms, coalesce(user.zone, ?), count(*) FROM outbox"
        " LEFT JOIN user ON user.user = outbox.user"
        " WHERE campaign = ? AND fell_due_ms - admitted_ms >= ? GROUP BY 1, 2",
        (zone, row.id, HELD_MS_MIN),
    ).fetchall()
    return sum(
        n
        for due_ms, where, n in groups
        if quiet.ends_after(table, due_ms - HELD_MS_MIN, where) == due_ms
    )


def _cap_filled(conn: sqlite3.Connection, campaign: str) -> int | None:
    """Return when the total cap took its last message."""
    if not caps.is_full(conn, campaign, caps.TOTAL):
        return None
    row = conn.execute(
        "SELECT max(admitted_ms) FROM outbox WHERE campaign = ?", (campaign,)
    ).fetchone()
    return None if row[0] is None else int(row[0])


def _examples(
    conn: sqlite3.Connection, campaign: str, rules: Rules, from_ms: int
) -> Iterator[Told]:
    """Tell the trails of a few users: one of each fate first, then more of those who got it.

    What they did before the stretch is no part of them.
    """
    fates = conn.execute(
        "SELECT min(user), count(*) FROM outbox WHERE campaign = ?1 GROUP BY state, reason,"
        " fell_due_ms - admitted_ms >= ?2 UNION ALL"
        " SELECT min(user), count(*) FROM decision WHERE campaign = ?1 GROUP BY bucket, reason",
        (campaign, HELD_MS_MIN),
    ).fetchall()
    more = conn.execute(
        "SELECT DISTINCT user FROM outbox WHERE campaign = ? ORDER BY message_id LIMIT ?",
        (campaign, EXAMPLES_MAX),
    ).fetchall()
    chosen = dict.fromkeys([*(user for user, _ in fates), *(user for (user,) in more)])
    for user in list(chosen)[:EXAMPLES_MAX]:
        told = why(conn, Why(user=user, campaign=campaign), rules)
        if isinstance(told, Told):
            steps = tuple(step for step in told.steps if step.at_ms >= from_ms)
            yield structs.replace(told, steps=steps)
