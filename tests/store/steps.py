"""Small schemas for the tests of the store's core, which knows no table of the product."""

from typing import NamedTuple


class Step(NamedTuple):
    number: int
    name: str
    sql: str


NOTES = Step(
    1,
    "notes",
    """
    -- a note is a key; the trigger keeps it for ever
    CREATE TABLE note (key TEXT PRIMARY KEY, body TEXT NOT NULL DEFAULT 'a;b');
    CREATE TRIGGER note_is_kept BEFORE DELETE ON note BEGIN
        SELECT CASE WHEN 1 THEN 1 ELSE 2 END;
        SELECT RAISE(ABORT, 'a note is kept; for ever');
    END;
    """,
)
PARENTS = Step(
    2,
    "parents",
    """
    CREATE TABLE parent (id INTEGER PRIMARY KEY);
    CREATE TABLE child (parent REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED);
    -- the end""",
)
STEPS = (NOTES, PARENTS)
