"""The campaigns as rows: their revisions, who approved which, and where each one stands."""

import base64
import hashlib
import hmac
import sqlite3
import unicodedata

import msgspec
from msgspec import Struct

from domain.campaign import Campaign
from domain.review import Action, Forbidden, State, step
from store import goals, meta, revisions
from store.revisions import FrozenAudiences
from store.revisions import Revision as Revision  # a campaign's content is part of it
from store.revisions import editors as editors
from store.revisions import is_held as is_held
from store.revisions import revision_of as revision_of

ID_LETTERS = 10
COUNTER = "campaign_counter"


class CampaignRow(Struct, frozen=True):
    """A campaign without its content. `revision` is the latest, `published` the one that runs.

    `zone` is what the account's zone was when it was published: its runs are named by it.
    """

    id: str
    name: str
    kind: str
    author: str
    state: State
    reason: str
    started: bool
    revision: int
    published: int | None
    published_ms: int | None
    channel: str
    created_ms: int
    updated_ms: int
    archived: bool
    zone: str = ""
    amendment: int | None = None  # the revision that is asked about while `published` runs

    def zone_in(self, account: str) -> str:
        """Return the zone of its times where it names none; `account` is the account's now."""
        return self.zone or account


class Approval(Struct, frozen=True):
    """Who approved exactly which content, and when."""

    campaign: str
    revision: int
    hash: str
    author: str
    approver: str
    decided_ms: int


class NameTaken(Struct, frozen=True):
    """Another campaign has this name (or it is that campaign's id)."""

    name: str
    campaign: str


class NotAnother(Struct, frozen=True):
    """The database refuses the approval: it comes from the author or from an editor."""

    approver: str


class NotApproved(Struct, frozen=True):
    """Nobody has approved exactly this content."""

    revision: int
    hash: str


def create(
    conn: sqlite3.Connection,
    definition: Campaign,
    *,
    author: str,
    channel: str,
    now_ms: int,
    known_as: str = "",
) -> CampaignRow | NameTaken:
    """Keep a new campaign as a draft with its first revision.

    `known_as` is the id of a campaign of another database: a rehearsal's draws are that one's.
    """
    name = definition.name.strip()
    if (holder := find(conn, name)) is not None:
        return NameTaken(name, holder.id)
    campaign_id = known_as or _next_id(conn)
    conn.execute(
        "INSERT INTO campaign (id, name, kind, author, state, revision, channel,"
        " created_ms, updated_ms) VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?)",
        (campaign_id, name, definition.kind, author, State.DRAFT, channel, now_ms, now_ms),
    )
    saved = revisions.freeze(conn, definition)
    revisions.insert(conn, campaign_id, 1, definition, saved, editor=author, now_ms=now_ms)
    return _row(conn, campaign_id)


def add_revision(
    conn: sqlite3.Connection,
    campaign_id: str,
    definition: Campaign,
    *,
    editor: str,
    now_ms: int,
    saved: FrozenAudiences | None = None,
) -> int | NameTaken:
    """Keep an edit as the next revision and return its number.

    The content of the latest revision again is no edit: its number is returned. Whether an edit
    is allowed is the life cycle's matter: `move` with EDIT. `saved`: what the saved audiences that
    it names stand for, where that is not what they are now.
    """
    latest = revision_of(conn, campaign_id, _row(conn, campaign_id).revision)
    saved = revisions.freeze(conn, definition) if saved is None else saved
    if latest.hash == revisions.hash_of(definition, saved):
        return latest.number
    name = definition.name.strip()
    holder = find(conn, name)
    if holder is not None and holder.id != campaign_id:
        return NameTaken(name, holder.id)
    number = revisions.last_number(conn, campaign_id) + 1
    revisions.insert(conn, campaign_id, number, definition, saved, editor=editor, now_ms=now_ms)
    conn.execute(
        "UPDATE campaign SET revision = ?, name = ?, kind = ?, updated_ms = ? WHERE id = ?",
        (number, name, definition.kind, now_ms, campaign_id),
    )
    return number


def find(conn: sqlite3.Connection, name_or_id: str) -> CampaignRow | None:
    """Return the campaign of this id, or of this name in whatever case and script."""
    wanted = name_or_id.strip()
    rows = _rows(conn, "WHERE id = ? OR name = ? ORDER BY id = ? DESC", (wanted, wanted, wanted))
    if rows:
        return rows[0]
    # SQLite's NOCASE knows ASCII only; campaigns are few, and people write in every script.
    folded = _folded(wanted)
    for campaign_id, name in conn.execute("SELECT id, name FROM campaign").fetchall():
        if _folded(name) == folded:
            return _row(conn, campaign_id)
    return None


def everyone(conn: sqlite3.Connection) -> list[CampaignRow]:
    """Return every campaign, the latest first."""
    return _rows(conn, "ORDER BY created_ms DESC, rowid DESC")


def move(
    conn: sqlite3.Connection, campaign_id: str, action: Action, *, reason: str = "", now_ms: int
) -> State | Forbidden:
    """Take one step of the life cycle and return where it led; `reason` says why it is so.

    Whatever moves is no longer in the archive.
    """
    row = _row(conn, campaign_id)
    target = step(row.state, action)
    if isinstance(target, Forbidden):
        return target
    if action is Action.RESUME and row.started:
        target = State.RUNNING if _is_under_way(conn, row) else State.AWAITING_NEXT_RUN
    conn.execute(
        "UPDATE campaign SET state = ?, reason = ?, started = ?, updated_ms = ?, archived = 0"
        " WHERE id = ?",
        (target, reason, row.started or action is Action.START, now_ms, campaign_id),
    )
    return target


def _is_under_way(conn: sqlite3.Connection, row: CampaignRow) -> bool:
    """Tell whether a campaign that has started listens, or has a run that is open."""
    return row.kind == "live" or bool(
        conn.execute(
            "SELECT 1 FROM run WHERE campaign = ? AND state IN ('drawing', 'blocked', 'sending')",
            (row.id,),
        ).fetchone()
    )


def archive(conn: sqlite3.Connection, campaign_id: str, *, archived: bool, now_ms: int) -> None:
    """Take a campaign out of the lists, or bring it back to them."""
    conn.execute(
        "UPDATE campaign SET archived = ?, updated_ms = ? WHERE id = ?",
        (archived, now_ms, campaign_id),
    )


def approve(
    conn: sqlite3.Connection, campaign_id: str, revision: int, *, approver: str, now_ms: int
) -> Approval | NotAnother:
    """Record that this person approves exactly this content.

    The database has the last word on who may. A revision is approved once: a later approval by
    anyone who might have given it returns the first, whose `approver` tells who decided.
    """
    author = _row(conn, campaign_id).author
    digest = revision_of(conn, campaign_id, revision).hash
    try:
        conn.execute(
            "INSERT INTO approval (campaign, revision, hash, author, approver, decided_ms)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (campaign_id, revision, digest, author, approver, now_ms),
        )
    except sqlite3.IntegrityError as refusal:
        match refusal.sqlite_errorname:
            case "SQLITE_CONSTRAINT_TRIGGER" | "SQLITE_CONSTRAINT_CHECK":
                return NotAnother(approver)
            case "SQLITE_CONSTRAINT_PRIMARYKEY":
                pass  # approved before
            case _:
                raise
    approval = approval_of(conn, campaign_id, revision)
    assert approval is not None, "it has just been inserted, or was there before"
    return approval


def approval_of(conn: sqlite3.Connection, campaign_id: str, revision: int) -> Approval | None:
    """Return the approval of one revision."""
    row = conn.execute(
        "SELECT campaign, revision, hash, author, approver, decided_ms FROM approval"
        " WHERE campaign = ? AND revision = ?",
        (campaign_id, revision),
    ).fetchone()
    return None if row is None else Approval(*row)


def publish(
    conn: sqlite3.Connection,
    campaign_id: str,
    revision: int,
    *,
    now_ms: int,
    zone: str = "",
    undo_ms: int = 0,
    instead: bool = False,
    review_required: bool = True,
) -> Revision | NotApproved:
    """Make this revision the one that runs, and return it; the state moves by `move`.

    Without an approval of exactly this content nothing changes, unless the operator's
    configuration has switched the review off. `zone` is the account's now. `undo_ms`: it counts as
    published so much later, and can be taken back until then. `instead` of the one that runs:
    when and where it was published stay, so that what has fallen due since still has.
    """
    content = revision_of(conn, campaign_id, revision)
    approval = approval_of(conn, campaign_id, revision)
    if review_required and (approval is None or approval.hash != content.hash):
        return NotApproved(revision, content.hash)
    conn.execute(
        "UPDATE campaign SET published = ?1, published_ms = iif(?2, published_ms, ?3 + ?6),"
        " zone = iif(?2, zone, ?4), updated_ms = ?3 WHERE id = ?5",
        (revision, instead, now_ms, zone, campaign_id, undo_ms),
    )
    goals.keep(conn, campaign_id, content.definition, now_ms=now_ms)
    return content


def _next_id(conn: sqlite3.Connection) -> str:
    """Return an id that tells nothing, yet is the same when the same work is done again."""
    counter = int(meta.get(conn, COUNTER) or 0) + 1
    meta.put(conn, COUNTER, str(counter))
    digest = hmac.digest(meta.install_key(conn), f"campaign:{counter}".encode(), hashlib.sha256)
    return "c_" + base64.b32encode(digest).decode().lower()[:ID_LETTERS]


def _row(conn: sqlite3.Connection, campaign_id: str) -> CampaignRow:
    rows = _rows(conn, "WHERE id = ?", (campaign_id,))
    if not rows:
        raise LookupError(f"there is no campaign with the id {campaign_id}")
    return rows[0]


def _rows(conn: sqlite3.Connection, rest: str, values: tuple[str, ...] = ()) -> list[CampaignRow]:
    rows = conn.execute(f"SELECT {_COLUMNS} FROM campaign {rest}", values)
    return [
        msgspec.convert(dict(zip(_FIELDS, row, strict=True)), CampaignRow, strict=False)
        for row in rows.fetchall()
    ]


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip().casefold()


_FIELDS = CampaignRow.__struct_fields__
_COLUMNS = ", ".join(_FIELDS)
