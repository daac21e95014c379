"""Lineage: whether this database is the very one that ran here last.

A copy, or a backup put back, does not know what was sent since; to go on with it unasked would
send that again. So the database knows its own file (inode and file system), and a small file beside
it, written anew at each start, knows the database: its lineage and how often it was opened.
"""

import os
import secrets
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import msgspec
from msgspec import Struct

from store import meta, safe_file
from store.upgrade import read_meta

SIDECAR_NAME = "lineage.json"
RESTORED = "restored"
"""The name in `meta` that marks a backup: such a database ran nowhere yet."""
_LINEAGE, _BIRTHMARK, _BESIDE, _BEFORE = "lineage", "birthmark", "lineage_beside", "lineage_before"
_ID_BYTES = 16

Birthmark: TypeAlias = Callable[[Path], str]


class Sidecar(Struct, frozen=True):
    """What stands beside the database: whose it is, and the epoch of the latest start."""

    lineage: str
    epoch: int


def birthmark(path: Path) -> str:
    """Return what a copy of the file has not: its inode, device and file system.

    Device numbers change when disks are found in another order, file system ids do not on most
    file systems: one of the two must stay, and the inode.
    """
    found = path.stat()
    return f"{found.st_ino}:{found.st_dev}:{os.statvfs(path).f_fsid}"


def read_sidecar(folder: Path) -> Sidecar | None:
    """Return what stands beside the database; None where nothing readable does."""
    try:
        return msgspec.json.decode((folder / SIDECAR_NAME).read_bytes(), type=Sidecar)
    except (FileNotFoundError, msgspec.MsgspecError):
        return None


def write_sidecar(folder: Path, sidecar: Sidecar) -> None:
    """Replace what stands beside the database, durably."""
    safe_file.replace(folder / SIDECAR_NAME, msgspec.json.encode(sidecar))


def objection(conn: sqlite3.Connection, folder: Path, mark: str) -> str | None:
    """Say why this database is not the one that ran here last; None: it is, or nothing ever ran.

    Changes nothing. `mark` is the file's birthmark now.
    """
    beside = read_sidecar(folder)
    ours = _get(conn, _LINEAGE)
    if _get(conn, RESTORED):
        return "this database was restored from a backup and has not been adopted yet"
    if ours is None:
        return None if beside is None else "an older database, or none, lies where another one ran"
    if not _same_file(_get(conn, _BIRTHMARK) or "", mark):
        return "this file is a copy of the database that ran last, not the database itself"
    confirmed = _get(conn, _BESIDE) == "1"
    if not confirmed and _told(beside) == _get(conn, _BEFORE):
        return None  # the start that gave the lineage ended before it was written beside
    if beside is None:
        return f"{SIDECAR_NAME} beside it is gone or unreadable"
    if beside.lineage != ours:
        return f"{SIDECAR_NAME} beside it belongs to another database"
    if beside.epoch > read_meta(conn, "epoch"):
        return "an older version of the file was laid over it"
    return None


def begin(conn: sqlite3.Connection, folder: Path, mark: str, *, adopted: bool) -> Sidecar:
    """Count one more start, in the caller's transaction; return what to write beside, after it.

    An adopted database and one that has none get a new lineage. The epoch is above every earlier
    one of both, so that a daemon on the old database is fenced.
    """
    beside = read_sidecar(folder)
    epoch = max(read_meta(conn, "epoch"), 0 if beside is None else beside.epoch) + 1
    conn.execute(
        "INSERT INTO meta (key, value) VALUES ('epoch', ?)"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (epoch,),
    )
    lineage = _get(conn, _LINEAGE)
    if adopted or lineage is None:
        lineage = secrets.token_hex(_ID_BYTES)
        meta.put(conn, _LINEAGE, lineage)
        meta.put(conn, _BESIDE, "0")
        meta.put(conn, _BEFORE, _told(beside))
        conn.execute("DELETE FROM meta WHERE key = ?", (RESTORED,))
    meta.put(conn, _BIRTHMARK, mark)
    return Sidecar(lineage, epoch)


def confirm(conn: sqlite3.Connection) -> None:
    """Remember that the lineage stands beside: from now on it must."""
    meta.put(conn, _BESIDE, "1")


def mark_restored(conn: sqlite3.Connection, when: str) -> None:
    """Mark a copy as one that only `--adopt` may start."""
    meta.put(conn, RESTORED, when)


def _get(conn: sqlite3.Connection, key: str) -> str | None:
    """Read `meta`, which the very first start has not made yet."""
    if conn.execute("SELECT 1 FROM sqlite_schema WHERE name = 'meta'").fetchone() is None:
        return None
    return meta.get(conn, key)


def _told(beside: Sidecar | None) -> str:
    return "" if beside is None else f"{beside.lineage}:{beside.epoch}"


def _same_file(kept: str, now: str) -> bool:
    if kept == now:
        return True
    kept_inode, *kept_disk = kept.split(":")
    now_inode, *now_disk = now.split(":")
    return kept_inode == now_inode and any(
        a == b for a, b in zip(kept_disk, now_disk, strict=False)
    )
