"""The audit log: every act before its effect, each row bound to the one before by a keyed hash.

Who has no key cannot change a row, take one out or add one in between without `verify` finding
it. Rows cut from the end show against a head that was kept elsewhere (Slack holds one daily).
"""

import hashlib
import hmac
import sqlite3
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct


class Head(Struct, frozen=True):
    """The end of the chain: the last row's id and hash; 0 and nothing when there is none."""

    id: int = 0
    mac: str = ""


class Tampered(Struct, frozen=True):
    """The first row that is not what was once written there."""

    id: int


class Act(Struct, frozen=True):
    """One row: who did what to which campaign (its id, "" for none), and its hash."""

    id: int
    at_ms: int
    who: str
    action: str
    campaign: str
    detail: str
    mac: str


def append(
    conn: sqlite3.Connection,
    *,
    at_ms: int,
    who: str,
    action: str,
    campaign: str = "",
    detail: str = "",
    key: bytes,
) -> Head:
    """Write one act down and return the new end of the chain.

    The very act that stands last already (the same moment, person and words) is not written
    again: its transaction was repeated because nobody knew how it had ended.
    """
    last = head(conn)
    act = (at_ms, who, action, campaign, detail)
    held = conn.execute(
        "SELECT at_ms, who, action, campaign, detail FROM audit WHERE id = ?", (last.id,)
    ).fetchone()
    if held is not None and tuple(held) == act:
        return last
    number = last.id + 1
    new = Head(number, _mac(key, last.mac, (number, *act)))
    conn.execute(
        "INSERT INTO audit (id, at_ms, who, action, campaign, detail, mac)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (number, *act, new.mac),
    )
    return new


def head(conn: sqlite3.Connection) -> Head:
    """Return the end of the chain, to be kept where the database's owner cannot reach."""
    row = conn.execute("SELECT id, mac FROM audit ORDER BY id DESC LIMIT 1").fetchone()
    return Head() if row is None else Head(*row)


def read(conn: sqlite3.Connection) -> Iterator[Act]:
    """Yield every act, the first first."""
    rows = conn.execute(
        "SELECT id, at_ms, who, action, campaign, detail, mac FROM audit ORDER BY id"
    )
    yield from (Act(*row) for row in rows)


def verify(conn: sqlite3.Connection, key: bytes, *, expected: Head | None = None) -> int | Tampered:
    """Return how many rows the chain has, or the first row that is wrong.

    `expected` is a head that was kept elsewhere: the chain must still lead through it.
    """
    count = 0
    mac = ""
    for act in read(conn):
        count += 1
        said = (act.id, act.at_ms, act.who, act.action, act.campaign, act.detail)
        mac = _mac(key, mac, said)
        if act.id != count or not hmac.compare_digest(mac.encode(), act.mac.encode()):
            return Tampered(count)
        if expected is not None and expected.id == count and expected.mac != mac:
            return Tampered(count)
    if expected is not None and expected.id > count:
        return Tampered(count + 1)
    return count


def _mac(key: bytes, before: str, act: tuple[Any, ...]) -> str:
    """Return the hash of a row; JSON keeps the columns apart, whatever stands in them."""
    return hmac.new(key, msgspec.json.encode((before, *act)), hashlib.sha256).hexdigest()
