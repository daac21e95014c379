"""The start of an owner: is this database sound, is it ours, and on which terms does it go on."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from store import adoption, compacting, fault_points, lineage
from store.disk import Disk
from store.errors import Damaged, NotAdopted
from store.tombstones import Tombstones
from store.upgrade import Migration, take_epoch, upgrade

LOOK_EVERY_SECONDS = 30.0
"""Whoever commits nothing finds out this soon that another daemon took the folder."""
CHECKED_WHOLE_BYTES_MAX = 256 * 2**20
"""A larger database is not read from end to end at each start; `clarion backup` does that."""


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms a daemon takes the folder over. `now_ms` is when.

    `derived` are files made from the log: an adoption removes them, they may be another log's.
    `look_every_seconds`: so often it looks whether another daemon took the folder.
    """

    now_ms: int
    tombstones: Tombstones
    disk: Disk
    adopt: bool = False
    derived: tuple[Path, ...] = ()
    birthmark: lineage.Birthmark = lineage.birthmark
    look_every_seconds: float = LOOK_EVERY_SECONDS


def start(
    conn: sqlite3.Connection, path: Path, migrations: Sequence[Migration], terms: Terms | None
) -> int:
    """Check, upgrade, take the epoch and adopt if told so; return the epoch.

    Nothing is changed before the lineage is clear. Without terms only the schema and the epoch
    matter. Raises `Damaged`, `NotAdopted`, `SchemaTooNew`, `MigrationFailed`.
    """
    check_sound(conn, path)
    if terms is None:
        upgrade(conn, path, migrations)
        return take_epoch(conn)
    mark = terms.birthmark(path)
    why = lineage.objection(conn, path.parent, mark)
    if why is not None and not terms.adopt:
        raise NotAdopted(path, why)
    upgrade(conn, path, migrations)
    compacting.at_start(conn)
    terms.tombstones.watch(conn)
    if terms.adopt:  # before its commit: the next start after a crash does not adopt any more
        for file in terms.derived:
            file.unlink(missing_ok=True)
    conn.execute("BEGIN IMMEDIATE")
    try:
        sidecar = lineage.begin(conn, path.parent, mark, adopted=terms.adopt)
        if terms.adopt:
            adoption.adopt(conn, now_ms=terms.now_ms)
        if terms.adopt or terms.tombstones.news(conn):
            adoption.bury(conn, terms.tombstones.read(), now_ms=terms.now_ms)
            terms.tombstones.rewrite(conn)
        conn.execute("COMMIT")
    finally:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
    if terms.adopt:
        fault_points.reach("adopt.committed")
    else:
        fault_points.reach("epoch.taken")
    lineage.write_sidecar(path.parent, sidecar)
    fault_points.reach("sidecar.written")
    lineage.confirm(conn)
    return sidecar.epoch


def check_sound(conn: sqlite3.Connection, path: Path) -> None:
    """Look for damage: the whole of a small database; of a large one its schema and its size.

    Raises `Damaged`, or the error of SQLite that says the same.
    """
    (pages,) = conn.execute("PRAGMA page_count").fetchone()
    (page_bytes,) = conn.execute("PRAGMA page_size").fetchone()
    table = "" if pages * page_bytes <= CHECKED_WHOLE_BYTES_MAX else "('meta')"
    found = [row[0] for row in conn.execute(f"PRAGMA quick_check{table}").fetchmany(1)]
    if found not in ([], ["ok"]):
        raise Damaged(sqlite3.DatabaseError(found[0].splitlines()[-1]), path)


def must_exist(path: Path, terms: Terms | None) -> None:
    """Refuse to make a new database where another one ran. Raises `NotAdopted`."""
    if terms is None or terms.adopt or path.exists():
        return
    if lineage.read_sidecar(path.parent) is not None:
        raise NotAdopted(path, "the database that ran here is gone")
