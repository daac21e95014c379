"""What Slack must still be told, in order, and where the cards stand that were posted."""

import sqlite3
from collections.abc import Sequence
from enum import StrEnum
from typing import Literal, TypeAlias

from msgspec import Struct

from store.rows import among

FINAL = "final"
"""The body of the digest of a campaign that is over: its report."""
Kind: TypeAlias = Literal[
    "card", "reply", "call", "digest", "rehearsal", "alert", "notice", "check", "direct"
]
KEPT_MS = 7 * 24 * 3_600_000
"""So long what was told stays: a teller that is busy with it comes back within minutes."""
PRUNED_MAX = 16
"""So many of the oldest that were told are looked at with each that is added, at least."""


class Buttons(StrEnum):
    """What a notice offers: how its subject begins."""

    CLOCK = "clock"  # the machine's clock is right; then comes which leap
    RESUME = "resume"  # go on, or stop; then comes the hash of the campaign's content
    ASIDE = "aside"  # try again what was set aside, or drop it
    PAUSE = "pause"  # pause the campaign
    SEGMENT = "segment"  # send a test event
    LOAD = "load"  # choose what to pause
    AGAIN = "again"  # draft it again

    def about(self, what: str = "") -> str:
        """Return the subject of a notice with these buttons."""
        return f"{self.value}:{what}"


class Announcement(Struct, frozen=True):
    """Something that Slack must still be told. `kind` says how.

    - `card`: post the campaign's one card, or bring the posted one up to date.
    - `reply`: `body` as a reply in the thread of the card.
    - `call`: the same, and the whole channel sees it: somebody must act.
    - `digest`: post the report of day `body` in that thread, or that of all (`FINAL`).
    - `rehearsal`: post what came of the latest rehearsal in that thread.
    - `alert`: post the safety alert of run `subject` in the alerts channel, or bring it up to date.
    - `check`: post the question about test event `subject` there, or bring it up to date.
    - `notice`: `body` in the alerts channel; `subject` says which buttons stand below (`Buttons`),
      and after a colon what they are about.
    - `direct`: `body` to the one person whose id is `subject`, with the way to edit the campaign.
    """

    id: int
    kind: str
    campaign: str
    subject: str
    body: str


class Card(Struct, frozen=True):
    """Where in Slack a card stands."""

    channel: str
    ts: str


def add(
    conn: sqlite3.Connection,
    kind: Kind,
    campaign: str,
    *,
    subject: str = "",
    body: str = "",
    now_ms: int,
) -> int:
    """Ask for an announcement and return its id.

    A card or an alert is asked for once however often it changes: an open request for the same
    one is taken over, in its place in the order, under a new id. So a teller who is busy with
    the old id, and may have read the old state, does not close the new request with it.
    The same words at the same moment are one announcement. Some that were told long ago are removed
    with each: nobody reads them.
    """
    _prune(conn, now_ms=now_ms)
    first_ms = now_ms
    for held in conn.execute(
        "SELECT id, created_ms, body FROM announcement INDEXED BY announcement_open"
        " WHERE done_ms IS NULL AND kind = ? AND campaign = ? AND subject = ?",
        (kind, campaign, subject),
    ).fetchall():
        held_id, held_ms, held_body = held
        if kind in ("card", "alert", "check"):
            first_ms = held_ms
            conn.execute("UPDATE announcement SET done_ms = ? WHERE id = ?", (now_ms, held_id))
        elif (held_ms, held_body) == (now_ms, body):
            return int(held_id)
    (added,) = conn.execute(
        "INSERT INTO announcement (kind, campaign, subject, body, created_ms)"
        " VALUES (?, ?, ?, ?, ?) RETURNING id",
        (kind, campaign, subject, body, first_ms),
    ).fetchall()[0]
    return int(added)


def _prune(conn: sqlite3.Connection, *, now_ms: int) -> None:
    """Remove some of what was told long ago; a card that is drawn every minute adds up otherwise.

    Ids are never given again. Looked at are the oldest only, so that it costs the same in any year:
    as many as are still to be told, which may stand before all others for ever, and some more.
    """
    conn.execute(
        "DELETE FROM announcement WHERE id IN (SELECT id FROM"
        " (SELECT id, done_ms FROM announcement ORDER BY id LIMIT ? +"
        " (SELECT count(*) FROM announcement INDEXED BY announcement_open WHERE done_ms IS NULL))"
        " WHERE done_ms < ? LIMIT ?)",
        (PRUNED_MAX, now_ms - KEPT_MS, PRUNED_MAX),
    )


def open_ones(conn: sqlite3.Connection, limit: int) -> list[tuple[Announcement, Card | None]]:
    """Return what is still to be told, the oldest first, with the card that each one is about.

    At most `limit` of what goes to the channel for alerts, and as many of all else: an alert never
    stands behind a queue of cards. Among each, every campaign's first comes before any second, so
    that one whose thread takes nothing keeps no other from being told. A reply is about the card in
    whose thread it goes; a notice is about none.
    """
    rows = conn.execute(
        "WITH waits AS (SELECT *, kind IN ('alert', 'notice', 'check') AS urgent"
        " FROM announcement INDEXED BY announcement_open WHERE done_ms IS NULL),"
        " placed AS (SELECT *, row_number() OVER"
        " (PARTITION BY urgent, campaign ORDER BY created_ms, id) AS place FROM waits),"
        " turns AS (SELECT *, row_number() OVER"
        " (PARTITION BY urgent ORDER BY place, created_ms, id) AS turn FROM placed)"
        " SELECT a.id, a.kind, a.campaign, a.subject, a.body, c.channel, c.ts"
        " FROM turns a LEFT JOIN card c"
        " ON c.campaign = a.campaign AND c.subject = a.subject"
        " AND c.kind = CASE WHEN a.kind IN ('reply', 'call', 'digest', 'rehearsal') THEN 'card'"
        " ELSE a.kind END"
        " WHERE a.turn <= ? ORDER BY a.created_ms, a.id",
        (limit,),
    )
    return [
        (
            Announcement(number, kind, campaign, subject, body),
            None if channel is None else Card(channel, ts),
        )
        for number, kind, campaign, subject, body, channel, ts in rows.fetchall()
    ]


def done(conn: sqlite3.Connection, announcement_id: int, *, card: Card | None, now_ms: int) -> None:
    """Record that it was told, and where its card stands (None: where it stood, or nowhere)."""
    conn.execute(
        "UPDATE announcement SET done_ms = ? WHERE id = ? AND done_ms IS NULL",
        (now_ms, announcement_id),
    )
    if card is None:
        return
    conn.execute(
        "INSERT OR REPLACE INTO card (campaign, kind, subject, channel, ts)"
        " SELECT campaign, kind, subject, ?, ? FROM announcement"
        " WHERE id = ? AND kind IN ('card', 'alert', 'check')",
        (card.channel, card.ts, announcement_id),
    )


def cards_again(conn: sqlite3.Connection, *, now_ms: int) -> int:
    """Ask for every card that stands of a campaign that is not over; return how many."""
    standing = conn.execute(
        "SELECT c.campaign FROM card c JOIN campaign p ON p.id = c.campaign"
        " WHERE c.kind = 'card' AND p.state NOT IN ('stopped', 'completed')"
        " ORDER BY p.updated_ms DESC",
    ).fetchall()
    for (campaign,) in standing:
        add(conn, "card", campaign, now_ms=now_ms)
    return len(standing)


def freshen(conn: sqlite3.Connection, campaigns: Sequence[str], *, now_ms: int) -> int:
    """Ask for the cards that stand of these campaigns; return how many."""
    standing = among(
        conn,
        "SELECT campaign FROM card WHERE kind = 'card' AND campaign IN ({keys})",
        campaigns,
    )
    found = sorted(standing)
    for (campaign,) in found:
        add(conn, "card", campaign, now_ms=now_ms)
    return len(found)


def close_words(conn: sqlite3.Connection, *, now_ms: int) -> int:
    """Close the notices, what goes into threads or to one person, if still open; return how many.

    In a database that was restored nobody can tell which of them were told since the copy was
    made. A card, an alert and a question are brought up to date where they stand, and stay open.
    """
    return conn.execute(
        "UPDATE announcement SET done_ms = ?"
        " WHERE done_ms IS NULL"
        " AND kind IN ('notice', 'reply', 'call', 'digest', 'rehearsal', 'direct')",
        (now_ms,),
    ).rowcount


def leap_over_ids(conn: sqlite3.Connection, *, above: int) -> None:
    """Give no announcement an id up to `above` from now on: posts in Slack are known by it."""
    conn.execute(
        "INSERT INTO sqlite_sequence (name, seq) SELECT 'announcement', 0 WHERE NOT EXISTS"
        " (SELECT 1 FROM sqlite_sequence WHERE name = 'announcement')"
    )
    conn.execute(
        "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = 'announcement'", (above,)
    )


def card_of(conn: sqlite3.Connection, campaign: str) -> Card | None:
    """Return where the card of a campaign stands."""
    row = conn.execute(
        "SELECT channel, ts FROM card WHERE campaign = ? AND kind = 'card'", (campaign,)
    ).fetchone()
    return None if row is None else Card(*row)
