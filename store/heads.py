"""The head of the audit log, told in Slack once a day: left where the database cannot change it."""

import sqlite3

from store import announcements, audit, meta

_DAY = "audit_head_day"


def tell(conn: sqlite3.Connection, day: str, *, now_ms: int) -> bool:
    """Ask for the head of a local day (`2026-03-29`) to be told; False: it was, or there is none.

    The day is remembered with it, so no restart tells it twice, and no clock that goes back.
    """
    head = audit.head(conn)
    if head.id == 0 or (meta.get(conn, _DAY) or "") >= day:
        return False
    meta.put(conn, _DAY, day)
    body = (
        f"Audit log on {day}, {head.id:,} acts: {head.id}:{head.mac}\nWhoever wants to know later"
        f" whether something was cut from its end asks `clarion audit verify --head"
        f" {head.id}:{head.mac}`."
    )
    announcements.add(conn, "notice", "", body=body, now_ms=now_ms)
    return True
