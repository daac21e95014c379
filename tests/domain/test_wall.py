from datetime import datetime

import pytest

from domain.wall import read_local


def test_a_wall_time_is_read_as_it_is_written() -> None:
    assert read_local("2026-03-29T02:30") == datetime(2026, 3, 29, 2, 30)  # noqa: DTZ001 - a wall has no zone


@pytest.mark.parametrize(
    "text", ["", "now", "2026-03-29", "2026-03-29 09:00", "2026-02-30T09:00", "1999-12-31T23:59"]
)
def test_what_is_no_wall_time_is_none(text: str) -> None:
    assert read_local(text) is None
