import pytest
from msgspec.structs import replace

from domain.campaign import DoNotDisturb, When
from domain.personal import UserZone
from domain.telling_night import tell_night
from tests.domain.definitions import PAST

ZONE = "Europe/Oslo"
TEN_AT_NIGHT_MS = 1_774_040_400_000  # 2026-03-20T22:00 in Oslo
HOUR_MS = 3_600_000
QUIET = replace(PAST, do_not_disturb=DoNotDisturb("22:00", "08:00"))


def test_a_run_at_night_is_told_with_when_its_messages_go() -> None:
    assert tell_night(QUIET, TEN_AT_NIGHT_MS, ZONE) == (
        "it is do-not-disturb in Europe/Oslo until 08:00 on 2026-03-21, and whoever is there"
        " gets it then"
    )


def test_after_midnight_the_day_goes_without_saying() -> None:
    assert "until 08:00, and" in tell_night(QUIET, TEN_AT_NIGHT_MS + 4 * HOUR_MS, ZONE)


def test_where_it_is_discarded_nobody_gets_it() -> None:
    discard = replace(PAST, do_not_disturb=DoNotDisturb("22:00", "08:00", "discard"))
    assert tell_night(discard, TEN_AT_NIGHT_MS, ZONE).endswith("whoever is there gets nothing")


def test_by_day_and_without_do_not_disturb_and_at_each_users_own_time_there_is_nothing() -> None:
    assert tell_night(QUIET, TEN_AT_NIGHT_MS - 1, ZONE) == ""
    assert tell_night(PAST, TEN_AT_NIGHT_MS, ZONE) == ""
    own = replace(QUIET, when=When("2030-01-01T09:00", personal=UserZone()))
    assert tell_night(own, TEN_AT_NIGHT_MS, ZONE) == ""


@pytest.mark.parametrize(
    ("cutoff", "gets"),
    [
        ("23:00", "gets nothing: the cut-off at 23:00 comes before"),
        ("08:00", "gets nothing: the cut-off at 08:00 comes before"),
        ("08:01", "gets it then"),
    ],
)
def test_what_would_wait_past_the_cut_off_is_told_to_reach_nobody(cutoff: str, gets: str) -> None:
    cut_off = replace(QUIET, when=When("2026-03-20T22:00", cutoff=cutoff))
    assert tell_night(cut_off, TEN_AT_NIGHT_MS, ZONE).endswith(f"whoever is there {gets}")
