"""Users of whom only a device is known: who messages them, how, and what if they get a name."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from trio.testing import MockClock

from actors.mail import Refused
from actors.mail_audience import Reach, Reached
from actors.mail_people import EraseUser, ShowUser, SuppressUser, UserShown
from actors.mail_report import Report, ShowReport
from actors.mail_trust import Told, Why
from domain.books import SkipReason
from domain.campaign import Campaign, Delivery, Limits, Trigger, When
from domain.frequency import GlobalLimits
from domain.goal import Goal
from domain.personal import UserZone
from sandbox.segment.rules import fault_of
from tests.actors.house import ANA, LIVE, PAST, House, open_house

ALLOWS = Delivery(anonymous=True)
LIVE_TO_ALL = replace(LIVE, delivery=ALLOWS)
PAST_TO_ALL = replace(PAST, delivery=ALLOWS)
DEVICE = "anon:d1"
ALL_ZONES_SECONDS = 24 * 3_600
"""A run at each user's time is open until the last zone of the earth had its turn."""


async def identify(house: House, device: str = DEVICE, user: str = "ana", **traits: str) -> None:
    """Let a device turn out to be a person's, as an identify call does."""
    await house.feed(replace(house.profile(user, **traits), also=(device,)))


async def test_a_device_gets_a_live_campaigns_message_by_its_anonymous_id(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LIVE_TO_ALL)
        await house.orders([DEVICE, "ana"])
        await house.idle()
        ids = [(one.get("userId"), one.get("anonymousId")) for one in house.wire.accepted]
        assert sorted(ids, key=str) == [("ana", None), (None, "d1")]
        assert [fault_of(one, "batch") for one in house.wire.accepted] == [None, None]
        await house.check()


@pytest.mark.parametrize(("campaign", "gets"), [(PAST, 2), (PAST_TO_ALL, 3)])
async def test_the_reach_counts_devices_as_the_run_messages_them(
    tmp_path: Path, autojump_clock: MockClock, campaign: Campaign, gets: int
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(2)
        await house.feed(house.profile(DEVICE), house.profile("anon:null"))
        reached = await house.desk.ask(Reach(definition=campaign))
        assert isinstance(reached, Reached)
        assert (reached.estimate.unreachable, reached.estimate.expected) == (4 - gets, gets)
        await house.publish(campaign)
        view = await house.until(campaign.name, "completed")
        assert view.books.skipped == {SkipReason.UNREACHABLE: 4 - gets}
        assert len(house.wire.users) == gets
        await house.check()


async def test_a_run_sends_a_person_nothing_more_who_had_its_message_as_a_device(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """The person's own turn comes an hour later, in their zone."""
    waves = When("2026-03-20T11:00", personal=UserZone())
    async with open_house(tmp_path, autojump_clock) as house:
        await house.feed(house.profile(DEVICE, timezone="Europe/Oslo"))
        await house.feed(house.profile("ana", timezone="Europe/London"))
        await house.publish(replace(PAST_TO_ALL, when=waves))
        await house.idle(1_800)
        assert house.wire.users == [DEVICE]
        await identify(house)
        await house.idle(ALL_ZONES_SECONDS)
        assert (await house.view(PAST.name)).state == "completed"
        assert house.wire.users == [DEVICE]
        await house.check()


async def test_of_two_messages_of_a_run_that_wait_the_persons_goes_and_the_devices_does_not(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, delivering=False) as house:
        await house.feed(house.profile(DEVICE), house.profile("ana"))
        await house.running(PAST_TO_ALL)
        await house.idle()
        await identify(house)
        rows = await house.rows("SELECT user, state, reason FROM outbox ORDER BY state")
        assert [tuple(row) for row in rows] == [
            ("ana", "cancelled", SkipReason.MERGED),
            ("ana", "pending", ""),
        ]


async def test_a_message_that_waits_for_a_device_goes_to_the_person_it_turns_out_to_be(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        slow = replace(LIVE_TO_ALL, trigger=Trigger("Order Completed", delay_minutes=10))
        await house.running(slow)
        await house.orders([DEVICE])
        await house.idle(60)
        await identify(house)
        await house.idle(700)
        assert house.wire.users == ["ana"]
        await house.check()


@pytest.mark.parametrize(
    ("limits", "house_limits", "reason"),
    [
        (Limits(per_user_max=1), GlobalLimits(), SkipReason.PER_USER_LIMIT),
        (Limits(per_user_minutes=60), GlobalLimits(), SkipReason.PER_USER_LIMIT),
        (Limits(), GlobalLimits(dwell_minutes=60), SkipReason.DWELL_TIME),
    ],
)
async def test_what_a_person_had_as_a_device_counts_towards_every_limit(
    tmp_path: Path,
    autojump_clock: MockClock,
    limits: Limits,
    house_limits: GlobalLimits,
    reason: SkipReason,
) -> None:
    async with open_house(tmp_path, autojump_clock, house_limits=house_limits) as house:
        await house.running(replace(LIVE_TO_ALL, limits=limits))
        await house.orders([DEVICE])
        await house.idle()
        await identify(house)
        await house.orders(["ana"])
        await house.idle()
        assert house.wire.users == [DEVICE]
        assert (await house.view(LIVE.name)).books.skipped == {reason: 1}
        await house.check()


async def test_a_device_takes_a_place_of_a_cap_like_anybody(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(replace(LIVE_TO_ALL, limits=Limits(cap_total=1)))
        await house.orders([DEVICE, "ana"])
        view = await house.until(LIVE.name, "completed")
        assert (view.books.sent, view.books.skipped) == (1, {SkipReason.CAP_REACHED: 1})
        assert house.wire.users == [DEVICE]


async def test_each_run_of_a_campaign_sends_to_the_id_by_which_the_user_is_known_then(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    twice = When(dates=("2026-03-20T10:50", "2026-03-20T10:55"))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.feed(house.profile(DEVICE))
        await house.publish(replace(PAST_TO_ALL, when=twice))
        await house.idle(300)
        await identify(house)
        await house.idle(300)
        assert house.wire.users == [DEVICE, "ana"]
        await house.check()


async def test_what_the_person_does_is_a_conversion_of_the_devices_message(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(replace(LIVE_TO_ALL, goal=Goal("Cart Viewed")))
        await house.orders([DEVICE])
        await house.idle()
        await identify(house)
        await house.feed(house.event("ana", "Cart Viewed"))
        await house.idle(10)
        report = await house.desk.ask(ShowReport(LIVE.name))
        assert isinstance(report, Report)
        assert report.target is not None
        assert (report.target.users, report.target.conversions) == (1, 1)


@pytest.mark.parametrize(
    "request_", [SuppressUser(user=DEVICE, by=ANA), EraseUser(user=DEVICE, by=ANA, yes=True)]
)
async def test_a_device_that_was_let_go_gets_nothing_whosever_it_turns_out_to_be(
    tmp_path: Path, autojump_clock: MockClock, request_: SuppressUser | EraseUser
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LIVE_TO_ALL)
        await house.feed(house.profile(DEVICE))
        await house.asks(request_)
        await house.orders([DEVICE])
        await house.idle()
        await identify(house)
        await house.orders([DEVICE])
        await house.idle()
        assert house.wire.users == []
        await house.check()


async def test_an_erased_person_gets_nothing_on_a_device_on_which_they_turn_up(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LIVE_TO_ALL)
        await house.asks(EraseUser(user="ana", by=ANA, yes=True))
        await identify(house)
        await house.orders([DEVICE])
        await house.idle()
        assert house.wire.users == []
        assert await house.rows("SELECT 1 FROM user") == []


async def test_a_device_is_shown_with_what_it_got(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LIVE_TO_ALL)
        await house.orders([DEVICE])
        await house.idle()
        shown = await house.desk.ask(ShowUser(user=DEVICE))
        assert isinstance(shown, UserShown)
        assert (shown.user, shown.standing, len(shown.messages)) == (DEVICE, "known", 1)


@pytest.mark.parametrize(
    ("campaign", "device", "said"),
    [
        (LIVE, DEVICE, "the campaign messages no such users (`delivery.anonymous` allows it)"),
        (LIVE_TO_ALL, DEVICE, "the campaign messages such users too, by their anonymousId"),
        (
            LIVE_TO_ALL,
            "anon:null",
            "its id is one that many devices share, so no campaign messages it",
        ),
    ],
)
async def test_why_says_whether_the_campaign_messages_devices(
    tmp_path: Path, autojump_clock: MockClock, campaign: Campaign, device: str, said: str
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(campaign)
        await house.orders([device])
        await house.idle()
        told = await house.desk.ask(Why(user=device, campaign=LIVE.name))
        assert not isinstance(told, Refused)
        assert isinstance(told, Told)
        assert f"Only a device of the user is known, and no userId: {said}." in told.known
