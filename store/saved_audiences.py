"""Saved audiences: trees under a name, in versions that never change."""

import sqlite3
from collections.abc import Collection

import msgspec
from msgspec import Struct

from domain.audience import Node
from domain.campaign import plain
from domain.saved import saved_names
from store.names import folded


class SavedAudience(Struct, frozen=True):
    """A saved audience as it is in one version, the latest unless said otherwise."""

    name: str
    version: int
    who: Node
    made_by: str
    made_ms: int


def everyone(conn: sqlite3.Connection) -> list[SavedAudience]:
    """Return the latest version of every saved audience, by name."""
    return [_audience(row) for row in conn.execute(f"{_LATEST} ORDER BY a.folded").fetchall()]


def find(conn: sqlite3.Connection, name: str) -> SavedAudience | None:
    """Return the saved audience of this name, in whatever case."""
    row = conn.execute(f"{_LATEST} WHERE a.folded = ?", (folded(name),)).fetchone()
    return None if row is None else _audience(row)


def version_of(conn: sqlite3.Connection, name: str, version: int) -> SavedAudience | None:
    """Return one version of the saved audience of this name, in whatever case."""
    row = conn.execute(
        f"{_VERSIONS} WHERE a.folded = ? AND v.version = ?", (folded(name), version)
    ).fetchone()
    return None if row is None else _audience(row)


def names(conn: sqlite3.Connection) -> frozenset[str]:
    """Return the names of all saved audiences."""
    return frozenset(name for (name,) in conn.execute("SELECT name FROM saved_audience"))


def reached(conn: sqlite3.Connection, wanted: Collection[str]) -> dict[str, SavedAudience]:
    """Return those of the audiences that there are, and whatever they name in their turn."""
    found: dict[str, SavedAudience] = {}
    open_ = list(wanted)
    while open_:
        name = open_.pop()
        if name in found:
            continue
        row = conn.execute(f"{_LATEST} WHERE a.name = ?", (name,)).fetchone()
        if row is not None:
            found[name] = _audience(row)
            open_ += saved_names(found[name].who)
    return found


def encoded(who: Node) -> bytes:
    """Return a tree as it is stored: as bytes, a condition about true is not one about 1."""
    return msgspec.json.encode(plain(who), order="deterministic")


def _audience(row: tuple[str, int, bytes, str, int]) -> SavedAudience:
    name, version, who, made_by, made_ms = row
    return SavedAudience(name, version, _TREE.decode(who), made_by, made_ms)


_VERSIONS = (
    "SELECT v.name, v.version, v.who, v.made_by, v.made_ms"
    " FROM saved_audience a JOIN saved_audience_version v ON v.name = a.name"
)
_LATEST = f"{_VERSIONS} AND v.version = a.version"
_TREE: msgspec.json.Decoder[Node] = msgspec.json.Decoder(Node)
