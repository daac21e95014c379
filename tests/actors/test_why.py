from pathlib import Path

import msgspec
import pytest
from trio.testing import MockClock

from actors.mail import Pause, Resume, Stop
from actors.mail_trust import Why
from actors.segment import NotSent
from domain.audience import Filter, Property
from domain.campaign import Delivery, DoNotDisturb, Limits, Trigger, Without
from tests.actors.aside import picky, poison_event, refused_message, steps, told
from tests.actors.house import ANA, HOUR_MS, LIVE, PAST, Wire, open_house

replace = msgspec.structs.replace
PICKY = replace(
    LIVE,
    trigger=Trigger("Order Completed", (Filter("total", ">=", 50),)),
    who=Property("country", "equals", "NO"),
)
AT_NIGHT_MS = 1_774_047_600_000  # 2026-03-21T00:00+01:00 in Oslo


async def test_a_message_is_told_from_its_event_to_its_acceptance(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(replace(LIVE, limits=Limits(cap_total=5)))
        await house.orders(["ann"])
        await house.idle()
        found = await told(house, "ann")
        said = [step.said for step in found.steps]
        assert "triggered the campaign" in said[0]
        assert "took a place under the cap in total" in said[1]
        assert f"accepted it under the id {house.wire.accepted[0]['messageId']}" in said[-1]
        assert found.zone == "Europe/Oslo"
        assert found.steps == tuple(sorted(found.steps, key=lambda step: step.at_ms))


@pytest.mark.parametrize(
    ("user", "total", "age_ms", "because"),
    [
        ("ann", 49, 0, "the trigger asks for total at least 50, which its value does not meet"),
        ("sven", 50, 0, 'country is "NO", which its value does not meet'),
        ("ann", 50, 3 * HOUR_MS, "more than 2 hours after it happened"),
        ("ann", 50, -HOUR_MS, "ahead of the clock"),
    ],
)
async def test_an_event_that_triggered_nothing_says_why(
    tmp_path: Path,
    autojump_clock: MockClock,
    user: str,
    total: int,
    age_ms: int,
    because: str,
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.feed(house.profile("ann", country="NO"), house.profile("sven", country="SE"))
        await house.running(PICKY)
        at_ms = house.clock.now_ms() - age_ms
        await house.feed(house.event(user, at_ms=at_ms, total=total))
        await house.idle()
        assert because in await steps(house, user)


async def test_an_event_before_the_start_or_not_yet_considered_says_so(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.orders(["early"])
        await house.idle()
        await house.running(replace(LIVE, on_pause="hold"))
        await house.asks(Pause(name=LIVE.name, by=ANA))
        await house.orders(["waits"])
        await house.idle()
        assert "before the campaign started" in await steps(house, "early")
        assert "has not looked at it yet" in await steps(house, "waits")
        await house.asks(Stop(name=LIVE.name, by=ANA))
        assert "was stopped before it looked at it" in await steps(house, "waits")


async def test_an_event_that_a_campaign_may_look_at_yet_is_not_given_up(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LIVE)
        await house.asks(Pause(name=LIVE.name, by=ANA))
        await house.store.write(lambda conn: conn.execute("UPDATE campaign SET state = 'faulted'"))
        await house.orders(["ann"])
        assert "has not looked at it yet" in await steps(house, "ann")


async def test_what_a_pause_dropped_is_told_with_who_paused(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LIVE)
        await house.asks(Pause(name=LIVE.name, by=ANA))
        await house.orders(["ann"])
        await house.idle()
        await house.asks(Resume(name=LIVE.name, by=ANA))
        await house.idle()
        said = await steps(house, "ann")
        assert f"drops what happens in a pause (@{ANA} paused it at 2026-03-20 10:46:4" in said


async def test_what_expired_is_told_with_the_moment_until_when_it_was_tried(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """Segment is not there for longer than the campaign allows."""
    short = replace(LIVE, delivery=Delivery(expires_minutes=30))
    gone = Wire(lambda _posted: NotSent("connection refused"))
    async with open_house(tmp_path, autojump_clock, gone, quiet=True) as house:
        await house.running(short)
        await house.orders(["ann"])
        await house.idle(2 * 3_600)
        assert "(it was tried until 2026-03-20 11:16:4" in await steps(house, "ann")


async def test_skips_and_poison_and_refusals_are_told_in_words(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, picky(), quiet=True) as house:
        await house.running(replace(LIVE, limits=Limits(cap_total=2)))
        await refused_message(house)
        await poison_event(house)
        await house.orders(["ann", "late"])
        await house.idle()
        assert "The campaign's total cap was full" in await steps(house, "late")
        assert "it waits for a person (`/campaign aside`)" in await steps(house, "bad")
        assert "(DecodeError, error E1) and was set aside" in await steps(house, "cleo")


async def test_a_message_that_is_held_says_until_when_and_why(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    quiet = replace(LIVE, do_not_disturb=DoNotDisturb("22:00", "08:00"))
    async with open_house(tmp_path, autojump_clock, start_ms=AT_NIGHT_MS) as house:
        await house.running(quiet)
        await house.orders(["ann"])
        await house.idle()
        said = await steps(house, "ann")
        assert "held until 2026-03-21 08:00:00 CET: it was do-not-disturb" in said


async def test_whom_nobody_knows_is_said_to_be_unknown(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LIVE)
        await house.idle()
        found = await told(house, "nobody")
        assert found.steps == ()
        assert "The user is not known" in found.known[0]
        assert "no campaign" in (await house.refused(Why(user="ann", campaign="Nothing"))).what


async def test_a_user_outside_a_runs_audience_is_told_which_part_fails(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    campaign = replace(PAST, who=Property("country", "equals", "NO"))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.feed(house.profile("ann", country="NO"), house.profile("sven", country="SE"))
        await house.publish(campaign)
        await house.until(PAST.name, "completed")
        known = "\n".join((await told(house, "sven", PAST.name)).known)
        assert 'country is "NO", which its value does not meet' in known
        assert "is done; 1 qualified" in known
        accepted = (await told(house, "ann", PAST.name)).steps
        assert "accepted" in accepted[-1].said


async def test_no_value_of_the_user_is_told(tmp_path: Path, autojump_clock: MockClock) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.feed(house.profile("ann", country="CANARY-1"))
        await house.running(PICKY)
        await house.feed(house.event("ann", total="CANARY-2"), house.event("ann", total=51))
        await house.idle()
        assert "CANARY" not in repr(await told(house, "ann"))


WAITS = replace(
    LIVE,
    trigger=Trigger("Cart Updated", without=Without("Order Completed", 60, same_property="cart")),
)


async def test_a_wait_is_told_since_when_until_when_and_by_which_event_it_was_cleared(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.running(WAITS)
        for cart in ("c1", "c1", None):
            await house.feed(house.event("ann", "Cart Updated", cart=cart))
            await house.idle()
        found = await told(house, "ann")
        assert "1 waiting for its moment" in found.message
        said = [step.said for step in found.steps]
        assert sum("it triggered the campaign, which waits" in each for each in said) == 1
        assert sum("the user waited already" in each for each in said) == 1
        assert sum("it lacks the value" in each for each in said) == 1
        assert any('if "Order Completed" is not done in time' in each for each in said)
        await house.feed(house.event("ann", cart="c1"))
        await house.idle()
        found = await told(house, "ann")
        assert "1 not sent, because another event cleared the wait" in found.message
        assert "cleared by “Order Completed” of 2026-03-20" in found.steps[-1].said


async def test_a_wait_that_is_over_is_told_with_what_was_decided(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.running(WAITS)
        for user in ("ann", "ben"):
            await house.feed(house.event(user, "Cart Updated", cart="c1"))
        await house.idle(3_700)
        found = await told(house, "ann")
        said = [step.said for step in found.steps]
        assert "1 sent" in found.message
        assert said.index("the wait was over, and everything was asked once more") < len(said) - 1


async def test_whoever_waits_when_a_campaign_is_stopped_is_told_so(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.running(WAITS)
        await house.feed(house.event("ann", "Cart Updated", cart="c1"))
        await house.idle()
        await house.asks(Stop(name=LIVE.name, by=ANA))
        found = await told(house, "ann")
        assert "1 not sent, because the campaign ended first" in found.message
        assert any("the campaign was stopped meanwhile" in step.said for step in found.steps)


async def test_a_second_event_of_a_campaign_for_first_timers_says_so(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.running(replace(LIVE, trigger=Trigger("Order Completed", first_time=True)))
        await house.orders(["ann", "ann"])
        await house.idle()
        said = [step.said for step in (await told(house, "ann")).steps]
        assert sum("it is not the user's first of these events" in each for each in said) == 1
