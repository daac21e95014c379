from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
import trio
from trio.testing import MockClock

from actors.mail import Pause, Resume
from actors.mail_report import Report, ShowReport
from actors.segment import Accepted, Ambiguous, Outcome
from domain.audience import Count, Filter, Property, SameValue, Step, StepNot
from domain.campaign import (
    Campaign,
    Delivery,
    DoNotDisturb,
    Limits,
    QuietWindow,
    Trigger,
    What,
    When,
)
from domain.control import NO_CONTROLS, Controls
from domain.frequency import NO_LIMITS, GlobalLimits
from domain.goal import Goal
from domain.personal import UserZone
from domain.recurrence import EveryDays
from domain.trigger import Keyed, OnDate, Without
from domain.variants import AbTest, ByProperty, Case, Part, Split, Variant
from tests.actors.house import ANA, LIVE, PAST, START_MS, House, Posted, Wire, open_house
from tests.actors.wire import whose

replace = msgspec.structs.replace
QUIET = DoNotDisturb("10:45", "10:48")
NOON = QuietWindow("10:48", "10:49")
TWICE = msgspec.structs.replace(PAST, when=When(dates=("2026-03-20T10:48", "2026-03-20T10:49")))
PAIRS = What(key_values={"greeting": "Hi {{ Profile.name }}"})


def with_what(campaign: Campaign, **change: Any) -> Campaign:
    return replace(campaign, what=replace(campaign.what, **change))


def limited(campaign: Campaign, **change: Any) -> Campaign:
    return replace(campaign, limits=Limits(**change))


HALVES = Split((Part("A", 50), Part("B", 50)))
BY = ByProperty("country", (Case("N", ("NO",)),), Variant("R"))
AIM = Goal("Cart Viewed")
AB = AbTest((Variant("A"), Variant("B")), test_percent=30, wait_minutes=5)


def split(*parts: Part) -> tuple[Campaign, Campaign]:
    return replace(LIVE, variants=HALVES), replace(LIVE, variants=Split(parts))


def by(changed: ByProperty) -> tuple[Campaign, Campaign]:
    return replace(LIVE, variants=BY), replace(LIVE, variants=changed)


def a_test(changed: AbTest) -> tuple[Campaign, Campaign]:
    aimed = replace(PAST, goal=AIM)
    return replace(aimed, variants=AB), replace(aimed, variants=changed)


def aiming(changed: Goal) -> tuple[Campaign, Campaign]:
    return replace(LIVE, goal=AIM), replace(LIVE, goal=changed)


ORDER = Trigger("Order Completed")


def triggered(*triggers: Trigger) -> tuple[Campaign, Campaign]:
    """Return campaigns for users in Norway, which u0 leaves soon after the events."""
    who = Property("country", "equals", "NO")
    one, other = (replace(LIVE, trigger=trigger, who=who) for trigger in triggers)
    return one, other


CHANGES: dict[str, tuple[Campaign, Campaign]] = {
    "Campaign.name": (LIVE, replace(LIVE, name="Another")),
    "Campaign.kind": (LIVE, replace(LIVE, kind="past_behaviour", trigger=None)),
    "Campaign.labels": (LIVE, replace(LIVE, labels=("spring",))),
    "Campaign.trigger": (LIVE, replace(LIVE, trigger=Trigger("Cart Opened"))),
    "Campaign.who": (LIVE, replace(LIVE, who=Property("country", "equals", "NO"))),
    "Campaign.when": (PAST, replace(PAST, when=When("2026-03-20T10:50"))),
    "Campaign.what": (LIVE, replace(LIVE, what=PAIRS)),
    "Campaign.limits": (LIVE, limited(LIVE, cap_total=2)),
    "Campaign.do_not_disturb": (LIVE, replace(LIVE, do_not_disturb=QUIET)),
    "Campaign.goal": (LIVE, replace(LIVE, goal=AIM)),
    "Goal.event": aiming(Goal("Order Completed")),
    "Goal.where": aiming(Goal("Cart Viewed", (Filter("total", ">", 2),))),
    "Goal.window_minutes": aiming(Goal("Cart Viewed", window_minutes=5)),
    "Goal.revenue": aiming(Goal("Cart Viewed", revenue="total")),
    "Campaign.variants": (LIVE, replace(LIVE, variants=HALVES)),
    "Split.of": split(Part("A", 50), Part("C", 50)),
    "Part.name": split(Part("A", 50), Part("C", 50)),
    "Part.percent": split(Part("A", 95), Part("B", 5)),
    "Part.key_values": split(Part("A", 50, {"x": "y"}), Part("B", 50)),
    "ByProperty.property": by(replace(BY, property="plan")),
    "ByProperty.of": by(replace(BY, of=(Case("S", ("SE",)),))),
    "ByProperty.otherwise": by(replace(BY, otherwise=Variant("X"))),
    "Case.name": by(replace(BY, of=(Case("S", ("NO",)),))),
    "Case.values": by(replace(BY, of=(Case("N", ("NO", "SE")),))),
    "Case.key_values": by(replace(BY, of=(Case("N", ("NO",), {"x": "y"}),))),
    "Variant.name": by(replace(BY, otherwise=Variant("X"))),
    "Variant.key_values": by(replace(BY, otherwise=Variant("R", {"x": "y"}))),
    "AbTest.of": a_test(replace(AB, of=(Variant("B"), Variant("A")))),
    "AbTest.test_percent": a_test(replace(AB, test_percent=99)),
    "AbTest.test_users": a_test(replace(AB, test_percent=None, test_users=5)),
    "AbTest.wait_minutes": a_test(replace(AB, wait_minutes=6)),
    "Campaign.on_pause": (LIVE, replace(LIVE, on_pause="hold")),
    "Campaign.delivery": (LIVE, replace(LIVE, delivery=Delivery(expires_minutes=5))),
    "Delivery.expires_minutes": (LIVE, replace(LIVE, delivery=Delivery(expires_minutes=5))),
    "Delivery.anonymous": (LIVE, replace(LIVE, delivery=Delivery(anonymous=True))),
    "Delivery.on_ambiguous": (LIVE, replace(LIVE, delivery=Delivery(on_ambiguous="hold"))),
    "Trigger.event": (LIVE, replace(LIVE, trigger=Trigger("Cart Opened"))),
    "Trigger.where": (
        LIVE,
        replace(LIVE, trigger=Trigger("Order Completed", (Filter("total", ">", 2),))),
    ),
    "Trigger.also": triggered(
        Trigger("Cart Opened"), Trigger("Cart Opened", also=(Keyed("Order Completed"),))
    ),
    "Trigger.first_time": (LIVE, replace(LIVE, trigger=replace(ORDER, first_time=True))),
    "Trigger.delay_minutes": triggered(ORDER, replace(ORDER, delay_minutes=1)),
    "Trigger.without": triggered(ORDER, replace(ORDER, without=Without("Cart Opened", 1))),
    "Trigger.date": triggered(ORDER, replace(ORDER, date=OnDate("departs", before_minutes=5))),
    "Trigger.recheck": triggered(
        replace(ORDER, delay_minutes=1), replace(ORDER, delay_minutes=1, recheck=False)
    ),
    "When.start": (PAST, replace(PAST, when=When("2026-03-20T10:50"))),
    "When.end": (LIVE, replace(LIVE, when=When(end="2026-03-20T10:47"))),
    "When.zone": (
        replace(PAST, when=When("2026-03-20T11:49")),
        replace(PAST, when=When("2026-03-20T11:49", zone="Europe/Kyiv")),
    ),
    "When.dates": (PAST, replace(PAST, when=When(dates=("2026-03-20T10:50",)))),
    "When.repeat": (
        replace(PAST, when=When("2026-03-20T10:48")),
        replace(PAST, when=When("2026-03-20T10:48", repeat=EveryDays())),
    ),
    "When.personal": (
        replace(PAST, when=When("2026-03-20T10:50")),
        replace(PAST, when=When("2026-03-20T10:50", personal=UserZone(unknown_zone="drop"))),
    ),
    "When.cutoff": (
        replace(PAST, do_not_disturb=QUIET),
        replace(PAST, do_not_disturb=QUIET, when=When(cutoff="10:47")),
    ),
    "What.event": (LIVE, with_what(LIVE, event="Another")),
    "What.email": (LIVE, with_what(LIVE, email=False)),
    "What.identity": (LIVE, with_what(LIVE, identity=False)),
    "What.profile": (LIVE, with_what(LIVE, profile=("country",))),
    "What.event_properties": (LIVE, with_what(LIVE, event_properties=("total",))),
    "What.key_values": (LIVE, with_what(LIVE, key_values={"a": "b"})),
    "What.object_id": (LIVE, with_what(LIVE, object_id=True)),
    "What.push_tokens": (LIVE, with_what(LIVE, push_tokens=True)),
    "What.identify": (LIVE, with_what(LIVE, identify=("country",))),
    "What.required": (
        replace(LIVE, what=PAIRS),
        with_what(
            replace(LIVE, what=What(key_values={"greeting": "{{ Profile.name }}"})),
            required=("greeting",),
        ),
    ),
    "Limits.cap_total": (LIVE, limited(LIVE, cap_total=2)),
    "Limits.cap_per_day": (LIVE, limited(LIVE, cap_per_day=2)),
    "Limits.cap_per_run": (PAST, limited(PAST, cap_per_run=2)),
    "Limits.portion_percent": (LIVE, limited(LIVE, portion_percent=50)),
    "Limits.safety_limit": (PAST, limited(PAST, safety_limit=2)),
    "Limits.stop_on_block": (
        limited(TWICE, safety_limit=2),
        limited(TWICE, safety_limit=2, stop_on_block=True),
    ),
    "Limits.safety_per_hour": (LIVE, limited(LIVE, safety_per_hour=2)),
    "Limits.per_user_max": (LIVE, limited(LIVE, per_user_max=1)),
    "Limits.per_user_minutes": (LIVE, limited(LIVE, per_user_minutes=5)),
    "Limits.ignore_global": (LIVE, limited(LIVE, ignore_global=True)),
    "Limits.count_towards_global": (LIVE, limited(LIVE, count_towards_global=False)),
    "Limits.over_global": (LIVE, limited(LIVE, over_global="queue")),
    "Limits.control_percent": (LIVE, limited(LIVE, control_percent=50)),
    "Limits.system_control": (LIVE, limited(LIVE, system_control=False)),
    "Limits.control_groups": (LIVE, limited(LIVE, control_groups=("Spring",))),
    "DoNotDisturb.start": (
        replace(LIVE, do_not_disturb=QUIET),
        replace(LIVE, do_not_disturb=replace(QUIET, start="10:47")),
    ),
    "DoNotDisturb.end": (
        replace(LIVE, do_not_disturb=QUIET),
        replace(LIVE, do_not_disturb=replace(QUIET, end="10:49")),
    ),
    "DoNotDisturb.mode": (
        replace(LIVE, do_not_disturb=QUIET),
        replace(LIVE, do_not_disturb=replace(QUIET, mode="discard")),
    ),
    "DoNotDisturb.days": (
        replace(LIVE, do_not_disturb=QUIET),
        replace(LIVE, do_not_disturb=replace(QUIET, days=("monday",))),
    ),
    "DoNotDisturb.also": (
        replace(LIVE, do_not_disturb=QUIET),
        replace(LIVE, do_not_disturb=replace(QUIET, also=(NOON,))),
    ),
    **{
        f"QuietWindow.{name}": (
            replace(LIVE, do_not_disturb=replace(QUIET, also=(NOON,))),
            replace(LIVE, do_not_disturb=replace(QUIET, also=(replace(NOON, **{name: value}),))),
        )
        for name, value in {"start": "10:47", "end": "10:50", "days": ("monday",)}.items()
    },
    "Delivery.messages_per_5_minutes": (
        LIVE,
        replace(LIVE, delivery=Delivery(messages_per_5_minutes=5)),
    ),
}
CONTROLS = {
    "Limits.system_control": Controls(system=60),
    "Limits.control_groups": Controls(custom={"Spring": 60}),
}
"""What the operator has made, where an option is about it."""
DWELL = GlobalLimits(dwell_minutes=2)
HOUSE = {
    f"Limits.{name}": DWELL for name in ("ignore_global", "count_towards_global", "over_global")
}
"""What the operator allows one user, where an option is about it."""
STRUCTS = (
    *(Campaign, Trigger, When, What, Limits, DoNotDisturb, Delivery),
    *(Split, Part, ByProperty, Case, Variant, AbTest, Goal),
    *(Campaign, Trigger, When, What, Limits, DoNotDisturb, QuietWindow, Delivery),
    *(Split, Part, ByProperty, Case, Variant, AbTest),
)


def test_every_option_of_a_campaign_has_its_case() -> None:
    options = {f"{one.__name__}.{f.name}" for one in STRUCTS for f in msgspec.structs.fields(one)}
    assert options == set(CHANGES)


@pytest.mark.parametrize("option", CHANGES)
async def test_every_option_changes_what_users_receive(
    tmp_path: Path, autojump_clock: MockClock, option: str
) -> None:
    before, after = CHANGES[option]
    controls, house = CONTROLS.get(option, NO_CONTROLS), HOUSE.get(option, NO_LIMITS)
    received = [
        await played(tmp_path / str(n), autojump_clock, campaign, controls, house)
        for n, campaign in enumerate((before, after))
    ]
    assert received[0] != received[1]


async def played(
    folder: Path,
    clock: MockClock,
    campaign: Campaign,
    controls: Controls = NO_CONTROLS,
    limits: GlobalLimits = NO_LIMITS,
) -> Any:
    """Play a short life of a campaign, and return all that a user or a marketer would see."""
    wire = Wire(doubtful_once("u4"))
    async with open_house(folder, clock, wire, controls=controls, house_limits=limits) as house:
        began = trio.current_time()
        for n, country in enumerate(["NO", "SE", "NO", "SE", "NO", "SE"]):
            name = {"name": f"N{n}"} if n % 2 else {}
            await house.feed(
                house.profile(f"u{n}", country=country, email=f"{n}@example.com", **name)
            )
        await house.feed(house.profile("anon:d1", country="SE"))
        await house.publish(campaign)
        await house.idle()
        await house.feed(*(house.event(f"u{n}", total=n) for n in range(6)))
        await house.feed(house.event("anon:d1", total=7))
        await house.idle()
        await house.feed(house.profile("u0", country="DK"))
        paused = (await house.view(campaign.name)).state == "running"
        if paused:
            await house.asks(Pause(name=campaign.name, by=ANA))
        await house.feed(house.event("u9", total=9))
        await house.idle()
        if paused:
            await house.asks(Resume(name=campaign.name, by=ANA))
        await house.feed(house.event("u5", total=5))
        await house.idle(330)
        await house.feed(*(house.event(f"u{n}", "Cart Viewed", total=n) for n in range(6)))
        await house.idle(10)
        view = await house.view(campaign.name)
        report = await house.desk.ask(ShowReport(campaign.name))
        assert isinstance(report, Report), report
        await house.check()
        messages = [
            (round(posted.at - began, -1), seen(message))
            for posted in house.wire.requests
            for message in posted.messages
        ]
        return (view.state, view.books, messages, report.target, report.control)


def doubtful_once(user: str) -> Callable[[Posted], Outcome]:
    """Answer so that nobody can tell whether the first request with this user arrived."""
    met: list[str] = []

    def answer(posted: Posted) -> Outcome:
        if user in posted.users and not met:
            met.append(user)
            return Ambiguous("ReadTimeout")
        return Accepted()

    return answer


def seen(message: dict[str, Any]) -> tuple[Any, ...]:
    if message["type"] == "identify":
        return (message["messageId"], whose(message), message["traits"])
    unlike = {"delivery_id", "expires_at"}
    properties = {k: v for k, v in message["properties"].items() if k not in unlike}
    lasts = moment(message["properties"]["expires_at"]) - moment(message["timestamp"])
    return (message["event"], whose(message), properties, lasts.total_seconds() // 60)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


async def test_a_message_says_who_what_and_until_when(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    what = What(
        profile=("*",),
        event_properties=("total",),
        key_values={
            "n": "{{ Event.total }}",
            "text": "Hi {{ Profile.first_name | default: 'you' }}",
        },
    )
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(replace(LIVE, what=what, labels=("a",)))
        await house.feed(house.profile("u1", email="u1@example.com"))
        await house.feed(house.event("u1", total=7, other=8))
        await house.idle()
        (message,) = house.wire.accepted
        properties = message["properties"]
        assert (message["type"], whose(message)) == ("track", "u1")
        assert properties["delivery_id"] == message["messageId"]
        assert properties["key_values"] == {"n": 7, "text": "Hi you"}
        assert properties["profile"] == {"email": "u1@example.com"}
        assert properties["event"] == {"total": 7}
        assert properties["expires_at"] > message["timestamp"]


async def test_the_values_that_a_condition_found_stand_in_the_message(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    held = SameValue("sku", (Step("Viewed", count=Count(">=", 2)),), (StepNot("Bought"),))
    pairs = {"all": "{{ ConstantEventProperty }}", "text": "{{ ConstantEventProperty.first }}!"}
    campaign = replace(PAST, who=held, what=What(key_values=pairs))
    async with open_house(tmp_path, autojump_clock) as house:
        for name, sku in [
            *(("Viewed", sku) for sku in ("old", "bought", "new") for _ in range(2)),
            ("Viewed", "once"),
            ("Bought", "bought"),
        ]:
            await house.feed(house.event("u1", name=name, sku=sku))
        await house.feed(house.event("u2", name="Viewed", sku="once"))
        await house.publish(campaign)
        await house.idle()
        (message,) = house.wire.accepted
        assert message["properties"]["key_values"] == {"all": ["new", "old"], "text": "new!"}


async def test_an_ambiguous_message_that_may_not_go_any_more_is_unknown(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(
        tmp_path / "a", autojump_clock, supervised=False, delivering=False, quiet=True
    ) as house:
        await house.admitted("u1")
        await house.ready()  # claimed, and then the daemon dies
        await house.crash_image(tmp_path / "b")
    late = START_MS + 73 * 3_600_000
    async with open_house(tmp_path / "b", autojump_clock, start_ms=late, quiet=True) as house:
        await house.idle()
        assert await states(house) == [("unknown", "unknown")]
        assert house.wire.requests == []


async def states(house: House) -> list[tuple[str, str]]:
    return [tuple(row) for row in await house.rows("SELECT state, reason FROM outbox")]
