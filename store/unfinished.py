"""Unfinished forms: what somebody entered and has not submitted, until they do or forget it."""

import sqlite3

FORMS_MAX = 20
"""So many a person; of more, those that were touched longest ago go."""
KEPT_MS_MAX = 30 * 24 * 3_600_000
"""A form that nobody touched for so long goes, whosever it is."""


def keep(conn: sqlite3.Connection, person: str, form: str, body: str, *, now_ms: int) -> None:
    """Keep what stands in a form now, in place of what stood there, and let old forms go."""
    conn.execute(
        "INSERT INTO unfinished_form (person, form, body, kept_ms) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (person, form)"
        " DO UPDATE SET body = excluded.body, kept_ms = excluded.kept_ms",
        (person, form, body, now_ms),
    )
    conn.execute("DELETE FROM unfinished_form WHERE kept_ms < ?", (now_ms - KEPT_MS_MAX,))
    conn.execute(
        "DELETE FROM unfinished_form WHERE person = ?1 AND form NOT IN ("
        "SELECT form FROM unfinished_form WHERE person = ?1 ORDER BY kept_ms DESC, form LIMIT ?2)",
        (person, FORMS_MAX),
    )


def shown(conn: sqlite3.Connection, person: str, form: str) -> str | None:
    """Return what stands in a form; None: it was submitted, or never begun."""
    row = conn.execute(
        "SELECT body FROM unfinished_form WHERE person = ? AND form = ?", (person, form)
    ).fetchone()
    return None if row is None else str(row[0])


def drop(conn: sqlite3.Connection, person: str, form: str) -> None:
    """Forget a form."""
    conn.execute("DELETE FROM unfinished_form WHERE person = ? AND form = ?", (person, form))
