"""Saving an audience: the next version of its name, with a row in the audit log."""

import sqlite3

from msgspec import Struct

from domain.audience import Node
from store import acts, meta
from store.names import BadName, clean, folded
from store.saved_audiences import SavedAudience, encoded, find


class Kept(Struct, frozen=True):
    """It is saved. `new`: as a version of its own; else the latest says the same already."""

    audience: SavedAudience
    new: bool


def save(conn: sqlite3.Connection, name: str, who: Node, *, by: str, now_ms: int) -> Kept | BadName:
    """Keep a tree under a name as its next version; the audit says so.

    Whether the tree makes sense, and does not lead back to itself, is asked before.
    """
    wanted = clean(name)
    if isinstance(wanted, BadName):
        return wanted
    found = find(conn, wanted)
    name = found.name if found else wanted
    if found is not None and encoded(found.who) == encoded(who):
        return Kept(found, new=False)
    version = found.version + 1 if found else 1
    acts.record(
        conn,
        who=by,
        action="save_audience",
        campaign="",
        detail=f"{name}, version {version}",
        key=acts.audit_key(meta.install_key(conn)),
        now_ms=now_ms,
    )
    conn.execute(
        "INSERT INTO saved_audience (name, folded, version) VALUES (?, ?, ?)"
        " ON CONFLICT (name) DO UPDATE SET version = excluded.version",
        (name, folded(name), version),
    )
    conn.execute(
        "INSERT INTO saved_audience_version (name, version, who, made_by, made_ms)"
        " VALUES (?, ?, ?, ?, ?)",
        (name, version, encoded(who), by, now_ms),
    )
    return Kept(SavedAudience(name, version, who, by, now_ms), new=True)
