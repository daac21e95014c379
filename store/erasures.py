"""Erasing a user: everything kept about one person goes, the books stay balanced.

Profile, events, devices, list rows and what was set aside are deleted. A message or a decision was
counted, so its row stays under a pseudonym, a keyed hash that nobody can read back. A hash also
remembers whom nothing may be kept of, for the day when an import or a restore brings them again.
"""

import hashlib
import hmac
import sqlite3
from collections.abc import Collection

import msgspec
from msgspec import Struct

from domain.books import SkipReason
from domain.facts import ANONYMOUS
from domain.identity import names_nobody
from store import compacting, erased, identities, meta, outbox
from store.erased import hidden, pseudonym
from store.fault_points import reach
from store.outbox import COLUMNS, Ending, Row
from store.tombstones import key_of, user_mark

DELETED = (
    *("log", "user", "poison", "list_member", "identity"),
    *("push_token", "timer", "reckon_again"),
)
"""The tables with a column `user` whose rows go with the user."""
RENAMED = ("outbox", "decision", "exposure", "conversion")
"""Those whose rows are counted in the books, and stay under the pseudonym."""
WAITING = ("erasing",)
"""The one that remembers whom the audience's copy still holds."""


class Kept(Struct, frozen=True):
    """How much is kept about a user, in rows. `messages` include those that wait, `open`."""

    profiles: int = 0
    events: int = 0
    records: int = 0  # profile changes and other calls in the log
    messages: int = 0
    decisions: int = 0
    set_aside: int = 0
    lists: int = 0  # rows in versions of lists
    open: int = 0
    waits: int = 0  # timers, whatever became of them

    def nothing(self) -> bool:
        """Tell whether nothing at all is kept."""
        return not any(msgspec.structs.astuple(self))


class Erased(Struct, frozen=True):
    """What an erasure removed, and the name under which the person stands in the audit.

    `ids` are all that the person had, the one that counts first: nothing is kept of any.
    `campaigns` are those of which something that waited was cancelled. `before`: they had been
    erased already.
    """

    pseudonym: str
    removed: Kept
    ids: tuple[str, ...]
    campaigns: frozenset[str]
    before: bool = False


def count(conn: sqlite3.Connection, user: str) -> Kept:
    """Return how much is kept about a person, by any of their ids."""
    every = [_count(conn, each) for each in identities.ids_of(conn, user)]
    return Kept(*map(sum, zip(*map(msgspec.structs.astuple, every), strict=True)))


def erase(conn: sqlite3.Connection, user: str, *, now_ms: int) -> Erased:
    """Remove everything about a person, whether known or not, and keep nothing more of them.

    Any id of theirs means all. What waits to be sent is cancelled; what is on the wire settles
    under the pseudonym. Run again, it finds nothing more to remove.
    """
    key = key_of(meta.install_key(conn))
    ids = identities.ids_of(conn, user)
    removed = count(conn, user)
    before = bool(erased.among(conn, ids))
    campaigns: set[str] = set()
    for each in ids:
        campaigns.update(cancel(conn, each, now_ms=now_ms))
        _rename(conn, key, each, pseudonym(key, each))
        for table in DELETED:
            for half in HALVES.get(table, ("",)):
                conn.execute(f"DELETE FROM {table} WHERE {half}user = ?", (each,))
        conn.execute(
            "INSERT INTO suppressed_hash (hash, erased_ms) VALUES (?, ?) ON CONFLICT (hash)"
            " DO UPDATE SET erased_ms = coalesce(erased_ms, excluded.erased_ms)",
            (user_mark(key, each), now_ms),
        )
        conn.execute("INSERT INTO erasing (user) VALUES (?) ON CONFLICT DO NOTHING", (each,))
    name = pseudonym(key, ids[0])
    if not removed.nothing():
        compacting.want(conn)
        _log_it(conn, key, name, now_ms)  # the log never ends before a place that it had reached
    reach("erase.deleted")
    return Erased(name, removed, ids, frozenset(campaigns), before)


def erase_devices(conn: sqlite3.Connection, ids: Collection[str], *, now_ms: int) -> None:
    """Erase those of the ids that are devices: somebody said that an erased person has them.

    Not one that is a person's already, nor one whose name stands for none: many share it.
    """
    known = identities.resolve(conn, ids)
    for each in sorted(ids):
        if each.startswith(ANONYMOUS) and each not in known and not names_nobody(each):
            erase(conn, each, now_ms=now_ms)


def _count(conn: sqlite3.Connection, user: str) -> Kept:
    def one(sql: str) -> int:
        return int(conn.execute(sql, (user,)).fetchone()[0])

    return Kept(
        profiles=one("SELECT count(*) FROM user WHERE user = ?"),
        events=one("SELECT count(*) FROM log WHERE kind = 'event' AND user = ?"),
        records=one("SELECT count(*) FROM log WHERE kind <> 'event' AND user = ?"),
        messages=one("SELECT count(*) FROM outbox WHERE user = ?"),
        decisions=len(_decisions(conn, user)),
        set_aside=one("SELECT count(*) FROM poison WHERE user = ?"),
        lists=one("SELECT count(*) FROM list_member WHERE user = ?"),
        open=one(f"SELECT count(*) FROM outbox WHERE user = ? AND {outbox.OPEN}"),
        waits=one("SELECT count(*) FROM timer WHERE user = ?"),
    )


def cancel(conn: sqlite3.Connection, user: str, *, now_ms: int) -> list[str]:
    """Close whatever of the user waits to be sent; return the campaign of each such message.

    What is in flight settles by itself; what may have arrived before becomes `unknown`.
    """
    rows = conn.execute(
        f"SELECT {COLUMNS} FROM outbox INDEXED BY outbox_of_user"
        " WHERE user = ? AND state = 'pending'",
        (user,),
    ).fetchall()
    ends = [Ending(Row(*row), "cancelled", SkipReason.SUPPRESSED) for row in rows]
    outbox.end(conn, ends, now_ms=now_ms)
    return [end.row.campaign for end in ends]


def waiting(conn: sqlite3.Connection, *, limit: int | None = None) -> list[str]:
    """Return users whom the audience's copy may still hold; by default all of them."""
    at_most = -1 if limit is None else limit
    rows = conn.execute("SELECT user FROM erasing ORDER BY user LIMIT ?", (at_most,)).fetchall()
    return [user for (user,) in rows]


def done(conn: sqlite3.Connection, users: Collection[str]) -> None:
    """No question of the audience's copy finds them any longer; its file still has their bytes."""
    conn.executemany("DELETE FROM erasing WHERE user = ?", [(user,) for user in users])
    meta.put(conn, _COPY_IS_OLD, "1")


def copy_is_old(conn: sqlite3.Connection) -> bool:
    """Tell whether the file of the audience's copy still has bytes of users who were erased."""
    return meta.get(conn, _COPY_IS_OLD) is not None


def copy_is_new(conn: sqlite3.Connection) -> None:
    """The file of the audience's copy was written anew."""
    conn.execute("DELETE FROM meta WHERE key = ?", (_COPY_IS_OLD,))


def _rename(conn: sqlite3.Connection, key: bytes, user: str, name: str) -> None:
    messages = conn.execute(
        "SELECT message_id, occurrence FROM outbox WHERE user = ?", (user,)
    ).fetchall()
    conn.executemany(
        "UPDATE outbox SET user = ?, occurrence = ? WHERE message_id = ?",
        [(name, hidden(key, occurrence), message_id) for message_id, occurrence in messages],
    )
    conn.executemany(
        "UPDATE decision SET user = ?, occurrence = ?"
        " WHERE campaign = ? AND run = ? AND user = ? AND occurrence = ?",
        [
            (name, hidden(key, occurrence), campaign, run, user, occurrence)
            for campaign, run, occurrence in _decisions(conn, user)
        ],
    )
    for table in ("exposure", "conversion"):
        conn.execute(f"UPDATE {table} SET user = ? WHERE user = ?", (name, user))
        said = conn.execute(f"SELECT DISTINCT occurrence FROM {table} WHERE user = ?", (name,))
        conn.executemany(
            f"UPDATE {table} SET occurrence = ? WHERE user = ? AND occurrence = ?",
            [(hidden(key, each), name, each) for (each,) in said.fetchall() if each],
        )


def _decisions(conn: sqlite3.Connection, user: str) -> list[tuple[str, str, str]]:
    """Return the keys of a user's decisions; the table's own key begins with campaign and run."""
    runs = conn.execute(
        "SELECT campaign, run FROM run UNION SELECT DISTINCT campaign, run FROM books"
    ).fetchall()
    return [
        (campaign, run, occurrence)
        for campaign, run in runs
        for (occurrence,) in conn.execute(
            "SELECT occurrence FROM decision WHERE campaign = ? AND run = ? AND user = ?",
            (campaign, run, user),
        ).fetchall()
    ]


def _log_it(conn: sqlite3.Connection, key: bytes, name: str, now_ms: int) -> None:
    (last,) = conn.execute("SELECT seq FROM sqlite_sequence WHERE name = 'log'").fetchone() or (0,)
    act = hmac.digest(key, f"erase:{last + 1}:{name}".encode(), hashlib.sha256)
    conn.execute(
        "INSERT INTO log (kind, source_id, user, name, time_ms, received_ms, body)"
        " VALUES ('other', ?, ?, 'erase', ?, ?, x'7b7d')",
        (f"clarion:{act.hex()}", name, now_ms, now_ms),
    )


HALVES = {"log": ("kind = 'event' AND ", "kind <> 'event' AND ")}
"""Each half of the log has an index of its own on the user; one condition for both has none."""
_COPY_IS_OLD = "copy_is_old"
