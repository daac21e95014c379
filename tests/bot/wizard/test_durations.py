import pytest

from bot.wizard.durations import read_minutes, write_minutes
from bot.wizard.reading import Reading


@pytest.mark.parametrize(
    ("minutes", "told"),
    [
        (0, ("0", "minutes")),
        (90, ("90", "minutes")),
        (120, ("2", "hours")),
        (2_880, ("2", "days")),
        (None, ("", "minutes")),
    ],
)
def test_a_length_is_told_by_its_largest_whole_unit(
    minutes: int | None, told: tuple[str, str]
) -> None:
    assert write_minutes(minutes) == told
    assert read_minutes(Reading(), "b", *told) == minutes


def test_what_is_no_number_is_said_at_its_input() -> None:
    reading = Reading()
    assert read_minutes(reading, "b", "soon", "hours") is None
    assert list(reading.errors) == ["b"]
