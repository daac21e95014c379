"""Everything that is kept about one user, read on one snapshot, for the person who asks for it."""

import sqlite3

import msgspec
from msgspec import Struct

from domain.facts import Event, User
from store import erased, erasures, identities, log, meta, users
from store.erasures import Kept
from store.log import Unreadable
from store.tombstones import key_of


class Sent(Struct, frozen=True):
    """One message to the user, as the outbox has it, and the name of its campaign."""

    message_id: str
    campaign: str
    run: str
    state: str
    reason: str
    updated_ms: int
    admitted_ms: int


class Dossier(Struct, frozen=True):
    """What is kept. `profile` None: never seen, erased, or not readable (`kept` tells).

    `ids` are the person's, the one that counts first.
    """

    ids: tuple[str, ...]
    audited_as: str
    erased: bool
    profile: User | None
    kept: Kept
    lists: tuple[str, ...]
    events: tuple[Event | Unreadable, ...]
    messages: tuple[Sent, ...]


def read(conn: sqlite3.Connection, user: str, *, limit: int) -> Dossier:
    """Read all of it, by any id of the person; of events and messages the newest, latest first."""
    key = key_of(meta.install_key(conn))
    ids = identities.ids_of(conn, user)
    user = ids[0]
    seqs = conn.execute(
        "SELECT seq FROM log INDEXED BY log_of_user WHERE kind = 'event' AND user = ?"
        " ORDER BY time_ms DESC, seq DESC LIMIT ?",
        (user, limit),
    ).fetchall()
    found = {each.seq: each for each in log.events_at(conn, [seq for (seq,) in seqs])}
    messages = [Sent(*row) for each in ids for row in conn.execute(_SENT, (each, limit)).fetchall()]
    messages.sort(key=lambda one: one.admitted_ms, reverse=True)
    return Dossier(
        ids=ids,
        audited_as=erased.pseudonym(key, user),
        erased=bool(erased.among(conn, (user,))),
        profile=_profile(conn, user),
        kept=erasures.count(conn, user),
        lists=tuple(name for (name,) in conn.execute(_LISTS, (user,)).fetchall()),
        events=tuple(found[seq] for (seq,) in seqs),
        messages=tuple(messages[:limit]),
    )


def _profile(conn: sqlite3.Connection, user: str) -> User | None:
    try:
        return users.get(conn, (user,)).get(user)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None


_SENT = (
    "SELECT o.message_id, c.name, o.run, o.state, o.reason, o.updated_ms, o.admitted_ms"
    " FROM outbox o JOIN campaign c ON c.id = o.campaign WHERE o.user = ? AND o.state <> 'drawn'"
    " ORDER BY o.admitted_ms DESC, o.message_id LIMIT ?"
)
_LISTS = (
    "SELECT l.name FROM list_member m JOIN list l ON l.id = m.list AND l.version = m.version"
    " WHERE m.user = ? ORDER BY l.folded"
)
