"""Taking erased users out of the audience's copy, with all that they did; and old events alone.

Their rows are gone for every question at once. DuckDB leaves their bytes in the file until it
puts others in their place, or the copy is made anew.
"""

from collections.abc import Collection
from pathlib import Path

from store.copy_errors import DISK_ERRORS, CopyNotWrittenError
from store.projection import Projection

TABLES = ("events", "users", "user_item", "user_device", "person")
"""Every table of the copy with a user's number; `event_item` goes by the events' places."""
EVENTS = ("event_item", "events")
"""The tables with a row of an event; what names and keys were ever seen stays known."""
_AT = "seq IN (SELECT unnest($1::BIGINT[]))"
_NUMBERS = 'SELECT no FROM person WHERE "user" IN (SELECT unnest($1::VARCHAR[]))'
_ITEMS = "DELETE FROM event_item WHERE seq IN (SELECT seq FROM events WHERE no = $1)"


def forget(
    projection: Projection, path: Path, users: Collection[str], seqs: Collection[int] = ()
) -> None:
    """Delete the users' rows and these events, in one transaction. Run again, it finds nothing.

    Raises CopyNotWrittenError where the disk does not take it: open the copy anew then.
    """
    try:
        with projection.asking("BEGIN TRANSACTION", ()) as cursor:
            try:
                for (no,) in cursor.execute(_NUMBERS, [list(users)]).fetchall():
                    cursor.execute(_ITEMS, [no])
                    for table in TABLES:
                        cursor.execute(f"DELETE FROM {table} WHERE no = $1", [no])
                for table in EVENTS if seqs else ():
                    cursor.execute(f"DELETE FROM {table} WHERE {_AT}", [list(seqs)])
                cursor.commit()
            except BaseException:
                cursor.rollback()
                raise
    except DISK_ERRORS as error:
        raise CopyNotWrittenError(path, error) from error
