from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.audience import Count, Did, DidOnDays
from domain.facts import Event, User
from domain.matching import matches
from domain.periods import HOUR_MS
from domain.zones import offsets
from store.projection import Projection
from tests.domain.test_matching import EVENTFUL_ZONES
from tests.store.copies import rows, selected

NOW_MS = 1_790_000_000_000
YEARS_MS = 12 * 365 * 24 * HOUR_MS


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Projection]:
    copy = Projection.open(tmp_path / "audience.duckdb")
    yield copy
    copy.close()


@pytest.mark.parametrize("zone", EVENTFUL_ZONES)
def test_walls_are_read_in_sql_as_in_memory_over_every_change(copy: Projection, zone: str) -> None:
    changes = [at for at, _ in offsets(zone) if NOW_MS - YEARS_MS < at < NOW_MS]
    assert changes
    moments = [
        at + around
        for at in changes
        for around in (-2 * HOUR_MS, -1, 0, 1, HOUR_MS - 1, HOUR_MS, 26 * HOUR_MS)
    ]
    users = [User(f"u{i}", i, {}, zone) for i in range(len(moments))]
    history = [Event(i + 1, f"m{i}", f"u{i}", "A", at, NOW_MS) for i, at in enumerate(moments)]
    copy.catch_up(rows(history), users)
    for node in (
        Did("A", time_of_day=("23:30", "01:15")),
        Did("A", time_of_day=("01:15", "04:00"), weekdays=("sunday", "friday")),
        DidOnDays("A", count=Count("=", 1)),
    ):
        expected = {
            one.user
            for one, event in zip(users, history, strict=True)
            if matches(node, one, [event], now_ms=NOW_MS, zone=zone)
        }
        assert selected(copy, node, now_ms=NOW_MS, zone=zone) == expected


def test_the_accounts_zone_need_not_be_any_users(copy: Projection) -> None:
    """No user lives there, so that only the question brings it into the table of offsets."""
    history = [Event(1, "m1", "u", "A", NOW_MS, NOW_MS)]
    copy.catch_up(rows(history), [User("u", 1)])
    node = DidOnDays("A")
    for zone in ("Asia/Tokyo", "Asia/Tokyo", "America/Lima"):
        assert selected(copy, node, now_ms=NOW_MS, zone=zone) == {"u"}


def test_days_before_the_epoch_are_days_too(copy: Projection) -> None:
    moments = (-1, -24 * HOUR_MS, -24 * HOUR_MS - 1, 0)
    history = [Event(i, f"m{i}", "u", "A", at, NOW_MS) for i, at in enumerate(moments, 1)]
    copy.catch_up(rows(history), [User("u", 1)])
    assert selected(copy, DidOnDays("A", count=Count("=", 3)), now_ms=NOW_MS) == {"u"}
