from pathlib import Path

import msgspec
import pytest
import trio
from trio.testing import MockClock

from actors.mail_trust import Told, Why
from domain.audience import Count, Did, Property
from domain.campaign import Campaign, Delivery, DoNotDisturb, Limits, What, When
from domain.goal import Goal
from domain.personal import BestTime, Personal, UserProperty
from domain.variants import AbTest, Part, Split, Variant
from tests.actors.aside import steps
from tests.actors.house import ANA, LIVE, PAST, START_MS, House, open_house

replace = msgspec.structs.replace
QUIET = DoNotDisturb("10:30", "11:30")
"""The tests begin at 10:46:40 in Oslo."""


async def asked(house: House, user: str, name: str, *, values: bool = False) -> str:
    answer = await house.desk.ask(Why(user, name, values=values))
    assert isinstance(answer, Told), answer
    return "\n".join([*answer.known, *(step.said for step in answer.steps)])


async def live(house: House, campaign: Campaign, *users: str) -> None:
    await house.running(campaign)
    await house.orders(users)
    await house.idle()


async def test_who_waits_for_the_end_of_quiet_hours_is_told_the_window_and_its_end(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.feed(house.profile("ann", timezone="Europe/Kyiv"), house.profile("bo"))
        await live(house, replace(LIVE, do_not_disturb=DoNotDisturb("10:30", "12:30")), "ann", "bo")
        ann, bo = await steps(house, "ann"), await steps(house, "bo")
        assert "10:30 to 12:30 where the user is" in ann
        assert "ended at 2026-03-20 12:30:00 in Europe/Kyiv, the user's zone" in ann
        assert "12:30:00 in Europe/Oslo, the account's zone, as the user's is not known" in bo


async def test_who_was_left_out_at_night_is_told_the_window(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.feed(house.profile("ann"))
        await live(house, replace(LIVE, do_not_disturb=replace(QUIET, mode="discard")), "ann")
        assert "that time ended at 2026-03-20 11:30:00 in Europe/Oslo" in await steps(house, "ann")


async def test_a_full_cap_says_how_full_it_is_and_when_it_frees(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.feed(*(house.profile(user) for user in "abc"))
        await live(house, replace(LIVE, limits=Limits(cap_per_day=1)), "a", "b")
        said = await steps(house, "b")
        assert "1 of 1 are taken now; a new day begins at 2026-03-21 00:00:00 CET" in said


async def test_who_was_not_drawn_is_told_the_place_in_the_draw_and_its_seed(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(6)
        await house.publish(replace(PAST, limits=Limits(cap_per_run=2)))
        await house.until("Win back", "completed")
        got = {message["userId"] for message in house.wire.accepted}
        left = next(f"u{n:04}" for n in range(6) if f"u{n:04}" not in got)
        said = await asked(house, left, "Win back")
        assert "cap_run" in said
        assert "in the random order of the draw the user stood at" in said
        assert "(seed 4:draw," in said


async def test_a_control_group_is_told_with_the_users_bucket(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(1)
        await live(house, replace(LIVE, limits=Limits(control_percent=99)), "u0000")
        said = await steps(house, "u0000")
        assert "those below 99 are the campaign control group (seed 16:campaign_control," in said


async def test_who_is_not_in_the_portion_is_told_the_bucket(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(9)
        users = [f"u{n:04}" for n in range(9)]
        await live(house, replace(LIVE, limits=Limits(portion_percent=1)), *users)
        got = {message["userId"] for message in house.wire.accepted}
        left = next(user for user in users if user not in got)
        assert "and those below 1 are addressed (seed 7:portion," in await steps(house, left)


async def test_a_message_is_told_with_its_variant_and_how_it_came_to_it(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    split = replace(LIVE, variants=Split((Part("A", 50), Part("B", 50))))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(1)
        await live(house, split, "u0000")
        (message,) = house.wire.accepted
        said = await steps(house, "u0000")
        assert f"the variant is “{message['properties']['variant']}”: bucket " in said
        assert "seed 7:variant," in said


async def test_who_waited_for_the_winner_of_a_test_is_told_so(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    test = AbTest((Variant("A"), Variant("B")), test_users=2, wait_minutes=60)
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(4)
        await house.publish(replace(PAST, variants=test, goal=Goal("Order Completed")))
        await house.idle()
        got = {message["userId"] for message in house.wire.accepted}
        left = next(f"u{n:04}" for n in range(4) if f"u{n:04}" not in got)
        assert "its winner is chosen then" in await asked(house, left, "Win back")
        await trio.sleep(3_700)
        said = await asked(house, left, "Win back")
        assert "the user was not in the test of variants; “A” won it" in said
        assert "the variant is “A”" in said
        assert "do-not-disturb" not in said


@pytest.mark.parametrize(("values", "said"), [(True, 'and it is "SE"'), (False, "does not meet")])
async def test_a_value_is_told_where_it_is_asked_for_and_nowhere_else(
    tmp_path: Path, autojump_clock: MockClock, values: bool, said: str
) -> None:
    campaign = replace(LIVE, who=Property("country", "equals", "NO"))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.feed(house.profile("ann", country="SE"))
        await live(house, campaign, "ann")
        told = await asked(house, "ann", "Coupon", values=values)
        assert said in told
        assert ("SE" in told) is values


async def test_how_often_a_user_did_what_is_asked_for_is_told(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    campaign = replace(LIVE, who=Did("Viewed", count=Count(">=", 3)))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.feed(house.profile("ann"), *(house.event("ann", "Viewed") for _ in range(2)))
        await live(house, campaign, "ann")
        assert "the user did it twice in that range" in await steps(house, "ann")


async def test_content_that_gave_nothing_names_the_pair(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    what = What(key_values={"hi": "{{ Profile.name }}"}, required=("hi",))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.feed(house.profile("ann"))
        await live(house, replace(LIVE, what=what), "ann")
        said = await steps(house, "ann")
        assert "the required pair “hi” lacks Profile.name" in said
        assert "missing_value" in said


def test_a_question_without_a_word_about_values_asks_for_none() -> None:
    assert not Why(ANA, "x").values


DAY = "2026-03-21T00:00"
NIGHT = DoNotDisturb("22:00", "08:00")


@pytest.mark.parametrize(
    ("own", "said"),
    [
        (UserProperty("minute"), "by “minute” of the profile"),
        (BestTime("Viewed", otherwise="08:00"), "when the user did “Viewed” most often"),
    ],
)
async def test_who_waits_for_a_time_of_their_own_is_told_so_and_of_no_night(
    tmp_path: Path, autojump_clock: MockClock, own: Personal, said: str
) -> None:
    """It is the very moment at which do-not-disturb ends, and has nothing to do with it."""
    campaign = replace(PAST, when=When(start=DAY, personal=own), do_not_disturb=NIGHT)
    async with open_house(tmp_path, autojump_clock) as house:
        await house.feed(house.profile("ann", timezone="Europe/Oslo", minute=480))
        await house.publish(campaign)
        await trio.sleep(15 * 3_600)
        told = await asked(house, "ann", "Win back")
        assert "held until 2026-03-21 08:00:00 CET: that is the user's own time" in told
        assert said in told
        assert "do-not-disturb" not in told


async def test_who_has_a_habit_waits_for_it_and_for_no_night(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """Their two hours begin at the very moment at which do-not-disturb ends."""
    campaign = replace(
        PAST, when=When(start=DAY, personal=BestTime("Viewed")), do_not_disturb=NIGHT
    )
    async with open_house(tmp_path, autojump_clock) as house:
        eight = START_MS - 24 * 3_600_000 - 2 * 3_600_000  # 08:46:40 in Oslo, yesterday
        await house.feed(
            house.profile("ann", timezone="Europe/Oslo"), house.event("ann", "Viewed", at_ms=eight)
        )
        await house.publish(campaign)
        await trio.sleep(15 * 3_600)
        told = await asked(house, "ann", "Win back")
        assert "held until 2026-03-21 08:00:00 CET: that is the user's own time" in told
        assert "do-not-disturb" not in told


async def test_whose_time_changed_after_the_day_was_drawn_is_told_so(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    campaign = replace(PAST, when=When(start=DAY, personal=UserProperty("minute")))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.feed(house.profile("ann", timezone="Europe/Oslo", minute=480))
        await house.publish(campaign)
        await trio.sleep(3_600)
        await house.feed(house.profile("ann", timezone="Europe/Oslo", minute=600))
        await trio.sleep(23 * 3_600)
        assert [message["userId"] for message in house.wire.accepted] == ["ann"]
        told = await asked(house, "ann", "Win back")
        assert "held until 2026-03-21 08:00:00 CET: that is the user's own time" in told
        assert "by what is known now it would be 2026-03-21 10:00" in told
        assert "counts from the next run on" in told


async def test_whose_own_time_is_at_night_is_told_the_window(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    campaign = replace(
        PAST, when=When(start=DAY, personal=UserProperty("minute")), do_not_disturb=NIGHT
    )
    async with open_house(tmp_path, autojump_clock) as house:
        await house.feed(house.profile("ann", timezone="Europe/Oslo", minute=420))
        await house.publish(campaign)
        await trio.sleep(15 * 3_600)
        told = await asked(house, "ann", "Win back")
        assert (
            "held until 2026-03-21 08:00:00 CET: the user's own time fell into do-not-dis" in told
        )
        assert "22:00 to 08:00" in told


async def test_whom_the_night_overtook_in_the_queue_is_told_the_window(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    slow = replace(
        LIVE,
        do_not_disturb=DoNotDisturb("10:48", "11:30"),
        delivery=Delivery(messages_per_5_minutes=1),
    )
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(2)
        await live(house, slow, "u0000", "u0001")
        await trio.sleep(600)
        got = {message["userId"] for message in house.wire.accepted}
        left = min({"u0000", "u0001"} - got)
        told = await steps(house, left)
        assert "it waits until 2026-03-20 11:30:00 CET" in told
        assert "do-not-disturb had begun: 10:48 to 11:30 where the user is" in told
