from typing import Any

import pytest
from msgspec.structs import replace

from domain.campaign import Campaign, Trigger, When
from domain.definition import problems
from domain.personal import BestTime, Personal, UserProperty, UserZone
from domain.recurrence import EveryDays
from domain.toml_source import check
from domain.toml_writer import write
from domain.variants import AbTest, Variant

NOW_MS = 1_774_000_000_000  # 2026-03-20T09:46:40Z
ZONE = "Europe/Kyiv"
PAST = Campaign(name="Morning", kind="past_behaviour")
PROPERTY = UserProperty("minute")


def wheres(when: When, **more: Any) -> list[str]:
    campaign = replace(PAST, when=when, **more)
    return [one.where for one in problems(campaign, now_ms=NOW_MS, zone=ZONE)]


@pytest.mark.parametrize(
    "when",
    [
        When(start="2026-04-01T09:00", personal=UserZone()),
        When(dates=("2026-04-01T09:00", "2026-05-01T09:00"), personal=UserZone("next_day", "drop")),
        When(start="2026-04-01T09:00", repeat=EveryDays(), personal=UserZone(), cutoff="18:00"),
        When(start="2026-04-01T00:00", personal=BestTime("Opened", "18:00")),
        When(start="2026-04-01T00:00", personal=UserProperty("m", "18:00", "next_day", "drop")),
    ],
)
def test_what_can_be_kept_comes_back_from_its_own_text(when: When) -> None:
    assert wheres(when) == []
    campaign = replace(PAST, when=when)
    assert check(write(campaign), now_ms=NOW_MS, zone=ZONE) == campaign


@pytest.mark.parametrize(
    ("personal", "more", "expected"),
    [
        (UserZone(), {"start": "now"}, ["when.start"]),
        (PROPERTY, {"start": "2026-04-01T09:00"}, ["when.start"]),
        (PROPERTY, {"start": "now", "dates": ("2026-04-01T09:00",)}, ["when.dates"]),
        (PROPERTY, {"start": "2026-04-01T00:00", "cutoff": "18:00"}, ["when.cutoff"]),
        (BestTime(""), {"start": "2026-04-01T00:00"}, ["when.personal.event"]),
        (BestTime("Opened"), {"start": "2026-04-01T09:00"}, ["when.start"]),
        (UserProperty(""), {"start": "2026-04-01T00:00"}, ["when.personal.property"]),
        (
            UserProperty("m", otherwise="25:00"),
            {"start": "2026-04-01T00:00"},
            ["when.personal.otherwise"],
        ),
    ],
)
def test_what_cannot_be_is_a_problem(
    personal: Personal, more: dict[str, Any], expected: list[str]
) -> None:
    assert wheres(When(personal=personal, **more)) == expected


def test_a_live_campaign_has_no_time_of_each_user() -> None:
    found = wheres(When(personal=UserZone()), kind="live", trigger=Trigger("Bought"))
    assert found == ["when.personal"]


def test_a_test_has_no_time_of_each_user() -> None:
    when = When(start="2026-04-01T09:00", personal=UserZone())
    test = AbTest((Variant("A"), Variant("B")), test_percent=20)
    assert wheres(when, variants=test) == ["when.personal"]
