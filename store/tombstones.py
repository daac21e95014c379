"""Tombstones: stopped campaigns, suppressed and erased users, kept beside the database.

A backup that is put back knows nothing of what was stopped since; this file does. It is written
before the commit that stops or suppresses, so whoever got an answer finds it here. Campaigns stand
in it by their id, users by a keyed hash only. One JSON object a line; a torn line is passed over.
"""

import hashlib
import hmac
import sqlite3
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from store import fault_points, meta, safe_file

FILE_NAME = "tombstones"
_SIZE = "tombstones_bytes"
_WATCH = """
CREATE TEMP TABLE grave (kind TEXT NOT NULL, name TEXT NOT NULL);
CREATE TEMP TRIGGER stop_seen AFTER UPDATE OF state ON main.campaign
    WHEN NEW.state = 'stopped' AND OLD.state <> 'stopped'
    BEGIN INSERT INTO grave VALUES ('stopped', NEW.id); END;
CREATE TEMP TRIGGER suppression_seen AFTER UPDATE OF suppressed ON main.user
    WHEN NEW.suppressed <> OLD.suppressed
    BEGIN INSERT INTO grave VALUES (iif(NEW.suppressed, 'suppressed', 'released'), NEW.user); END;
CREATE TEMP TRIGGER suppressed_seen AFTER INSERT ON main.user WHEN NEW.suppressed
    BEGIN INSERT INTO grave VALUES ('suppressed', NEW.user); END;
CREATE TEMP TRIGGER erasure_seen AFTER INSERT ON main.suppressed_hash
    WHEN NEW.erased_ms IS NOT NULL
    BEGIN INSERT INTO grave VALUES ('erased', NEW.hash); END;
CREATE TEMP TRIGGER erasure_again_seen AFTER UPDATE ON main.suppressed_hash
    WHEN NEW.erased_ms IS NOT NULL AND OLD.erased_ms IS NULL
    BEGIN INSERT INTO grave VALUES ('erased', NEW.hash); END;
CREATE TEMP TRIGGER release_seen AFTER DELETE ON main.suppressed_hash
    BEGIN INSERT INTO grave VALUES ('free', OLD.hash); END;
CREATE TEMP TRIGGER suppression_of_all_ids AFTER UPDATE OF suppressed ON main.user
    WHEN NEW.suppressed <> OLD.suppressed
    BEGIN INSERT INTO grave SELECT iif(NEW.suppressed, 'suppressed', 'released'), old
          FROM main.identity WHERE user = NEW.user; END;
CREATE TEMP TRIGGER suppressed_id_seen AFTER INSERT ON main.identity
    WHEN (SELECT suppressed FROM main.user WHERE user = NEW.user)
    BEGIN INSERT INTO grave VALUES ('suppressed', NEW.old); END;
CREATE TEMP TRIGGER suppressed_id_moved AFTER UPDATE OF user ON main.identity
    WHEN (SELECT suppressed FROM main.user WHERE user = NEW.user)
    BEGIN INSERT INTO grave VALUES ('suppressed', NEW.old); END;
"""
_BY_USER = frozenset({"suppressed", "released"})
"""The kinds that the watch sees with a user's id; the others come as what stands in the file."""
_SUPPRESSED = """
SELECT user FROM user WHERE suppressed
UNION SELECT old FROM identity JOIN user USING (user) WHERE suppressed
"""
"""A person under every id: after a restore of what was before a merge, each is someone again."""


class Tombstone(Struct, frozen=True):
    """One line: `name` is a campaign's id, or the keyed hash of a user.

    `erased` says more than `suppressed`: nothing of them is kept either. `free` and `released` take
    back both.
    """

    kind: Literal["stopped", "suppressed", "released", "erased", "free"]
    name: str


class Buried(Struct, frozen=True):
    """What the file says on the whole: the last line about each one counts."""

    campaigns: frozenset[str]
    users: frozenset[str]
    erased: frozenset[str] = frozenset()  # of these users, those of whom nothing is kept


class Tombstones:
    """The file, and the watch that lets nothing be stopped or suppressed without it.

    The watch is triggers on the writer's own connection, which no job can go around, and `seal`,
    which the writer calls before each commit.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE_NAME

    def watch(self, conn: sqlite3.Connection) -> None:
        """Watch this connection from now on; called once, when the schema is there."""
        conn.executescript(_WATCH)

    def seal(self, conn: sqlite3.Connection) -> None:
        """Write down what the transaction stopped and suppressed, durably, before it commits."""
        graves = conn.execute("SELECT kind, name FROM temp.grave ORDER BY rowid").fetchall()
        if not graves:
            return
        key = _key(conn)
        stones = [
            Tombstone(kind, user_mark(key, name) if kind in _BY_USER else name)
            for kind, name in graves
        ]
        size = safe_file.append(self._path, b"".join(map(_line, stones)))
        fault_points.reach("tombstones.written")
        meta.put(conn, _SIZE, str(size))
        conn.execute("DELETE FROM temp.grave")

    def news(self, conn: sqlite3.Connection) -> bool:
        """Tell whether the file knows something that a commit did not get to, or lost something."""
        return str(_size(self._path)) != (meta.get(conn, _SIZE) or "0")

    def read(self) -> Buried:
        """Read the whole file; lines that are none are passed over."""
        try:
            lines = self._path.read_bytes().splitlines()
        except FileNotFoundError:
            lines = []
        campaigns, users, erased = set[str](), set[str](), set[str]()
        for line in lines:
            match _stone(line):
                case Tombstone(kind="stopped", name=name):
                    campaigns.add(name)
                case Tombstone(kind="suppressed", name=name):
                    users.add(name)
                case Tombstone(kind="erased", name=name):
                    users.add(name)
                    erased.add(name)
                case Tombstone(kind="released" | "free", name=name):
                    users.discard(name)
                    erased.discard(name)
                case None:
                    pass
        return Buried(frozenset(campaigns), frozenset(users), frozenset(erased))

    def rewrite(self, conn: sqlite3.Connection) -> None:
        """Make the file whole: what it says, and what the database knows besides."""
        buried, key = self.read(), _key(conn)
        stopped = conn.execute("SELECT id FROM campaign WHERE state = 'stopped'").fetchall()
        suppressed = conn.execute(_SUPPRESSED).fetchall()
        hashes = conn.execute(
            "SELECT hash FROM suppressed_hash WHERE erased_ms IS NOT NULL"
        ).fetchall()
        campaigns = buried.campaigns | {name for (name,) in stopped}
        erased = buried.erased | {mark for (mark,) in hashes}
        users = buried.users | {user_mark(key, user) for (user,) in suppressed}
        stones = [Tombstone("stopped", name) for name in sorted(campaigns)]
        stones += [Tombstone("suppressed", name) for name in sorted(users - erased)]
        stones += [Tombstone("erased", name) for name in sorted(erased)]
        if stones or self._path.exists():
            safe_file.replace(self._path, b"".join(map(_line, stones)))
        meta.put(conn, _SIZE, str(_size(self._path)))
        conn.execute("DELETE FROM temp.grave")


def user_mark(key: bytes, user: str) -> str:
    """Return the keyed hash under which a user stands in the file."""
    return hmac.digest(key, user.encode(), hashlib.sha256).hex()


def key_of(install_key: bytes) -> bytes:
    """Derive the key of the users' hashes from the install's own."""
    return hmac.digest(install_key, b"tombstones", hashlib.sha256)


def _key(conn: sqlite3.Connection) -> bytes:
    return key_of(meta.install_key(conn)) if meta.get(conn, "install_key") else b""


def _line(stone: Tombstone) -> bytes:
    return msgspec.json.encode(stone) + b"\n"


def _stone(line: bytes) -> Tombstone | None:
    try:
        return msgspec.json.decode(line, type=Tombstone)
    except msgspec.MsgspecError:
        return None


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
