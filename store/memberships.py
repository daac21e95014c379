"""Who is in which custom list: the version that counts, or the one that a run began with."""

import sqlite3
from collections.abc import Collection, Iterator, Mapping

from msgspec import Struct, structs

from domain.facts import User
from domain.saved import UnknownAudienceError
from store.rows import among

MEMBERS_PER_FETCH = 10_000


class ListRow(Struct, frozen=True):
    """A list as it counts now. `members` are in it now: some of its file may be erased since."""

    id: int
    name: str
    version: int
    members: int
    unknown: int
    duplicates: int
    published_ms: int
    made_by: str


class ListVersion(Struct, frozen=True):
    """One version of one list: its members never change, but for users who were erased."""

    list_id: int
    version: int


NO_LISTS: Mapping[str, ListVersion] = {}


def everyone(conn: sqlite3.Connection) -> list[ListRow]:
    """Return every list of which a version was published, by name."""
    rows = conn.execute(f"{_LISTS} ORDER BY l.folded")
    return [ListRow(*row) for row in rows.fetchall()]


def names(conn: sqlite3.Connection) -> frozenset[str]:
    """Return the names of all lists of which a version was published; counts nothing."""
    return frozenset(name for (name,) in conn.execute("SELECT name FROM list WHERE version > 0"))


def find(conn: sqlite3.Connection, name: str) -> ListRow | None:
    """Return the list of exactly this name, if a version of it was published."""
    row = conn.execute(f"{_LISTS} AND l.name = ?", (name,)).fetchone()
    return None if row is None else ListRow(*row)


def current(conn: sqlite3.Connection, names: Collection[str]) -> dict[str, ListVersion]:
    """Return the versions that count of those of the lists that there are, by name."""
    return {
        name: ListVersion(list_id, version)
        for name, list_id, version in among(conn, _CURRENT, names)
    }


def required(conn: sqlite3.Connection, names: Collection[str]) -> dict[str, ListVersion]:
    """Return the versions that count of all of the lists.

    Raises UnknownAudienceError for one that is not there: it is never taken for an empty one.
    """
    return _all_of(current(conn, names), names)


def of_run(
    conn: sqlite3.Connection, campaign: str, run: str, names: Collection[str]
) -> dict[str, ListVersion]:
    """Return the versions that a run keeps. Raises UnknownAudienceError as `required` does."""
    kept = conn.execute(
        "SELECT l.name, l.id, r.version FROM run_list r JOIN list l ON l.id = r.list"
        " WHERE r.campaign = ? AND r.run = ?",
        (campaign, run),
    )
    found = {
        name: ListVersion(list_id, version)
        for name, list_id, version in kept.fetchall()
        if name in names
    }
    return _all_of(found, names)


def keep(
    conn: sqlite3.Connection, campaign: str, run: str, names: Collection[str]
) -> dict[str, ListVersion]:
    """Let a run keep the versions that count now, unless it keeps others already; return them."""
    versions = current(conn, names)
    conn.executemany(
        "INSERT INTO run_list (campaign, run, list, version) VALUES (?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        [(campaign, run, each.list_id, each.version) for each in versions.values()],
    )
    return of_run(conn, campaign, run, names)


def members(conn: sqlite3.Connection, version: ListVersion) -> Iterator[str]:
    """Yield the users of a version, in the order of their keys; no more than a fetch in memory."""
    rows = conn.execute(
        "SELECT user FROM list_member WHERE list = ? AND version = ? ORDER BY user",
        (version.list_id, version.version),
    )
    while some := rows.fetchmany(MEMBERS_PER_FETCH):
        for (user,) in some:
            yield user


def among_members(
    conn: sqlite3.Connection, versions: Mapping[str, ListVersion], users: Collection[str]
) -> dict[str, frozenset[str]]:
    """Return for each list, by name, which of these users are in it."""
    return {
        name: frozenset(user for (user,) in among(conn, _AMONG, users, each.list_id, each.version))
        for name, each in versions.items()
    }


def rename(conn: sqlite3.Connection, old: str, new: str) -> None:
    """Let one user take another's place in every list: they have turned out to be one person."""
    conn.execute("UPDATE OR IGNORE list_member SET user = ? WHERE user = ?", (new, old))
    forget(conn, old)


def forget(conn: sqlite3.Connection, user: str) -> None:
    """Take a user out of every version of every list."""
    conn.execute("DELETE FROM list_member WHERE user = ?", (user,))


def prune(conn: sqlite3.Connection, *, limit: int) -> int:
    """Remove at most so many members of versions that nothing needs; return how many.

    Needed are the version that counts, one that is being filled, and those of open runs. Called
    until it returns 0, so that no transaction is long.
    """
    old = conn.execute(_OLD).fetchone()
    if old is None:
        return 0
    removed = conn.execute(
        "DELETE FROM list_member WHERE (list, version, user) IN"
        " (SELECT list, version, user FROM list_member WHERE list = ? AND version = ? LIMIT ?)",
        (*old, limit),
    ).rowcount
    if removed < limit:
        conn.execute(
            "UPDATE list_version SET state = 'removed' WHERE list = ? AND version = ?", old
        )
    return max(removed, 1)


def with_lists(
    conn: sqlite3.Connection, users: Mapping[str, User], versions: Mapping[str, ListVersion]
) -> dict[str, User]:
    """Return the users, each with the lists that it is in, of those that are given by name."""
    if not versions:
        return dict(users)
    found = among_members(conn, versions, users)
    return {
        key: structs.replace(
            user, lists=frozenset(name for name, members in found.items() if key in members)
        )
        for key, user in users.items()
    }


def _all_of(found: dict[str, ListVersion], names: Collection[str]) -> dict[str, ListVersion]:
    for name in names:
        if name not in found:
            raise UnknownAudienceError(f"there is no list {name!r}")
    return found


_LISTS = (
    "SELECT l.id, l.name, v.version, (SELECT count(*) FROM list_member m"
    " WHERE m.list = l.id AND m.version = l.version),"
    " v.unknown, v.duplicates, v.published_ms, v.made_by"
    " FROM list l JOIN list_version v ON v.list = l.id AND v.version = l.version"
    " WHERE l.version > 0"
)
_CURRENT = "SELECT name, id, version FROM list WHERE name IN ({keys}) AND version > 0"
_AMONG = "SELECT user FROM list_member WHERE user IN ({keys}) AND list = ? AND version = ?"
_OLD = """
    SELECT v.list, v.version FROM list_version v JOIN list l ON l.id = v.list
    WHERE v.state IN ('published', 'given_up') AND (v.version <> l.version OR v.state = 'given_up')
      AND NOT EXISTS (
        SELECT 1 FROM run_list k JOIN run r ON r.campaign = k.campaign AND r.run = k.run
        WHERE k.list = v.list AND k.version = v.version
          AND r.state IN ('drawing', 'blocked', 'sending'))
    LIMIT 1
"""
