"""One act on a campaign: its new state, the audit row and what Slack must be told, together."""

import hashlib
import hmac
import sqlite3

from domain.review import OVER, Action, Forbidden, State
from store import amendments, announcements, audit, books, campaigns, findings, revisions
from store.announcements import Kind
from store.fault_points import reach

ENGINE = "clarion"
"""Who acted, when no person did."""


def audit_key(install_key: bytes) -> bytes:
    """Derive the key of the audit chain from the install's own key."""
    return hmac.digest(install_key, b"audit", hashlib.sha256)


def record(
    conn: sqlite3.Connection,
    *,
    who: str,
    action: str,
    campaign: str,
    detail: str,
    key: bytes,
    now_ms: int,
) -> None:
    """Write the audit row of an act that moves no campaign."""
    audit.append(
        conn, at_ms=now_ms, who=who, action=action, campaign=campaign, detail=detail, key=key
    )


def advance(
    conn: sqlite3.Connection,
    campaign: str,
    action: Action,
    *,
    who: str = ENGINE,
    reason: str = "",
    say: str = "",
    key: bytes,
    now_ms: int,
) -> State | Forbidden:
    """Move a campaign on by the table of its life; `say` becomes a reply under its card.

    Under that of one that is over, and was for somebody, come what its tests found and its report.
    """
    state = campaigns.move(conn, campaign, action, reason=reason, now_ms=now_ms)
    if isinstance(state, Forbidden):
        return state
    reach("act.state_moved")
    record(conn, who=who, action=action, campaign=campaign, detail=reason, key=key, now_ms=now_ms)
    reach("act.recorded")
    row = campaigns.find(conn, campaign)
    assert row is not None, "a campaign that moved exists"
    if action is Action.SUBMIT:
        revisions.asked_about(conn, campaign, row.revision)
    is_shown = announcements.card_of(conn, campaign) is not None
    if action is Action.EDIT and not is_shown:
        return state
    announcements.add(conn, "card", campaign, now_ms=now_ms)
    if say and action is Action.PUBLISH:
        say = with_head(conn, say)
    if say:
        # A new card is seen by itself; that an older one must be looked at again is said aloud.
        kind: Kind = "call" if action is Action.SUBMIT and is_shown else "reply"
        announcements.add(conn, kind, campaign, body=say, now_ms=now_ms)
    if state in OVER:
        if found := findings.at_the_end(conn, campaign, now_ms=now_ms):
            announcements.add(conn, "reply", campaign, body=found, now_ms=now_ms)
        if amendments.end(conn, campaign, now_ms=now_ms):
            _expire_amendment(conn, campaign, key=key, now_ms=now_ms)
    if state in OVER and books.total(conn, campaign).qualified:
        body = announcements.FINAL
        announcements.add(conn, "digest", campaign, body=body, now_ms=now_ms)
    return state


def _expire_amendment(conn: sqlite3.Connection, campaign: str, *, key: bytes, now_ms: int) -> None:
    """Say of an amendment that its campaign is over before anybody has decided about it."""
    said = "The amendment has expired: nobody decided about it before the campaign was over."
    record(
        conn,
        who=ENGINE,
        action="expire_amendment",
        campaign=campaign,
        detail=said,
        key=key,
        now_ms=now_ms,
    )
    announcements.add(conn, "reply", campaign, body=said, now_ms=now_ms)


def with_head(conn: sqlite3.Connection, say: str) -> str:
    """Add where the audit log ends now: who owns the database cannot change what Slack shows."""
    head = audit.head(conn)
    return f"{say}\nAudit log up to here: {head.id}:{head.mac}"


def set_reason(conn: sqlite3.Connection, campaign_id: str, reason: str, *, now_ms: int) -> None:
    """Say why the campaign stands where it stands, when its state does not change."""
    conn.execute(
        "UPDATE campaign SET reason = ?, updated_ms = ? WHERE id = ?",
        (reason, now_ms, campaign_id),
    )


def resume_buttons(conn: sqlite3.Connection, campaign_id: str) -> str:
    """Return the subject of a notice that offers to let a campaign go on as it is now."""
    row = campaigns.find(conn, campaign_id)
    assert row is not None, "a campaign that is told of exists"
    latest = campaigns.revision_of(conn, row.id, row.revision)
    return announcements.Buttons.RESUME.about(latest.hash)
