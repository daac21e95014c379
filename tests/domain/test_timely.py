import pytest

from domain.facts import Event
from domain.timely import is_timely, untimely

HOUR = 3_600_000
NOW = 1_790_000_000_000


def event(offset_ms: int) -> Event:
    return Event(1, "e1", "ann", "Viewed", NOW + offset_ms, NOW)


@pytest.mark.parametrize(
    ("offset_ms", "ends_ms", "why"),
    [
        (-2 * HOUR, None, None),
        (-2 * HOUR - 1, None, "late"),
        (120_000, None, None),
        (120_001, None, "ahead"),
        (0, NOW + 1, None),
        (0, NOW, "ended"),
        (-2 * HOUR - 1, NOW, "late"),
    ],
)
def test_an_event_says_why_it_triggers_nothing(
    offset_ms: int, ends_ms: int | None, why: str | None
) -> None:
    assert untimely(event(offset_ms), ends_ms) == why
    assert is_timely(event(offset_ms), ends_ms) is (why is None)
