"""The order of the events in the audience's copy: runs, each sorted by name and time.

Rows come in the order of the log. Once so many have come, they are put in order among themselves:
a question about one name then reads one stretch of each run, and skips the rest unread.
"""

import duckdb

RUN_ROWS = 1_000_000
"""Sorted in a second or two, in some hundred megabytes."""


def put_in_order(connection: duckdb.DuckDBPyConnection, watermark: int) -> None:
    """Sort what has come since the last run, if it is enough for another: one transaction.

    A crash leaves it sorted or not; either is right.
    """
    ((done,),) = connection.execute("SELECT sorted FROM watermark").fetchall()
    if watermark - done < RUN_ROWS:
        return
    connection.begin()
    try:
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE run AS SELECT * FROM events WHERE seq > $1", [done]
        )
        connection.execute("DELETE FROM events WHERE seq > $1", [done])
        connection.execute("INSERT INTO events SELECT * FROM run ORDER BY scope, time_ms, seq")
        connection.execute("DROP TABLE run")
        connection.execute("UPDATE watermark SET sorted = $1", [watermark])
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
