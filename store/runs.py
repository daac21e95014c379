"""Scheduled runs: drawn whole before the first message may go, held by the safety check.

A run is `drawing` while its recipients are written as `drawn` rows, which delivery does not see.
A crash in the middle draws again from nothing; `finish_draw` shows the whole run at once.
"""

import sqlite3
from collections.abc import Sequence

from msgspec import Struct, structs

from domain.books import SkipReason
from domain.campaign import Campaign
from domain.verdict import Skip
from store import books, campaigns, caps, day_caps, exposures, identities, recipients, variants
from store.admission import Decision, under_kept_names
from store.allowance import UNBOUND, Bounds
from store.caps import Cap
from store.fault_points import reach
from store.lowered import limits as limits_now
from store.outbox import OPEN as OPEN_ROWS
from store.recipients import ROOM_FOR_ALL, Draw, Room

OPEN = frozenset({"drawing", "blocked", "sending"})


class Run(Struct, frozen=True):
    """One run, as the table has it."""

    campaign: str
    run: str
    revision: int
    state: str
    due_ms: int
    qualified: int
    safety_limit: int | None
    sample: int | None
    decided_by: str
    updated_ms: int
    wave_ms: int = 0  # of a run in waves, the latest that was drawn whole
    placed: int = 0  # how many messages were drawn


_COLUMNS = ", ".join(Run.__struct_fields__)


def begin(
    conn: sqlite3.Connection, campaign: str, run: str, revision: int, *, due_ms: int, now_ms: int
) -> None:
    """Begin a run; a run of this slot that exists stays what it is: never twice."""
    conn.execute(
        "INSERT INTO run (campaign, run, revision, state, due_ms, updated_ms)"
        " VALUES (?, ?, ?, 'drawing', ?, ?) ON CONFLICT DO NOTHING",
        (campaign, run, revision, due_ms, now_ms),
    )


def of_campaign(conn: sqlite3.Connection, campaign: str) -> list[Run]:
    """Return a campaign's runs, the earliest first."""
    rows = conn.execute(
        f"SELECT {_COLUMNS} FROM run WHERE campaign = ? ORDER BY due_ms", (campaign,)
    )
    return [Run(*row) for row in rows]


def find(conn: sqlite3.Connection, campaign: str, run: str) -> Run | None:
    """Return one run, or None."""
    row = conn.execute(
        f"SELECT {_COLUMNS} FROM run WHERE campaign = ? AND run = ?", (campaign, run)
    ).fetchone()
    return None if row is None else Run(*row)


def set_state(
    conn: sqlite3.Connection, campaign: str, run: str, state: str, *, now_ms: int, by: str = ""
) -> None:
    """Move an open run on; `by` is the person who decided, if one did. What has ended stays."""
    conn.execute(
        "UPDATE run SET state = ?, updated_ms = ?,"
        " decided_by = CASE WHEN ? = '' THEN decided_by ELSE ? END"
        " WHERE campaign = ? AND run = ? AND state IN ('drawing', 'blocked', 'sending')",
        (state, now_ms, by, by, campaign, run),
    )


def begin_wave(conn: sqlite3.Connection, run: Run) -> None:
    """Draw the next wave of a run: what the ones before it sent goes on."""
    conn.execute(
        "UPDATE run SET state = 'drawing'"
        " WHERE campaign = ? AND run = ? AND state = 'sending' AND wave_ms = ?",
        (run.campaign, run.run, run.wave_ms),
    )


def block(conn: sqlite3.Connection, run: Run, *, qualified: int, limit: int, now_ms: int) -> None:
    """Hold the run: more users qualified than the safety limit allows."""
    conn.execute(
        "UPDATE run SET state = 'blocked', qualified = ?, safety_limit = ?, updated_ms = ?"
        " WHERE campaign = ? AND run = ? AND state = 'drawing'",
        (qualified, limit, now_ms, run.campaign, run.run),
    )


def answer_sample(
    conn: sqlite3.Connection, campaign: str, run: str, n: int, *, by: str, now_ms: int
) -> None:
    """Let a blocked run go on, for a random `n`."""
    conn.execute(
        "UPDATE run SET state = 'drawing', sample = ?, decided_by = ?, updated_ms = ?"
        " WHERE campaign = ? AND run = ? AND state = 'blocked'",
        (n, by, now_ms, campaign, run),
    )


def answer_limit(
    conn: sqlite3.Connection, campaign: str, run: str, revision: int, *, by: str, now_ms: int
) -> None:
    """Let a blocked run be judged again, by a revision with another limit."""
    conn.execute(
        "UPDATE run SET state = 'drawing', revision = ?, decided_by = ?, updated_ms = ?"
        " WHERE campaign = ? AND run = ? AND state = 'blocked'",
        (revision, by, now_ms, campaign, run),
    )


def skip(conn: sqlite3.Connection, run: Run, *, by: str, now_ms: int) -> None:
    """Close a blocked run: nobody is messaged, and the books say so, once."""
    _close_held(conn, run, "skipped", SkipReason.RUN_SKIPPED, by=by, now_ms=now_ms)


def stop(conn: sqlite3.Connection, run: Run, *, by: str, now_ms: int) -> None:
    """Close an open run because its campaign was stopped."""
    if run.state == "blocked":
        _close_held(conn, run, "stopped", SkipReason.STOPPED, by=by, now_ms=now_ms)
        return
    if run.state == "drawing":
        clear_draw(conn, run)
    set_state(conn, run.campaign, run.run, "stopped", by=by, now_ms=now_ms)


def miss(conn: sqlite3.Connection, run: Run, *, now_ms: int) -> None:
    """Close an open run that nobody may carry on; of one that was sending, all rows have ended."""
    if run.state == "blocked":
        _close_held(conn, run, "missed", SkipReason.RUN_SKIPPED, by="", now_ms=now_ms)
    elif run.state == "drawing":
        clear_draw(conn, run)
        ended = "done" if run.wave_ms else "missed"
        set_state(conn, run.campaign, run.run, ended, now_ms=now_ms)
    else:
        set_state(conn, run.campaign, run.run, "done", now_ms=now_ms)


def _close_held(
    conn: sqlite3.Connection, run: Run, state: str, reason: SkipReason, *, by: str, now_ms: int
) -> None:
    held = find(conn, run.campaign, run.run)
    if held is None or held.state != "blocked":
        return
    set_state(conn, run.campaign, run.run, state, by=by, now_ms=now_ms)
    conn.execute(
        "UPDATE run SET undrawn = ? WHERE campaign = ? AND run = ?",
        (reason, run.campaign, run.run),
    )
    books.add(conn, run.campaign, run.run, "qualified", held.qualified)
    books.add(conn, run.campaign, run.run, "skipped", held.qualified, reason)


def clear_draw(conn: sqlite3.Connection, run: Run) -> None:
    """Forget a draw that a crash cut short: nothing of it was visible."""
    if not _is_drawing(conn, run):
        return
    day_caps.give_back_drawn(conn, run.campaign, run.run)
    conn.execute(
        f"DELETE FROM outbox WHERE campaign = ? AND run = ? AND {OPEN_ROWS} AND state = 'drawn'",
        (run.campaign, run.run),
    )
    conn.execute(
        "DELETE FROM decision WHERE campaign = ? AND run = ? AND counted = 0",
        (run.campaign, run.run),
    )


def draw_chunk(
    conn: sqlite3.Connection,
    run: Run,
    decisions: Sequence[Decision],
    *,
    now_ms: int,
    room: Room = ROOM_FOR_ALL,
    bounds: Bounds = UNBOUND,
) -> int:
    """Write some recipients (`drawn`) and those who get nothing, with the reason.

    Return how many got a place of the `room`, which is given in the order of the decisions to
    those whom no limit on what one user gets leaves out. Nothing is written if the run was stopped
    meanwhile: nobody would ever close those rows. Who is known by another id since the draw began
    gets nothing under the old one: the person may be drawn as well.
    """
    if not _is_drawing(conn, run):
        return 0
    old = identities.resolve(conn, {d.user for d in decisions})
    decisions = [
        structs.replace(d, verdict=Skip(SkipReason.MERGED)) if d.user in old else d
        for d in decisions
    ]
    definition = campaigns.revision_of(conn, run.campaign, run.revision).definition
    written = recipients.written(conn, run.campaign, run.run, decisions)
    draw = Draw(run.campaign, run.run, run.revision, definition, bounds, now_ms)
    placed = 0
    for d in under_kept_names(conn, decisions):
        if d.message_id in written:
            placed += written[d.message_id]
            continue
        placed += recipients.write(conn, draw, d, Room(room.left - placed, room.full))
    return placed


def _is_drawing(conn: sqlite3.Connection, run: Run) -> bool:
    found = find(conn, run.campaign, run.run)
    return found is not None and found.state == "drawing"


def room(conn: sqlite3.Connection, run: Run, campaign: Campaign) -> Room:
    """Return how many messages the caps and the answer to the safety check leave, and which."""
    now = limits_now(conn, run.campaign, campaign.limits)
    campaign = structs.replace(campaign, limits=now)
    total = campaign.limits.cap_total
    if total is not None:
        total -= sum(u.used for u in caps.usage(conn, run.campaign) if u.scope == caps.TOTAL)
    named = (
        (run.sample, run.placed, SkipReason.SAFETY_NOT_DRAWN),
        (campaign.limits.cap_per_run, run.placed, SkipReason.CAP_RUN),
        (total, 0, SkipReason.CAP_REACHED),
    )
    rooms = [Room(max(n - used, 0), reason) for n, used, reason in named if n is not None]
    return min(rooms, key=lambda each: each.left, default=ROOM_FOR_ALL)


def finish_draw(
    conn: sqlite3.Connection,
    run: Run,
    campaign: Campaign,
    *,
    qualified: int,
    now_ms: int,
    wave_ms: int = 0,
) -> bool:
    """Show the whole run at once: rows, books and caps. False: it is not drawing any more.

    False, too, where a cap was lowered meanwhile below what was drawn: it is drawn again.
    `wave_ms`: it is one of its waves, which is added to those before it.
    """
    if not _is_drawing(conn, run):
        return False
    key = (run.campaign, run.run)
    was_lowered = limits_now(conn, run.campaign, campaign.limits) != campaign.limits
    if was_lowered and recipients.drawn(conn, *key) > room(conn, run, campaign).left:
        clear_draw(conn, run)
        return False
    variants.begin_test(conn, *key, campaign, now_ms=now_ms)
    drawn = conn.execute(
        "UPDATE outbox SET state = 'pending'"
        f" WHERE campaign = ? AND run = ? AND {OPEN_ROWS} AND state = 'drawn'",
        key,
    ).rowcount
    wanted = [
        Cap(scope, lim)
        for scope, lim in (
            (caps.TOTAL, campaign.limits.cap_total),
            (caps.run(run.run), campaign.limits.cap_per_run),
        )
        if lim is not None
    ]
    granted = caps.take_many(conn, run.campaign, wanted, drawn) if wanted else drawn
    assert granted == drawn, "a run draws no more than its caps leave"
    reach("draw.caps_taken")
    books.add(conn, *key, "qualified", qualified)
    conn.execute(
        "UPDATE run SET state = 'sending', qualified = ?, updated_ms = ?, wave_ms = ?,"
        " placed = placed + ? WHERE campaign = ? AND run = ?",
        (books.of_run(conn, *key).qualified, now_ms, wave_ms, drawn, *key),
    )
    books.add(conn, *key, "pending", drawn)
    for bucket, reason, n in conn.execute(
        "SELECT bucket, reason, count(*) FROM decision WHERE campaign = ? AND run = ?"
        " AND counted = 0 GROUP BY bucket, reason",
        key,
    ).fetchall():
        books.add(conn, *key, bucket, n, reason if bucket == "skipped" else "")
    if exposures.is_watched(conn, run.campaign):
        exposures.add_control(conn, *key)
    if wave_ms:
        conn.execute(
            "UPDATE decision SET counted = 1 WHERE campaign = ? AND run = ? AND counted = 0", key
        )
    assert books.of_run(conn, *key).balanced(), "everyone who qualified has one row"
    return True
