import zoneinfo

import pytest

from domain.zone_names import ABBREVIATIONS, WINDOWS
from domain.zones import find


@pytest.mark.parametrize("table", [ABBREVIATIONS, WINDOWS])
def test_every_name_means_a_zone_that_exists(table: dict[str, str]) -> None:
    assert set(table.values()) <= zoneinfo.available_timezones()
    assert all(str(find(zone)) == zone for zone in table.values())


def test_abbreviations_are_upper_case_and_short() -> None:
    assert all(name == name.upper() and len(name) <= 4 for name in ABBREVIATIONS)


def test_windows_names_say_standard_time() -> None:
    assert all("Standard Time" in name for name in WINDOWS)


def test_no_name_is_in_both_tables() -> None:
    assert not {name.casefold() for name in ABBREVIATIONS} & {name.casefold() for name in WINDOWS}
