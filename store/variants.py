"""Which content each message has: written once, before it may go, and counted by the database.

A test gives its variants to users in turn. Of a run, those whose message ids come first are the
test: ids are keyed hashes, so they are random users. The rest waits without a variant until the
winner is known, and nothing without one is sent.
"""

import math
import sqlite3

import msgspec
from msgspec import Struct

from domain.assignment import Tally
from domain.campaign import Campaign
from domain.finding import Finding
from domain.variants import UNDECIDED, AbTest
from store import exposures, identities
from store.decisions import LIVE
from store.outbox import OPEN, PENDING

MINUTE_MS = 60_000
WHOLE_PERCENT = 100


class Count(Struct, frozen=True):
    """How many messages of one variant ended where."""

    variant: str
    sent: int = 0
    skipped: int = 0
    pending: int = 0


class Trial(Struct, frozen=True):
    """A test of variants: when its winner is due, and who won (`winner` empty: not known yet).

    `finding`: what it found, with its figures; also so far, where its campaign ended before.
    """

    run: str
    decide_ms: int
    winner: str
    decided_ms: int | None
    finding: Finding | None = None

    @property
    def won(self) -> str:
        """The variant that may be called the winner; empty: none may, or not yet."""
        return self.winner if self.finding is None else self.finding.won


def of_run(conn: sqlite3.Connection, campaign: str, run: str) -> tuple[Count, ...]:
    """Return the counts of a run's variants that have messages, by their names."""
    found: dict[str, dict[str, int]] = {}
    for variant, bucket, n in conn.execute(
        "SELECT variant, bucket, n FROM variant_books WHERE campaign = ? AND run = ?"
        " ORDER BY variant",
        (campaign, run),
    ).fetchall():
        found.setdefault(variant, {})[bucket] = n
    return tuple(Count(variant, **counts) for variant, counts in found.items())


def tallies(conn: sqlite3.Connection, campaign: str, run: str) -> dict[str, Tally]:
    """Return how each variant of a run did: users who got it, and how many of them converted.

    Users, not messages: who triggers a live campaign ten times gets ten, and converts once.
    """
    converted = conversions(conn, campaign, run)
    if run == LIVE:
        users = exposures.users_of(conn, campaign)
        got = {name: n for (arm, name), n in users.items() if arm == "target" and name}
    else:  # of a run each user has one message
        got = {one.variant: one.sent for one in of_run(conn, campaign, run)}
    return {name: Tally(n, converted.get(name, 0)) for name, n in got.items()}


def conversions(conn: sqlite3.Connection, campaign: str, run: str) -> dict[str, int]:
    """Return how many users of each variant of a run reached the goal; none without a goal."""
    rows = conn.execute(
        "SELECT variant, count(DISTINCT user) FROM conversion"
        " WHERE campaign = ? AND run = ? AND arm = 'target' AND variant <> '' GROUP BY variant",
        (campaign, run),
    )
    return dict(rows.fetchall())


def mark(conn: sqlite3.Connection, message_id: str, variant: str) -> None:
    """Give a message that was just written the variant of its user."""
    if variant != UNDECIDED:
        conn.execute(
            "UPDATE outbox SET variant = ? WHERE message_id = ?",
            (variant, message_id),
        )


def mark_in_turn(
    conn: sqlite3.Connection, campaign: str, run: str, message_id: str, test: AbTest, *, now_ms: int
) -> None:
    """Give a message of a live test that was just written a variant.

    After the test: the winner. Before: what its user had before, under any id, or the one that the
    fewest users have. The test is over `wait_minutes` after the last of its users was taken.
    """
    found = find_test(conn, campaign, run)
    if found is not None and found.winner:
        mark(conn, message_id, found.winner)
        return
    if had := _had(conn, campaign, run, message_id):
        mark(conn, message_id, had)
        return
    have = taken(conn, campaign)
    fewest = min(test.of, key=lambda each: have.get(each.name, 0)).name
    mark(conn, message_id, fewest)
    conn.execute(
        "INSERT INTO variant_taken (campaign, variant, users) VALUES (?, ?, 1)"
        " ON CONFLICT (campaign, variant) DO UPDATE SET users = users + 1",
        (campaign, fewest),
    )
    if found is None and test.test_users is not None and sum(have.values()) + 1 >= test.test_users:
        open_test(conn, campaign, run, now_ms + test.wait_minutes * MINUTE_MS)


def _had(conn: sqlite3.Connection, campaign: str, run: str, message_id: str) -> str:
    """Return the variant of the earlier messages of a message's user; empty: it is the first."""
    (user,) = conn.execute("SELECT user FROM outbox WHERE message_id = ?", (message_id,)).fetchone()
    for each in identities.ids_of(conn, user):
        row = conn.execute(
            "SELECT variant FROM outbox INDEXED BY outbox_of_user"
            " WHERE user = ? AND campaign = ? AND run = ? AND variant <> '' LIMIT 1",
            (each, campaign, run),
        ).fetchone()
        if row is not None:
            return str(row[0])
    return UNDECIDED


def taken(conn: sqlite3.Connection, campaign: str) -> dict[str, int]:
    """Return how many users a live test has taken, by variant."""
    rows = conn.execute("SELECT variant, users FROM variant_taken WHERE campaign = ?", (campaign,))
    return dict(rows.fetchall())


def begin_test(
    conn: sqlite3.Connection, campaign: str, run: str, definition: Campaign, *, now_ms: int
) -> None:
    """Choose who of a run that is drawn is in its test; the rest falls due when that is over."""
    test = definition.variants
    if not isinstance(test, AbTest):
        return
    chosen = f"campaign = ? AND run = ? AND {OPEN} AND state = 'drawn'"
    ids = conn.execute(
        f"SELECT message_id FROM outbox WHERE {chosen} ORDER BY message_id", (campaign, run)
    ).fetchall()
    size = _size(test, len(ids))
    conn.executemany(
        "UPDATE outbox SET variant = ? WHERE message_id = ?",
        [(test.of[i % len(test.of)].name, name) for i, (name,) in enumerate(ids[:size])],
    )
    if not ids:
        return
    decide_ms = now_ms + test.wait_minutes * MINUTE_MS
    open_test(conn, campaign, run, decide_ms)
    conn.execute(
        "UPDATE outbox SET due_ms = ?1, fell_due_ms = ?1, expires_ms = expires_ms + (?1 - due_ms)"
        f" WHERE campaign = ?2 AND run = ?3 AND {OPEN} AND state = 'drawn' AND variant = ''"
        " AND due_ms < ?1",
        (decide_ms, campaign, run),
    )


def _size(test: AbTest, drawn: int) -> int:
    """Return how many of a run are in its test: rounded up, so that a test is never of nobody."""
    if test.test_users is not None:
        return test.test_users
    return math.ceil(drawn * (test.test_percent or WHOLE_PERCENT) / WHOLE_PERCENT)


def open_test(
    conn: sqlite3.Connection, campaign: str, run: str, decide_ms: int, *, cut: bool = False
) -> None:
    """Let a test that has all its users end then; one that has an end keeps it.

    `cut`: its campaign ended before it had all of them.
    """
    conn.execute(
        "INSERT INTO variant_test (campaign, run, decide_ms, cut) VALUES (?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        (campaign, run, decide_ms, cut),
    )


def find_test(conn: sqlite3.Connection, campaign: str, run: str) -> Trial | None:
    """Return the test of a run, or None: it has none, or it still takes users."""
    rows = conn.execute(f"{_TRIALS} AND run = ?", (campaign, run)).fetchall()
    return _trial(*rows[0]) if rows else None


def undecided(conn: sqlite3.Connection, campaign: str) -> list[Trial]:
    """Return a campaign's tests whose winner is not known, the one that is due first before."""
    rows = conn.execute(f"{_TRIALS} AND decided_ms IS NULL ORDER BY decide_ms, run", (campaign,))
    return [_trial(*row) for row in rows.fetchall()]


def waits_for_winner(conn: sqlite3.Connection, campaign: str, run: str) -> bool:
    """Tell whether others than those who were tested get the winner of a run."""
    if run == LIVE:
        return True  # whoever comes next does
    found = conn.execute(
        f"SELECT 1 FROM outbox WHERE campaign = ? AND {PENDING} AND run = ? AND variant = ''"
        " LIMIT 1",
        (campaign, run),
    ).fetchone()
    return found is not None


def note(conn: sqlite3.Connection, campaign: str, run: str, finding: Finding) -> None:
    """Write down what a test has found so far; its winner is not known by that."""
    conn.execute(
        "UPDATE variant_test SET finding = ? WHERE campaign = ? AND run = ? AND decided_ms IS NULL",
        (msgspec.json.encode(finding), campaign, run),
    )


def decide(
    conn: sqlite3.Connection,
    campaign: str,
    run: str,
    winner: str,
    *,
    now_ms: int,
    finding: Finding | None = None,
) -> bool:
    """Write down the winner of a test and give it to the rest. False: it was decided before."""
    decided = conn.execute(
        "UPDATE variant_test SET winner = ?, decided_ms = ?, finding = ?"
        " WHERE campaign = ? AND run = ? AND decided_ms IS NULL",
        (winner, now_ms, finding and msgspec.json.encode(finding), campaign, run),
    ).rowcount
    if not decided:
        return False
    # What delivery put off because there was no winner yet goes at once.
    conn.execute(
        "UPDATE outbox SET variant = ?, due_ms = min(due_ms, max(fell_due_ms, ?))"
        f" WHERE campaign = ? AND {PENDING} AND run = ? AND variant = ''",
        (winner, now_ms, campaign, run),
    )
    return True


def _trial(
    run: str, decide_ms: int, winner: str, decided_ms: int | None, finding: bytes | None
) -> Trial:
    found = None if finding is None else _FINDING.decode(finding)
    return Trial(run, decide_ms, winner, decided_ms, found)


_FINDING = msgspec.json.Decoder(Finding)
_TRIALS = "SELECT run, decide_ms, winner, decided_ms, finding FROM variant_test WHERE campaign = ?"
