"""Adoption: to go on with a database that is not the one which ran here last, and re-send nothing.

What was open may have been sent since the copy was made, so it becomes `unknown`; runs that were
under way are closed; and every published campaign waits, paused, for a person.
"""

import sqlite3
from collections.abc import Iterable

from msgspec import Struct

from domain.books import SkipReason
from domain.review import PUBLISHED, UNPUBLISHED, Action, Forbidden, State
from store import (
    acts,
    announcements,
    books,
    campaigns,
    erasures,
    letters,
    meta,
    outbox,
    runs,
    users,
)
from store.campaigns import CampaignRow
from store.tombstones import Buried, key_of, user_mark

REASON = "adopted"
ADOPTED_MS = "adopted_ms"
_UNENDED = PUBLISHED | {State.FAULTED}
_OPEN_ROWS = "state IN ('pending', 'in_flight')"


class Adopted(Struct, frozen=True):
    """What an adoption did: how many messages became `unknown`, and campaigns were paused.

    `silenced` notices and replies that were open may have been told, and are not told again.
    """

    unknown: int
    paused: int
    silenced: int = 0


def adopt(conn: sqlite3.Connection, *, now_ms: int) -> Adopted:
    """Do all of it, in the caller's transaction; also the audit row and the notice for Slack."""
    meta.put(conn, ADOPTED_MS, str(now_ms))
    _leap_over_ids(conn, now_ms)
    if meta.get(conn, "install_key") is None:
        return Adopted(0, 0)  # it never was started as a whole
    key = acts.audit_key(meta.install_key(conn))
    silenced = announcements.close_words(conn, now_ms=now_ms)
    letters.close_open(conn, now_ms=now_ms)
    given_up = _close_runs(conn, now_ms)
    unknown = _give_up_open_messages(conn, now_ms)
    paused = 0
    for row in campaigns.everyone(conn):
        if row.state in _UNENDED:
            moved = acts.advance(
                conn,
                row.id,
                Action.ADOPT,
                reason=REASON,
                say=_paused(given_up.get(row.id)),
                key=key,
                now_ms=now_ms,
            )
            assert isinstance(moved, State), "every published campaign can be adopted"
            paused += 1
    conn.execute(
        "UPDATE cursor SET seq = last, dropped = last"
        " FROM (SELECT coalesce(max(seq), 0) AS last FROM log)"
    )
    done = Adopted(unknown, paused, silenced)
    acts.record(
        conn,
        who=acts.ENGINE,
        action="adopt",
        campaign="",
        detail=f"{unknown} unknown, {paused} paused",
        key=key,
        now_ms=now_ms,
    )
    announcements.cards_again(conn, now_ms=now_ms)  # they may show what is not in this database
    announcements.add(conn, "notice", "", body=_notice(done), now_ms=now_ms)
    return done


def bury(conn: sqlite3.Connection, buried: Buried, *, now_ms: int) -> None:
    """Apply tombstones: what was stopped stays stopped, who was suppressed or erased stays so.

    A campaign that the database does not know needs nothing: its id never comes again. A user who
    is not known yet is remembered by the hash, for the day when an import brings them.
    """
    key = acts.audit_key(meta.install_key(conn)) if meta.get(conn, "install_key") else b""
    for row in campaigns.everyone(conn):
        if row.id in buried.campaigns and row.state not in {State.STOPPED, State.COMPLETED}:
            _stop(conn, row, key, now_ms)
    if not buried.users:
        return
    hash_key = key_of(meta.install_key(conn))
    conn.executemany(
        "INSERT INTO suppressed_hash (hash) VALUES (?) ON CONFLICT DO NOTHING",
        [(mark,) for mark in sorted(buried.users)],
    )
    known = conn.execute(
        "SELECT user, suppressed FROM user"
        " UNION ALL SELECT old, suppressed FROM identity JOIN user USING (user)"
    ).fetchall()
    for user, suppressed in known:
        mark = user_mark(hash_key, user)
        if mark in buried.erased:
            _erase(conn, user, key, now_ms)
        elif mark in buried.users and not suppressed:
            users.suppress(conn, user, now_ms=now_ms)
    conn.executemany(  # those who are not known: nothing is kept of them when they come
        "UPDATE suppressed_hash SET erased_ms = coalesce(erased_ms, ?) WHERE hash = ?",
        [(now_ms, mark) for mark in sorted(buried.erased)],
    )


def _erase(conn: sqlite3.Connection, user: str, key: bytes, now_ms: int) -> None:
    done = erasures.erase(conn, user, now_ms=now_ms)
    if done.removed.nothing():
        return  # it went with another id of the same person
    acts.record(
        conn,
        who=acts.ENGINE,
        action="erase",
        campaign="",
        detail=f"{done.pseudonym}, erased before the restore",
        key=key,
        now_ms=now_ms,
    )


def was_before(conn: sqlite3.Connection, due_ms: int) -> bool:
    """Tell whether this time had come when the database was adopted: it may have been used then."""
    adopted = meta.get(conn, ADOPTED_MS)
    return adopted is not None and due_ms <= int(adopted)


def _leap_over_ids(conn: sqlite3.Connection, now_ms: int) -> None:
    """Let nothing new get the id of what was made after the copy."""
    held = int(meta.get(conn, campaigns.COUNTER) or 0)
    meta.put(conn, campaigns.COUNTER, str(max(held, now_ms)))
    announcements.leap_over_ids(conn, above=now_ms)


def _close_runs(conn: sqlite3.Connection, now_ms: int) -> dict[str, str]:
    """Close what is open; return the run that had not begun to send, of each campaign with one."""
    given_up = {}
    for row in campaigns.everyone(conn):
        for run in runs.of_campaign(conn, row.id):
            if run.state not in runs.OPEN:
                continue
            if run.state != "sending" and not run.wave_ms:
                given_up[row.id] = run.run
            runs.miss(conn, run, now_ms=now_ms)
            if run.safety_limit is not None:
                announcements.add(conn, "alert", row.id, subject=run.run, now_ms=now_ms)
    return given_up


def _give_up_open_messages(conn: sqlite3.Connection, now_ms: int) -> int:
    given_up = 0
    for campaign in [row.id for row in campaigns.everyone(conn)]:
        groups = conn.execute(
            f"SELECT run, count(*) FROM outbox WHERE campaign = ? AND {outbox.OPEN}"
            f" AND {_OPEN_ROWS} GROUP BY run",
            (campaign,),
        ).fetchall()
        conn.execute(
            # Limits on what a user gets count it now, the latest moment at which it may have gone.
            "UPDATE outbox SET state = 'unknown', reason = ?1, updated_ms = ?2,"
            " claimed_ms = iif(state = 'in_flight' AND ambiguous_ms IS NULL, claimed_ms, ?2),"
            " ambiguous_ms = coalesce(ambiguous_ms, ?2)"
            f" WHERE campaign = ?3 AND {outbox.OPEN} AND {_OPEN_ROWS}",
            (SkipReason.UNKNOWN, now_ms, campaign),
        )
        for run, n in groups:
            books.move(conn, campaign, run, target=("skipped", SkipReason.UNKNOWN), n=n)
            given_up += n
    return given_up


def _stop(conn: sqlite3.Connection, row: CampaignRow, key: bytes, now_ms: int) -> None:
    reason = "stopped before the restore"
    if row.state in UNPUBLISHED:
        conn.execute(  # the table of its life has no such step: nobody stops what never ran
            "UPDATE campaign SET state = 'stopped', reason = ?, updated_ms = ? WHERE id = ?",
            (reason, now_ms, row.id),
        )
        moved: State | Forbidden = State.STOPPED
        acts.record(
            conn,
            who=acts.ENGINE,
            action="stop",
            campaign=row.id,
            detail=reason,
            key=key,
            now_ms=now_ms,
        )
    else:
        moved = acts.advance(conn, row.id, Action.STOP, reason=reason, key=key, now_ms=now_ms)
    assert moved is State.STOPPED, "a campaign that has not ended can be stopped"
    for run in _open(runs.of_campaign(conn, row.id)):
        runs.stop(conn, run, by=acts.ENGINE, now_ms=now_ms)
    outbox.cancel_open(conn, row.id, SkipReason.STOPPED, now_ms=now_ms)


def _open(found: Iterable[runs.Run]) -> list[runs.Run]:
    return [run for run in found if run.state in runs.OPEN]


def _paused(given_up: str | None) -> str:
    lost = f" The run of {given_up} is given up: nobody gets it twice." if given_up else ""
    return f"Paused: the database was restored or copied.{lost} Resume it when that is right."


def _notice(done: Adopted) -> str:
    silenced = (
        f" {_count(done.silenced, 'notice that waited', 'notices that waited')} to be told may have"
        " been told since, and will not be told again."
        if done.silenced
        else ""
    )
    return (
        "Clarion goes on with a database that was restored or copied. Nothing is sent twice:"
        f" {_count(done.unknown, 'message that was', 'messages that were')} open"
        f" {'is' if done.unknown == 1 else 'are'} `unknown` now, runs that were under way are"
        f" closed, and {_count(done.paused, 'campaign is', 'campaigns are')} paused. Look at each"
        " with `/campaign show`, then `/campaign resume` it or `/campaign stop` it. What happened"
        f" since the backup is not in this database.{silenced}"
    )


def _count(n: int, one: str, many: str) -> str:
    return f"{n:,} {one if n == 1 else many}"
