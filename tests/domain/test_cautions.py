import pytest
from msgspec import structs

from domain.audience import Property
from domain.campaign import Campaign, DoNotDisturb, Limits, Trigger, What, When
from domain.cautions import Found, cautions
from domain.goal import Goal
from domain.recurrence import EveryDays

QUIET = DoNotDisturb("22:00", "08:00")
SAFE = Campaign(
    "Safe",
    "past_behaviour",
    who=Property("email", "exists"),
    when=When("2030-01-01T09:00"),
    what=What(key_values={"a": "b"}),
    limits=Limits(cap_per_run=10, safety_limit=20),
    do_not_disturb=QUIET,
)
LIVE = Campaign(
    "Live",
    "live",
    trigger=Trigger("A"),
    when=When(end="2030-01-01T09:00"),
    what=What(key_values={"a": "b"}),
    limits=Limits(cap_per_day=10, safety_per_hour=20, per_user_max=1),
    do_not_disturb=QUIET,
)


def changed(campaign: Campaign, **fields: object) -> list[str]:
    return cautions(structs.replace(campaign, **fields))


def test_a_campaign_that_is_bounded_in_every_way_needs_no_second_look() -> None:
    assert cautions(SAFE) == []
    assert cautions(LIVE) == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"who": Campaign("", "live").who}, "every user there is"),
        ({"limits": Limits(safety_limit=20)}, "no cap"),
        ({"limits": Limits(cap_total=5)}, "no safety limit that would hold it"),
        (
            {"limits": Limits(cap_total=5, safety_limit=9, ignore_global=True)},
            "limits over all campaigns",
        ),
        ({"do_not_disturb": None}, "at night"),
        ({"when": When("2030-01-01T09:00", repeat=EveryDays())}, "no end"),
        ({"when": When()}, "as soon as it is published"),
        ({"what": What()}, "no key-values"),
        ({"goal": Goal("A")}, "no control group"),
    ],
)
def test_one_thing_that_is_left_open_is_one_caution(fields: dict[str, object], said: str) -> None:
    (told,) = changed(SAFE, **fields)
    assert said in told


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"limits": Limits(cap_per_day=5, per_user_max=1)}, "pause it"),
        ({"limits": Limits(cap_per_day=5, safety_per_hour=9)}, "each time"),
        ({"when": When()}, "no end"),
    ],
)
def test_a_live_campaign_has_cautions_of_its_own(fields: dict[str, object], said: str) -> None:
    (told,) = changed(LIVE, **fields)
    assert said in told


def test_an_interval_as_long_as_that_between_runs_is_a_caution() -> None:
    when = When("2030-01-01T09:00", end="2030-02-01T09:00", repeat=EveryDays())
    limits = Limits(cap_per_run=10, safety_limit=20, per_user_minutes=24 * 60)
    (told,) = changed(SAFE, when=when, limits=limits)
    assert "left out of that run" in told


def test_whoever_gets_it_the_first_time_only_gets_it_once() -> None:
    limits = Limits(cap_per_day=5, safety_per_hour=9)
    assert changed(LIVE, limits=limits, trigger=Trigger("A", first_time=True)) == []


def test_the_gravest_comes_first() -> None:
    told = cautions(Campaign("All", "past_behaviour"))
    assert "every user" in told[0]
    assert "no cap" in told[1]
    assert "no key-values" in told[-1]


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Found(qualified=380, everybody=1_000), "for 38 % of all users: 380 of 1,000 qualify"),
        (Found(lasts_ms=9 * 3_600_000), "Sending takes 9 h"),
        (Found(tried=("No user has a property “colour”.",)), "colour"),
    ],
)
def test_what_was_counted_and_tried_may_be_a_caution(found: Found, said: str) -> None:
    (told,) = cautions(SAFE, found)
    assert said in told


def test_a_small_part_of_the_users_and_a_quick_run_are_none() -> None:
    assert cautions(SAFE, Found(qualified=190, everybody=1_000, lasts_ms=60_000)) == []


def test_a_slip_comes_first_then_whom_it_reaches_and_when_and_how_it_is_said() -> None:
    found = Found(
        qualified=900, everybody=1_000, lasts_ms=7_200_000, tried=("Empty.",), noted=("Twice.",)
    )
    told = cautions(structs.replace(SAFE, do_not_disturb=None, what=What()), found)
    assert [one.split()[0:2] for one in told] == [
        ["Empty."],
        ["It", "is"],
        ["It", "has"],
        ["Sending", "takes"],
        ["Twice."],
        ["The", "message"],
    ]


def test_a_run_that_begins_at_night_is_one() -> None:
    night_ms = 1_774_040_400_000  # 2026-03-20T22:00 in Oslo
    found = Found(begins_ms=night_ms, zone="Europe/Oslo")
    (told,) = cautions(SAFE, found)
    assert told.startswith("When its next run begins, it is do-not-disturb in Europe/Oslo until")
    told = cautions(structs.replace(SAFE, when=When()), found)[0]
    assert told.startswith("If it is published now, it is do-not-disturb")
    assert cautions(SAFE, structs.replace(found, begins_ms=night_ms - 1)) == []
