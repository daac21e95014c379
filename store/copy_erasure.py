"""Taking erased users out of the audience's copy, with everything that they did.

Their rows are gone for every question at once. DuckDB leaves their bytes in the file until it is
written anew, which the projector does soon after.
"""

from collections.abc import Collection
from pathlib import Path

import duckdb

from store.projection import CopyNotWrittenError, Projection

TABLES = ("events", "users", "user_item", "user_device")
"""Every table of the copy with a column `user`; `event_item` goes by the events' places."""
_ITEMS = 'DELETE FROM event_item WHERE seq IN (SELECT seq FROM events WHERE "user" = $1)'


def forget(projection: Projection, path: Path, users: Collection[str]) -> None:
    """Delete the users' rows, in one transaction. Run again, it finds nothing.

    Raises CopyNotWrittenError where the disk does not take it: open the copy anew then.
    """
    try:
        with projection.asking("BEGIN TRANSACTION", ()) as cursor:
            try:
                for user in users:
                    cursor.execute(_ITEMS, [user])
                    for table in TABLES:
                        cursor.execute(f'DELETE FROM {table} WHERE "user" = $1', [user])
                cursor.commit()
            except BaseException:
                cursor.rollback()
                raise
    except (duckdb.OperationalError, duckdb.FatalException) as error:
        raise CopyNotWrittenError(path, error) from error
