"""Revisions: what a campaign says, each with the saved audiences as they were when it was written.

An approval binds to the hash of both: whoever changes a saved audience changes no campaign that
names it, until that campaign is edited.
"""

import sqlite3
from collections.abc import Mapping
from typing import TypeAlias

import msgspec
from msgspec import Struct

from domain.audience import Node
from domain.campaign import Campaign, canonical, content_hash
from domain.saved import expand, saved_names
from store import saved_audiences


class Frozen(Struct, frozen=True):
    """A saved audience as a revision found it."""

    version: int
    who: Node


FrozenAudiences: TypeAlias = Mapping[str, Frozen]
"""By name: those that the definition names, and whatever they name in their turn."""


class Revision(Struct, frozen=True):
    """One content of a campaign; it never changes. `hash` is what an approval binds to."""

    number: int
    hash: str
    definition: Campaign
    editor: str
    saved: dict[str, Frozen] = {}

    @property
    def whole(self) -> Campaign:
        """The definition with the saved audiences in place of their names: what runs."""
        if not self.saved:
            return self.definition
        who = expand(self.definition.who, trees(self.saved))
        return msgspec.structs.replace(self.definition, who=who)


class Decided(Struct, frozen=True):
    """A revision that people have seen before: approved by somebody, or only shown for review."""

    number: int
    approver: str = ""
    decided_ms: int | None = None


def trees(saved: FrozenAudiences) -> dict[str, Node]:
    """Return what the names stand for."""
    return {name: each.who for name, each in saved.items()}


def freeze(conn: sqlite3.Connection, definition: Campaign) -> dict[str, Frozen]:
    """Return the saved audiences that the definition needs, as they are now."""
    found = saved_audiences.reached(conn, saved_names(definition.who))
    return {name: Frozen(each.version, each.who) for name, each in sorted(found.items())}


def whole(conn: sqlite3.Connection, definition: Campaign) -> Campaign:
    """Return a definition with the saved audiences, as they are now, in place of their names."""
    who = expand(definition.who, trees(freeze(conn, definition)))
    return msgspec.structs.replace(definition, who=who)


def hash_of(definition: Campaign, saved: FrozenAudiences) -> str:
    """Return what an approval of the definition binds to, with these saved audiences."""
    return content_hash(definition, trees(saved))


def revision_of(conn: sqlite3.Connection, campaign_id: str, number: int) -> Revision:
    """Return one revision. Raises LookupError for one that was never made."""
    row = conn.execute(
        "SELECT hash, definition, editor, saved FROM revision WHERE campaign = ? AND number = ?",
        (campaign_id, number),
    ).fetchone()
    if row is None:
        raise LookupError(f"campaign {campaign_id} has no revision {number}")
    digest, definition, editor, saved = row
    return Revision(number, digest, _DEFINITION.decode(definition), editor, _SAVED.decode(saved))


def last_number(conn: sqlite3.Connection, campaign_id: str) -> int:
    """Return the number of the latest revision that was ever made; 0: none."""
    (number,) = conn.execute(
        "SELECT coalesce(max(number), 0) FROM revision WHERE campaign = ?", (campaign_id,)
    ).fetchone()
    return int(number)


def last_decided(conn: sqlite3.Connection, campaign_id: str, *, before: int) -> Decided | None:
    """Return the latest revision before this one that was approved; of none, that was published.

    If there is neither, the latest that people were asked to review.
    """
    for question in _DECIDED:
        row = conn.execute(question, (campaign_id, before)).fetchone()
        if row is not None:
            return Decided(*row)
    return None


def is_held(conn: sqlite3.Connection, campaign_id: str, number: int) -> bool:
    """Tell whether a message that may have arrived waits for a person, by its campaign's word.

    So does that of a campaign whose word cannot be read: it must keep neither the other messages
    of the transaction nor, at a start, the daemon.
    """
    try:
        definition = revision_of(conn, campaign_id, number).definition
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return True
    return definition.delivery.on_ambiguous == "hold"


def insert(
    conn: sqlite3.Connection,
    campaign_id: str,
    number: int,
    definition: Campaign,
    saved: FrozenAudiences,
    *,
    editor: str,
    now_ms: int,
) -> None:
    """Keep a revision under the next number."""
    conn.execute(
        "INSERT INTO revision (campaign, number, hash, definition, saved, editor, created_ms)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            campaign_id,
            number,
            hash_of(definition, saved),
            canonical(definition),
            msgspec.json.encode(saved),
            editor,
            now_ms,
        ),
    )


def asked_about(conn: sqlite3.Connection, campaign_id: str, number: int) -> None:
    """Record that people are asked to review this revision."""
    conn.execute("INSERT OR IGNORE INTO reviewed VALUES (?, ?)", (campaign_id, number))


def editors(conn: sqlite3.Connection, campaign_id: str) -> tuple[str, ...]:
    """Return everyone who wrote a revision, in the order of their first one: the author leads."""
    rows = conn.execute(
        "SELECT editor FROM revision WHERE campaign = ? GROUP BY editor ORDER BY min(number)",
        (campaign_id,),
    )
    return tuple(str(editor) for (editor,) in rows.fetchall())


_DEFINITION = msgspec.json.Decoder(Campaign)
_SAVED = msgspec.json.Decoder(dict[str, Frozen])
_DECIDED = (
    """SELECT revision, approver, decided_ms FROM approval WHERE campaign = ? AND revision < ?
       ORDER BY revision DESC LIMIT 1""",
    "SELECT published FROM campaign WHERE id = ? AND published < ?",
    """SELECT revision FROM reviewed WHERE campaign = ? AND revision < ?
       ORDER BY revision DESC LIMIT 1""",
)
