from typing import Any

import pytest

from domain.zone_seen import LATE_MS_MAX, of_context
from store.traits import merge, unknown_zone_of, zone_of

OSLO, MARS = {"timezone": "Europe/Oslo"}, {"timezone": "Mars/Olympus"}


def after(*calls: tuple[dict[str, Any], int], **traits: Any) -> dict[str, Any]:
    for context, age_ms in calls:
        traits = merge(traits, of_context(context, age_ms=age_ms)).traits
    return traits


def test_where_a_user_is_now_takes_the_place_of_where_they_were() -> None:
    assert zone_of(after((OSLO, 0), ({"timezone": "Asia/Tokyo"}, 0))) == "Asia/Tokyo"


def test_a_late_call_fills_only_what_is_not_known() -> None:
    late = ({"timezone": "Asia/Tokyo"}, LATE_MS_MAX + 1)
    assert zone_of(after((OSLO, 0), late)) == "Europe/Oslo"
    assert zone_of(after(late)) == "Asia/Tokyo"


def test_what_a_sender_says_of_the_user_counts_before_it() -> None:
    assert zone_of(after((OSLO, 0), timezone="Europe/Kyiv")) == "Europe/Kyiv"
    assert zone_of(after((OSLO, 0), timezone="somewhere")) == "Europe/Oslo"


def test_a_text_that_is_no_zone_takes_the_place_of_none_and_is_shown_where_it_is_all() -> None:
    assert zone_of(after((OSLO, 0), (MARS, 0))) == "Europe/Oslo"
    assert unknown_zone_of(after((MARS, 0))) == "Mars/Olympus"
    assert zone_of(after((MARS, 0), (OSLO, 0))) == "Europe/Oslo"


@pytest.mark.parametrize("context", [None, [], "x", {}, {"timezone": 3}, {"timezone": " "}])
def test_a_context_without_a_zone_tells_nothing(context: Any) -> None:
    assert of_context(context, age_ms=0) == {}


def test_a_zone_of_any_length_fits_a_profile() -> None:
    assert after(({"timezone": "x" * 5_000}, 0)) == {"context_timezone": "x" * 64}
