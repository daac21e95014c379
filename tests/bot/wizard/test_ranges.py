import pytest

from bot.wizard.asking import Asking
from bot.wizard.ranges import NO_RANGE, RANGES, RangeValues, range_blocks, range_of, say_range
from bot.wizard.reading import Reading
from bot.wizard.step import Page, StepName
from domain.audience import Dates, DaysAgo, Hours, Minutes, Period


def said(part: RangeValues) -> tuple[tuple[int | None, Period | None], dict[str, str]]:
    reading = Reading()
    return say_range(part, reading, str), reading.errors


@pytest.mark.parametrize(
    ("days", "period"),
    [
        (None, None),
        (30, None),
        (None, Hours(6)),
        (None, Minutes(90)),
        (None, DaysAgo((60, 30))),
        (None, Dates("2026-01-01", "2026-02-01")),
        (None, Dates(None, "2026-02-01")),
    ],
)
def test_every_range_is_entered_and_said_again(days: int | None, period: Period | None) -> None:
    part = range_of(days, period)
    assert part is not None
    assert said(part) == ((days, period), {})


@pytest.mark.parametrize(
    ("days", "period"), [(3, Hours(6)), (-1, None), (None, Dates("1 May", None))]
)
def test_what_no_input_holds_is_none(days: int | None, period: Period | None) -> None:
    assert range_of(days, period) is None


@pytest.mark.parametrize(
    ("part", "wrong"),
    [
        (RangeValues("days"), {"days"}),
        (RangeValues("hours", hours="many"), {"hours"}),
        (RangeValues("days_ago", ago_to="3"), {"ago_from"}),
        (RangeValues("dates"), {"first"}),
        (NO_RANGE, set()),
    ],
)
def test_what_is_missing_is_said_at_its_input(part: RangeValues, wrong: set[str]) -> None:
    assert set(said(part)[1]) == wrong


def test_only_the_inputs_of_the_chosen_range_are_shown() -> None:
    ask = Asking(StepName.WHO, Page("UTC"))
    names = {
        kind: {b["block_id"] for b in range_blocks(ask, RangeValues(kind), 2)} - {"who.range_2"}
        for kind in RANGES
    }
    assert names == {
        "ever": set(),
        "days": {"who.days_2"},
        "hours": {"who.hours_2"},
        "minutes": {"who.minutes_2"},
        "days_ago": {"who.ago_from_2", "who.ago_to_2"},
        "dates": {"who.first_2", "who.last_2"},
    }
