import zoneinfo

import pytest
from tzlocal.windows_tz import win_tz

from domain.zone_names import ABBREVIATIONS, WINDOWS
from domain.zones import find, normalise, offsets


@pytest.mark.parametrize("table", [ABBREVIATIONS, WINDOWS])
def test_every_name_means_a_zone_that_exists(table: dict[str, str]) -> None:
    assert set(table.values()) <= zoneinfo.available_timezones()
    assert all(str(find(zone)) == zone for zone in table.values())


def test_abbreviations_are_upper_case_and_short() -> None:
    assert all(name == name.upper() and len(name) <= 4 for name in ABBREVIATIONS)


@pytest.mark.parametrize("name", sorted(win_tz))
def test_every_name_of_windows_means_what_unicode_says(name: str) -> None:
    """Another library's copy of CLDR is the judge; it keeps IANA's older names."""
    ours, theirs = normalise(name), normalise(win_tz[name])
    assert ours is not None
    assert theirs is not None
    assert offsets(ours) == offsets(theirs)


def test_windows_names_of_the_past_are_few() -> None:
    assert set(WINDOWS) - set(win_tz) == {
        "Kamchatka Standard Time",
        "Mexico Standard Time",
        "Mid-Atlantic Standard Time",
    }


def test_no_name_is_in_both_tables() -> None:
    assert not {name.casefold() for name in ABBREVIATIONS} & {name.casefold() for name in WINDOWS}
