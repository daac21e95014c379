"""Of every kind of campaign: what it does over a stretch of history is what its rehearsal said."""

from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from actors.mail_rehearsal import Rehearsed
from domain.audience import All, Count, Did, Not, Property
from domain.campaign import (
    Campaign,
    Delivery,
    DoNotDisturb,
    Limits,
    OnDate,
    Trigger,
    What,
    When,
    Without,
)
from domain.control import Controls
from domain.frequency import Calendar, GlobalLimits, Rolling
from domain.goal import Goal
from domain.personal import BestTime, UserProperty, UserZone
from domain.recurrence import EveryDays, EveryWeeks
from domain.trigger import Keyed
from domain.variants import AbTest, ByProperty, Case, Part, Split, Variant
from domain.zones import local_wall
from tests.actors.given import HOUR_MS, START_MS, ZONE
from tests.clarion.twice import World, live, looked_at, people, rehearsal, shopping

ORDER = "Order Completed"
GOAL = Goal("Paid", window_minutes=1_440, revenue="total")
NIGHT = DoNotDisturb("21:00", "07:30")


def coupon(trigger: Trigger | None = None, **more: Any) -> Campaign:
    return Campaign(name="Coupon", kind="live", trigger=trigger or Trigger(ORDER), **more)


def past(when: When, **more: Any) -> Campaign:
    more.setdefault("who", Did(ORDER, count=Count(">=", 1), days=3))
    return Campaign(name="Win back", kind="past_behaviour", when=when, **more)


def wall(hours: int) -> str:
    return f"{local_wall(START_MS + hours * HOUR_MS, ZONE):%Y-%m-%dT%H:%M}"


DAYS = 3
WORLD = World(shopping(DAYS, 220), people(), DAYS, controls=Controls(5, {"loyal": 5}))


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which people lived through the stretch, and no campaign ran."""
    folder = tmp_path_factory.mktemp("history") / "data"
    live(folder, WORLD)
    return folder


def agrees(history: Path, folder: Path, campaign: Campaign, given: World = WORLD) -> Rehearsed:
    """Demand that the campaign does exactly what its rehearsal said."""
    answer, said = rehearsal(history, given, campaign)
    live(folder / "really", given, campaign)
    lived = looked_at(folder / "really", given, campaign)
    assert said.messages == lived.messages
    assert said.fates == lived.fates
    assert lived.messages
    return answer


LIVE = {
    "a trigger with a filter on past behaviour": coupon(who=Did("Viewed", count=Count(">=", 2))),
    "a filter on the profile, for whom it never is": coupon(
        who=All(
            (Property("plan", "not_equals", "free"), Not(Did("Cancelled", count=Count(">=", 2))))
        )
    ),
    "a delay, asked again when it falls due": coupon(
        Trigger(ORDER, delay_minutes=300),
        who=Did("Cancelled", count=Count("<", 2, include_zero=True)),
    ),
    "inaction, while day and night hold others beyond the end": coupon(
        Trigger("Viewed", without=Without(ORDER, within_minutes=600)),
        do_not_disturb=structs.replace(NIGHT, start="06:00", end="19:00"),
    ),
    "inaction that keeps its first wait, per value": coupon(
        Trigger(
            "Viewed",
            without=Without(
                ORDER,
                within_minutes=900,
                on_repeat="keep",
                same_property="sku",
                also=(Keyed("Paid"),),
            ),
        )
    ),
    "a time before a date": coupon(
        Trigger("Booked", date=OnDate("starts", before_minutes=240, cancel=(Keyed("Cancelled"),)))
    ),
    "a time after a date, one for each value": coupon(
        Trigger("Booked", date=OnDate("starts", after_minutes=60, same_property="sku"))
    ),
    "do-not-disturb that discards": coupon(
        do_not_disturb=structs.replace(NIGHT, mode="discard", start="12:00")
    ),
    "a cap of the day and of all": coupon(limits=Limits(cap_per_day=9, cap_total=20)),
    "at most so many for one user, ever and in a time": coupon(
        limits=Limits(per_user_max=2, per_user_minutes=1_200)
    ),
    "a portion, control groups, and variants by a property": coupon(
        limits=Limits(portion_percent=70, control_percent=20, control_groups=("loyal",)),
        variants=ByProperty("plan", (Case("paying", ("pro", "team")),), Variant("others")),
        goal=GOAL,
    ),
    "content that leaves some out, and lacks a value of others": coupon(
        what=What(
            key_values={
                "sku": "{% if Profile.plan == 'pro' %}{% abort %}{% endif %}{{ Event.sku }}",
                "at": "{{ Profile.wakes_at }}",
            },
            required=("at",),
        )
    ),
    "a throttle": coupon(delivery=Delivery(messages_per_5_minutes=1)),
    "an hour's safety limit, which pauses it": coupon(limits=Limits(safety_per_hour=6)),
    "a split, the first time only, and do-not-disturb that delays": coupon(
        Trigger(ORDER, first_time=True),
        variants=Split((Part("A", 30), Part("B", 70))),
        do_not_disturb=NIGHT,
    ),
    "a test of variants, won by the goal": coupon(
        variants=AbTest((Variant("A"), Variant("B")), test_users=30, wait_minutes=600),
        goal=GOAL,
    ),
}


@pytest.mark.parametrize("campaign", [pytest.param(one, id=told) for told, one in LIVE.items()])
def test_a_live_campaign_with(history: Path, tmp_path: Path, campaign: Campaign) -> None:
    agrees(history, tmp_path, campaign)


DAILY = When(start=wall(0)[:11] + "18:00", repeat=EveryDays(1))
SAFE = 30
"""More qualify for the last of the runs."""
SCHEDULED = {
    "one run": past(When(start=wall(66))),
    "a filter on the profile, for whom it never is": past(
        structs.replace(DAILY, start=wall(0)[:11] + "09:00", personal=UserZone()),
        who=All((Property("plan", "equals", "pro"), Did(ORDER, count=Count(">=", 1), days=3))),
    ),
    "a run on some weekdays, under a total cap": past(
        structs.replace(DAILY, repeat=EveryWeeks(("friday", "saturday", "monday"))),
        limits=Limits(cap_total=25, cap_per_run=9, per_user_minutes=2_000),
    ),
    "several dates": past(
        When(dates=(wall(10), wall(40), wall(41))), limits=Limits(per_user_max=2)
    ),
    "a cut-off, do-not-disturb and a throttle": past(
        structs.replace(DAILY, cutoff="18:40"),
        do_not_disturb=NIGHT,
        delivery=Delivery(messages_per_5_minutes=2),
    ),
    "a run each day at everyone's wall": past(
        structs.replace(DAILY, start=wall(0)[:11] + "09:00", personal=UserZone()),
        limits=Limits(control_percent=10),
    ),
    "a run at everyone's wall or the next day, where their zone is known": past(
        structs.replace(
            DAILY,
            start=wall(0)[:11] + "09:00",
            personal=UserZone(past="next_day", unknown_zone="drop"),
        ),
        limits=Limits(control_percent=20),
        variants=Split((Part("A", 50), Part("B", 50))),
        goal=GOAL,
    ),
    "a time that each profile names": past(
        structs.replace(
            DAILY,
            start=wall(0)[:11] + "00:00",
            personal=UserProperty("wakes_at", otherwise="20:00"),
        )
    ),
    "everyone's best time": past(
        structs.replace(DAILY, start=wall(0)[:11] + "00:00", personal=BestTime("Viewed"))
    ),
    "a test of variants, won by the goal": past(
        DAILY,
        variants=AbTest((Variant("A"), Variant("B")), test_percent=40, wait_minutes=120),
        goal=GOAL,
    ),
    "a test of variants that waits for those of its users who sleep": past(
        DAILY,
        variants=AbTest((Variant("A"), Variant("B")), test_percent=40, wait_minutes=60),
        goal=GOAL,
        do_not_disturb=NIGHT,
    ),
    "a safety check that holds some of its runs": past(DAILY, limits=Limits(safety_limit=SAFE)),
    "a safety check that ends its runs": past(
        DAILY, limits=Limits(safety_limit=SAFE, stop_on_block=True)
    ),
}


@pytest.mark.parametrize(
    "campaign", [pytest.param(one, id=told) for told, one in SCHEDULED.items()]
)
def test_a_campaign_with_runs_of(history: Path, tmp_path: Path, campaign: Campaign) -> None:
    answer = agrees(history, tmp_path, campaign)
    assert bool(answer.blocked) == (campaign.limits.safety_limit is not None)


HOUSE = GlobalLimits((Rolling(2, 2_880), Calendar(1, "day")), dwell_minutes=90)


@pytest.mark.parametrize(
    "campaign",
    [
        pytest.param(coupon(), id="a live one"),
        pytest.param(coupon(limits=Limits(over_global="queue"), do_not_disturb=NIGHT), id="waits"),
        pytest.param(past(structs.replace(DAILY, start=wall(0)[:11] + "18:30")), id="runs"),
    ],
)
def test_limits_over_all_campaigns_count_what_the_others_sent(
    tmp_path: Path, campaign: Campaign
) -> None:
    """What they sent does not depend on this one: they ignore the limits, and count."""
    free = Limits(ignore_global=True)
    others = (
        Campaign(name="Thanks", kind="live", trigger=Trigger("Paid"), limits=free),
        Campaign(
            name="News",
            kind="past_behaviour",
            who=Did("Viewed"),
            when=structs.replace(DAILY, end=wall(DAYS * 24)),
            limits=free,
            do_not_disturb=DoNotDisturb("16:00", "20:00"),
        ),
    )
    given = structs.replace(WORLD, house=HOUSE, others=others)
    live(tmp_path / "before", given)
    answer = agrees(tmp_path / "before", tmp_path, campaign, given)
    assert answer.others > 0
    assert answer.books.skipped.get("frequency_limit", 0) > 0
    assert (answer.queued > 0) == (campaign.limits.over_global == "queue")


FREE = Limits(ignore_global=True)
THROTTLED = GlobalLimits(messages_per_5_minutes=2)
BESIDE = (
    Campaign(name="Thanks", kind="live", trigger=Trigger("Paid"), limits=FREE),
    Campaign(name="Look again", kind="live", trigger=Trigger("Viewed"), limits=FREE),
    Campaign(
        name="News",
        kind="past_behaviour",
        who=Did("Viewed"),
        when=structs.replace(DAILY, start=wall(0)[:11] + "18:10", end=wall(DAYS * 24)),
        limits=FREE,
        delivery=Delivery(messages_per_5_minutes=1),
    ),
)
"""Their messages take of the throttle over all campaigns, and keep to it no more than before."""


@pytest.mark.parametrize(
    ("campaign", "house"),
    [
        pytest.param(coupon(), THROTTLED, id="a live one and a throttle"),
        pytest.param(past(DAILY), THROTTLED, id="runs and a throttle"),
        pytest.param(
            past(structs.replace(DAILY, cutoff="20:00"), delivery=Delivery(expires_minutes=45)),
            THROTTLED,
            id="what a throttle lets expire",
        ),
        pytest.param(
            past(DAILY, limits=Limits(over_global="queue")),
            structs.replace(HOUSE, messages_per_5_minutes=3),
            id="a throttle and limits on one user",
        ),
    ],
)
def test_what_others_sent_takes_of_the_throttle_over_all_campaigns(
    tmp_path: Path, campaign: Campaign, house: GlobalLimits
) -> None:
    given = structs.replace(WORLD, house=house, others=BESIDE)
    live(tmp_path / "before", given)
    answer = agrees(tmp_path / "before", tmp_path, campaign, given)
    assert answer.slowed > 0
    alone, _ = rehearsal(tmp_path / "before", structs.replace(given, house=HOUSE), campaign)
    assert alone.slowed == 0, "it is the throttle that they wait for"
