import itertools

import duckdb
import pytest

from domain.zones import offset_ms
from store import copy_layout
from store.copy_layout import END_OF_TIME_MS, offset_rows
from tests.domain.test_matching import EVENTFUL_ZONES

DAY_MS = 86_400_000


def test_the_layout_is_made_in_one_go_and_everything_of_a_user_can_be_forgotten() -> None:
    with duckdb.connect() as connection:
        connection.execute(copy_layout.CREATE)
        connection.execute("CREATE TABLE changed (no INTEGER)")
        tables = connection.execute(
            "SELECT DISTINCT table_name FROM duckdb_columns() WHERE column_name = 'no'"
        ).fetchall()
        for delete in copy_layout.FORGET:
            connection.execute(delete)
    forgotten = {delete.split()[2] for delete in copy_layout.FORGET}
    assert {name for (name,) in tables} - {"events", "changed", "person"} == forgotten


@pytest.mark.parametrize("zone", [*EVENTFUL_ZONES, "UTC", "UTC+05:30"])
def test_the_offsets_of_a_zone_leave_no_instant_out(zone: str) -> None:
    rows = offset_rows(zone)
    assert (rows[0][1], rows[-1][2]) == (-END_OF_TIME_MS, END_OF_TIME_MS)
    assert all(one[2] == other[1] for one, other in itertools.pairwise(rows))
    for _, start, end, offset in rows:
        for at in (max(start, -(10**13)), min(end, 10**13) - 1):
            assert offset_ms(at, zone) == offset
