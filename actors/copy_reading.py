"""What the audience's copy is told of the log: its next rows, their users, and what has left."""

import sqlite3
from collections.abc import Collection, Mapping
from typing import NamedTuple

from actors.page import know
from domain.facts import User
from store import erasures, log, memberships, retention, users
from store.log import LogRow
from store.memberships import ListVersion

ROWS_PAGE_MAX = 20_000
BYTES_PAGE_MAX = 16 * 2**20
"""Of the rows' bodies, and of the profiles: a page takes some five times as much memory."""
USERS_WEIGHED_MIN = 100
"""So few profiles are never that large."""
ERASED_PAGE_MAX = 1_000
LEAVING_PAGE_MAX = 20_000


class Gone(NamedTuple):
    """Users who were erased, and events that are kept no longer, while a copy may have them."""

    users: Collection[str] = ()
    seqs: Collection[int] = ()

    def __bool__(self) -> bool:
        """Whether there is any of them."""
        return bool(self.users or self.seqs)


NOTHING = Gone()


def missed(conn: sqlite3.Connection) -> tuple[int, bool, bool]:
    """Return the log's end, whether something is still to be let go, or somebody was lately."""
    waiting = bool(erasures.waiting(conn, limit=1) or retention.leaving(conn, limit=1))
    return log.last_seq(conn), waiting, erasures.copy_is_old(conn)


def gone(conn: sqlite3.Connection) -> Gone:
    """Return what a copy is to let go of before it is asked anything, some of it at a time."""
    return Gone(
        erasures.waiting(conn, limit=ERASED_PAGE_MAX),
        retention.leaving(conn, limit=LEAVING_PAGE_MAX),
    )


def let_go(conn: sqlite3.Connection, what: Gone) -> None:
    """No question of the copy finds these any longer."""
    if what.users:
        erasures.done(conn, what.users)
    retention.done(conn, what.seqs)


def page(conn: sqlite3.Connection, after: int) -> tuple[list[LogRow], list[User], Gone, bool]:
    """Return the next rows of the log, the users that they changed, and what left it.

    An event changes nobody but who is new by it: their profile stands in the copy already.
    What left comes alone, before any row: nothing is asked of a copy that still has it.
    The last of the answer says whether the log has more.
    """
    if left := gone(conn):
        return [], [], left, True
    rows = log.rows_after(conn, after, ROWS_PAGE_MAX, bytes_max=BYTES_PAGE_MAX)
    changed = users.changed_after(conn, {row.user for row in rows}, after)
    while len(changed) > USERS_WEIGHED_MIN and users.traits_bytes(conn, changed) > BYTES_PAGE_MAX:
        rows = rows[: len(rows) // 2]
        changed = users.changed_after(conn, {row.user for row in rows}, after)
    known = know(conn, changed, (), upto=0)
    more = bool(rows) and rows[-1].seq < log.last_seq(conn)
    return rows, list(known.users.values()), NOTHING, more


def members(conn: sqlite3.Connection, versions: Mapping[str, ListVersion]) -> dict[str, list[str]]:
    """Return the users of these versions of custom lists, by the lists' names."""
    return {name: list(memberships.members(conn, each)) for name, each in versions.items()}
