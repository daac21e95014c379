import pytest

from clarion.column_hints import hints
from clarion.file_types import Column, Kind


def said(*keys: str) -> list[str]:
    return list(hints([Column(key, Kind.TEXT, given=False) for key in keys]))


@pytest.mark.parametrize(
    ("key", "meant"),
    [("City", "city"), ("Timezone", "timezone"), ("EMAIL", "email"), ("dob", "DOB"), ("TZ", "tz")],
)
def test_a_column_that_differs_by_case_only_is_asked_about(key: str, meant: str) -> None:
    (found,) = said(key)
    assert f"“{key}”" in found
    assert f"did you mean “{meant}”?" in found


def test_a_name_that_is_asked_and_one_that_nobody_asks_are_left_alone() -> None:
    assert said("city", "Email", "DOB", "MSG-email", "Plan", "tz", "Tz") == []
