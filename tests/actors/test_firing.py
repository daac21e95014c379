"""What waits falls due: delays, absences and dates, in a house where every part lives."""

import sqlite3
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest
from trio.testing import MockClock

from actors import firing
from actors.mail import Pause, Resume, Stop
from actors.mail_trust import Why
from domain.audience import Property
from domain.campaign import (
    Delivery,
    DoNotDisturb,
    Limits,
    OnDate,
    QuietWindow,
    Trigger,
    When,
    Without,
)
from domain.timer import Timer
from domain.trigger import Keyed
from store import adoption, log, timers
from store.timers import Waiting
from tests.actors.house import ANA, HOUR_MS, LIVE, START_MS, House, Wire, open_house

replace = msgspec.structs.replace
MINUTE = 60.0
DELAYED = replace(LIVE, trigger=Trigger("Cart Updated", delay_minutes=60))
LEFT = replace(
    LIVE,
    trigger=Trigger("Cart Updated", without=Without("Order Completed", 60, same_property="cart")),
)
FLIGHT = replace(
    LIVE,
    trigger=Trigger(
        "Booked",
        date=OnDate(
            "departs",
            before_minutes=120,
            same_property="trip",
            cancel=(Keyed("Trip Cancelled"),),
        ),
    ),
)


async def waiting(house: House) -> Waiting:
    campaign = await house.campaign_id(LIVE.name)
    return await house.store.read(partial(timers.waiting, campaign=campaign))


async def states(house: House) -> list[str]:
    return [state for (state,) in await house.rows("SELECT state FROM timer ORDER BY id")]


async def cart(house: House, user: str, cart: str = "c1", **more: Any) -> None:
    await house.feed(house.event(user, "Cart Updated", cart=cart, **more))


async def order(house: House, user: str, cart: str = "c1", **more: Any) -> None:
    await house.feed(house.event(user, "Order Completed", cart=cart, **more))


async def skipped(house: House) -> dict[str, int]:
    await house.check()
    return dict((await house.view(LIVE.name)).books.skipped)


async def booked(house: House, departs: str, *, user: str = "ann", trip: int = 1) -> None:
    await house.feed(house.event(user, "Booked", departs=departs, trip=trip))


def age(conn: sqlite3.Connection, by_ms: int) -> None:
    """Let all timers be older than they are."""
    conn.execute(
        "UPDATE timer SET since_ms = since_ms - ?1, until_ms = until_ms - ?1,"
        " ended_ms = ended_ms - ?1",
        (by_ms,),
    )


def after(minutes: float) -> str:
    """Return a date so long after the start of the tests."""
    return (datetime.fromtimestamp(START_MS / 1000, UTC) + timedelta(minutes=minutes)).isoformat()


async def test_a_delayed_message_goes_at_its_moment_and_not_before(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.running(DELAYED)
        began = house.clock.now_ms()
        await cart(house, "ann")
        await house.idle(59.9 * MINUTE)
        assert house.wire.users == []
        assert await waiting(house) == Waiting(1, began + HOUR_MS)
        await house.idle(10)
        assert house.wire.users == ["ann"]
        ((fired_ms,),) = await house.rows("SELECT ended_ms FROM timer")
        assert 0 <= fired_ms - (began + HOUR_MS) < 1_000
        await house.check()


async def test_what_ended_a_month_ago_is_removed_as_others_fire_and_why_tells_the_message(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.running(DELAYED)
        await cart(house, "ann")
        await house.idle(61 * MINUTE)
        await house.store.write(partial(age, by_ms=31 * 24 * HOUR_MS))
        await cart(house, "bob")
        await house.idle(61 * MINUTE)
        assert await house.rows("SELECT user FROM timer") == [("bob",)]
        told = await house.desk.ask(Why("ann", LIVE.name))
        assert "1 sent" in repr(told)


async def test_whoever_does_the_one_and_not_the_other_in_time_is_messaged(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LEFT)
        for user in ("left", "bought", "other cart", "late"):
            await cart(house, user)
        await house.idle(30 * MINUTE)
        await order(house, "bought")
        await order(house, "other cart", "c2")
        await house.idle(30 * MINUTE + 10)
        await order(house, "late")
        await house.idle(60)
        assert sorted(house.wire.users) == ["late", "left", "other cart"]
        assert await states(house) == ["fired", "cancelled", "fired", "fired"]
        await house.check()


async def test_an_order_that_arrives_within_the_grace_still_counts(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LEFT)
        await cart(house, "ann")
        began = house.clock.now_ms()
        await house.idle(60 * MINUTE + 20)
        late = house.event("ann", "Order Completed", at_ms=began + HOUR_MS, cart="c1")
        await house.feed(late)
        await house.idle(60)
        assert house.wire.users == []


async def test_a_repeated_event_lets_the_time_begin_anew_or_changes_nothing(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    for on_repeat, minutes in (("restart", 100), ("keep", 60)):
        without = Without("Order Completed", 60, on_repeat=on_repeat)  # type: ignore[arg-type]
        campaign = replace(LIVE, trigger=Trigger("Cart Updated", without=without))
        async with open_house(tmp_path / on_repeat, autojump_clock) as house:
            await house.running(campaign)
            began = house.clock.now_ms()
            await cart(house, "ann")
            await house.idle(40 * MINUTE)
            await cart(house, "ann")
            await house.idle(70 * MINUTE)
            assert house.wire.users == ["ann"]
            ((due_ms,),) = await house.rows("SELECT due_ms FROM timer")
            assert abs(due_ms - began - minutes * 60_000 - 30_000) < 1_000


async def test_what_came_in_before_it_fell_due_counts_though_nobody_had_considered_it(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """The campaign is so busy that the order is in the log, and the timer fires first."""
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LEFT)
        await cart(house, "ann")
        await house.idle(60 * MINUTE)
        house.router.forget(await house.campaign_id(LIVE.name))  # no word of it arrives
        await order(house, "ann")
        await house.idle(60)
        assert house.wire.users == []
        assert await states(house) == ["cancelled"]


async def test_the_filter_is_asked_again_when_it_falls_due_unless_the_campaign_says_not(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    for recheck in (True, False):
        trigger = Trigger("Cart Updated", delay_minutes=60, recheck=recheck)
        campaign = replace(LIVE, trigger=trigger, who=Property("plan", "equals", "free"))
        async with open_house(tmp_path / str(recheck), autojump_clock) as house:
            await house.feed(*(house.profile(user, plan="free") for user in ("ann", "ben")))
            await house.running(campaign)
            for user in ("ann", "ben", "nobody"):
                await cart(house, user)
            await house.idle()
            await house.feed(house.profile("ben", plan="pro"))
            await house.idle(61 * MINUTE)
            assert sorted(house.wire.users) == (["ann"] if recheck else ["ann", "ben"])
            told = {"filter_no_longer_matches": 1} if recheck else {}
            assert await skipped(house) == told


async def test_who_is_to_be_asked_once_is_not_asked_after_do_not_disturb_either(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    for recheck in (True, False):
        campaign = replace(
            LIVE,
            trigger=Trigger("Cart Updated", delay_minutes=60, recheck=recheck),
            who=Property("plan", "equals", "free"),
            do_not_disturb=DoNotDisturb("11:30", "12:30"),
        )
        async with open_house(tmp_path / str(recheck), autojump_clock) as house:  # it is 10:46
            await house.feed(house.profile("ann", plan="free"))
            await house.running(campaign)
            await cart(house, "ann")
            await house.idle(61 * MINUTE)
            await house.feed(house.profile("ann", plan="pro"))
            await house.idle(60 * MINUTE)
            assert house.wire.users == ([] if recheck else ["ann"])


async def test_caps_control_and_quiet_hours_are_asked_when_it_falls_due(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    campaign = replace(
        DELAYED,
        limits=Limits(cap_per_day=2, control_percent=50),
        do_not_disturb=DoNotDisturb("11:30", "12:30"),
    )
    async with open_house(tmp_path, autojump_clock) as house:  # it is 10:46 there
        await house.running(campaign)
        for n in range(10):
            await cart(house, f"u{n}")
        await house.idle()
        assert (await house.view(LIVE.name)).books.qualified == 0
        await house.idle(60 * MINUTE)
        books = (await house.view(LIVE.name)).books
        assert (books.qualified, books.sent, books.pending) == (10, 0, 2)
        assert books.control > 0
        assert books.skipped == {"cap_day": 8 - books.control}
        await house.idle(60 * MINUTE)
        assert len(house.wire.accepted) == 2
        await house.check()


async def test_only_the_first_event_ever_triggers_where_a_campaign_says_so(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    trigger = Trigger("Order Completed", also=(Keyed("Order Renewed"),), first_time=True)
    async with open_house(tmp_path, autojump_clock) as house:
        await house.orders(["old"])
        await house.running(replace(LIVE, trigger=trigger))
        await house.orders(["old", "new", "new"])
        await house.feed(house.event("new", "Order Renewed"), house.event("late", "Order Renewed"))
        await house.orders(["late"])
        earlier = house.clock.now_ms() - 60_000
        await house.feed(house.event("late", at_ms=earlier))
        await house.idle()
        assert sorted(house.wire.users) == ["late", "new"]


async def test_any_of_the_events_triggers(tmp_path: Path, autojump_clock: MockClock) -> None:
    trigger = Trigger("A", also=(Keyed("B"), Keyed("C")))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(replace(LIVE, trigger=trigger))
        await house.feed(*(house.event(name, name) for name in "ABCD"))
        await house.idle()
        assert sorted(house.wire.users) == ["A", "B", "C"]


async def test_a_date_is_replaced_by_a_later_event_and_cleared_by_a_cancellation(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(FLIGHT)
        await booked(house, after(300))
        await booked(house, after(300), trip=2)
        await booked(house, after(300), user="ben")
        await house.idle()
        await booked(house, after(600))  # the first trip is put off
        await house.feed(house.event("ben", "Trip Cancelled", trip=1))
        await house.idle(181 * MINUTE)
        assert house.wire.users == ["ann"]
        await house.idle(300 * MINUTE)
        assert house.wire.users == ["ann", "ann"]
        assert await states(house) == ["replaced", "fired", "cancelled", "fired"]
        await house.check()


@pytest.mark.parametrize(("late", "sent"), [(119.0, 1), (121.0, 0)])
async def test_a_date_that_has_passed_by_up_to_two_hours_still_counts(
    tmp_path: Path, autojump_clock: MockClock, late: float, sent: int
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(FLIGHT)
        await booked(house, after(120 - late))
        await house.idle(20)
        assert len(house.wire.accepted) == sent
        assert await skipped(house) == ({} if sent else {"date_in_past": 1})


async def test_a_date_without_an_offset_is_where_the_user_is(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.feed(house.profile("tokyo", timezone="Asia/Tokyo"))
        await house.running(FLIGHT)
        await booked(house, "2026-03-21T09:00", user="tokyo")
        await booked(house, "2026-03-21T09:00", user="unknown")  # the account's zone is Oslo
        await house.idle()
        found = await house.rows("SELECT user, due_ms FROM timer ORDER BY due_ms")
        assert found == [
            ("tokyo", 1_774_044_000_000),  # 2026-03-20T22:00Z
            ("unknown", 1_774_072_800_000),  # 2026-03-21T06:00Z
        ]


async def test_what_a_phone_sends_afterwards_in_two_requests_clears_itself(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """It was off for an hour and a half, and the wait was over when the first of them came in."""
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LEFT)
        now = house.clock.now_ms()
        for user in ("ann", "ben"):
            await cart(house, user, at_ms=now - 3 * HOUR_MS // 2)
        await house.idle(20)
        await order(house, "ann", at_ms=now - 5 * HOUR_MS // 4)
        await house.idle(20)
        assert house.wire.users == ["ben"]
        assert await states(house) == ["cancelled", "fired"]
        await house.check()


async def test_a_date_is_read_anew_where_the_user_turns_out_to_be(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """The account is in Oslo: Tokyo has 09:00 eight hours earlier, New York five later."""
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.feed(house.profile("travels", timezone="Asia/Tokyo"))
        await house.running(FLIGHT)
        for user in ("unknown", "travels"):
            await booked(house, "2026-03-21T09:00", user=user)
        await booked(house, "2026-03-21T09:00+01:00", user="said")
        await house.idle()
        for user, zone in (("unknown", "Asia/Tokyo"), ("said", "Asia/Tokyo")):
            await house.feed(house.profile(user, timezone=zone))
        await house.idle(16 * MINUTE)
        found = await house.rows("SELECT user, due_ms FROM timer ORDER BY user")
        assert found == [
            ("said", 1_774_072_800_000),  # 2026-03-21T06:00Z, whatever the zone
            ("travels", 1_774_044_000_000),  # 2026-03-20T22:00Z
            ("unknown", 1_774_044_000_000),
        ]
        await house.feed(house.profile("travels", timezone="America/New_York"))
        await house.idle((1_774_044_000_000 - house.clock.now_ms()) / 1_000 + 10)
        assert house.wire.users == ["unknown"]
        await house.idle(13 * 60 * MINUTE)
        assert house.wire.users == ["unknown", "said", "travels"]
        ((fired_ms,),) = await house.rows("SELECT ended_ms FROM timer WHERE user = 'travels'")
        assert 0 <= fired_ms - 1_774_090_800_000 < 1_000  # 2026-03-21T11:00Z
        await house.check()


async def test_what_falls_due_in_a_pause_is_asked_when_the_campaign_goes_on(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LEFT)
        for user in ("ann", "ben", "cleo"):
            await cart(house, user)
        await house.idle()
        await house.asks(Pause(name=LIVE.name, by=ANA))
        await cart(house, "in the pause")
        await order(house, "ben")
        await house.idle(90 * MINUTE)
        assert house.wire.users == []
        await house.asks(Resume(name=LIVE.name, by=ANA))
        await house.idle()
        assert sorted(house.wire.users) == ["ann", "cleo"]
        assert await skipped(house) == {"paused_dropped": 1}


async def test_a_date_that_is_replaced_in_a_pause_holds_no_more(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """The news is dropped, as all of the pause is; to remind of the old date would be wrong."""
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(FLIGHT)
        for user in ("ann", "ben"):
            await booked(house, after(300), user=user)
        await house.idle()
        await house.asks(Pause(name=LIVE.name, by=ANA))
        await booked(house, after(900), user="ann")
        await house.idle()
        await house.asks(Resume(name=LIVE.name, by=ANA))
        await house.idle(1_000 * MINUTE)
        assert house.wire.users == ["ben"]
        assert await states(house) == ["replaced", "fired"]
        assert await skipped(house) == {"paused_dropped": 1}


async def test_what_falls_due_in_a_weekend_that_is_quiet_goes_at_its_end(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """More than 72 hours later, whether it was decided about at once or after a wait."""
    days: Any = ("friday", "saturday", "sunday")
    morning = QuietWindow("00:00", "12:00", ("monday",))
    quiet = DoNotDisturb("00:00", "24:00", days=days, also=(morning,))
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.running(replace(DELAYED, do_not_disturb=quiet))
        at_once = replace(LIVE, name="At once", trigger=Trigger("Cart Updated"))
        await house.running(replace(at_once, do_not_disturb=quiet))
        await cart(house, "ann")
        await house.idle(74 * 60 * MINUTE)
        assert house.wire.users == ["ann", "ann"]
        assert await skipped(house) == {}


async def test_what_fell_due_too_long_ago_is_expired(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(replace(DELAYED, delivery=Delivery(expires_minutes=30)))
        await cart(house, "ann")
        await house.idle()
        await house.asks(Pause(name=LIVE.name, by=ANA))
        await house.idle(91 * MINUTE)
        await house.asks(Resume(name=LIVE.name, by=ANA))
        await house.idle()
        assert await skipped(house) == {"expired": 1}


async def test_a_stopped_campaign_fires_nothing(tmp_path: Path, autojump_clock: MockClock) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(DELAYED)
        await cart(house, "ann")
        await house.idle()
        await house.asks(Stop(name=LIVE.name, by=ANA))
        await house.idle(90 * MINUTE)
        assert house.wire.users == []
        await house.check()


@pytest.mark.parametrize("paused", [False, True])
async def test_what_would_fall_due_after_the_end_ends_with_the_campaign(
    tmp_path: Path, autojump_clock: MockClock, *, paused: bool
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(replace(LEFT, when=When(end="2026-03-20T11:00")))
        for user in ("ann", "ben"):
            await cart(house, user)
        await order(house, "ben")
        await house.idle()
        if paused:
            await house.asks(Pause(name=LIVE.name, by=ANA))
        await house.until(LIVE.name, "completed", seconds=1_000)
        assert await skipped(house) == {"campaign_ended": 1}
        assert await states(house) == ["fired", "cancelled"]


async def test_a_campaign_whose_cap_is_delivered_lets_nobody_wait_on(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(replace(DELAYED, limits=Limits(cap_total=1)))
        await cart(house, "ann")
        await house.idle(30 * MINUTE)
        await cart(house, "ben")
        view = await house.until(LIVE.name, "completed", seconds=2_400)
        assert house.wire.users == ["ann"]
        assert view.books.skipped == {"cap_reached": 1}
        await house.check()


async def test_after_a_downtime_everything_is_caught_up_in_order(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path / "0", autojump_clock) as house:
        await house.running(replace(DELAYED, delivery=Delivery(expires_minutes=120)))
        for n in range(5):
            await cart(house, f"u{n}")
            await house.idle(60)
        await house.crash_image(tmp_path / "1")
    wire = Wire(accepted=[])
    later = START_MS + 2 * HOUR_MS
    async with open_house(tmp_path / "1", autojump_clock, wire, start_ms=later) as house:
        await house.idle()
        assert wire.users == [f"u{n}" for n in range(5)]
        found = await house.rows("SELECT occurrence FROM timer ORDER BY ended_ms, id")
        assert len(found) == 5
        await house.check()


async def test_a_timer_fires_once_whichever_commit_a_crash_follows(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path / "0", autojump_clock, delivering=False) as house:
        await house.running(DELAYED)
        await cart(house, "ann")
        await house.idle(59 * MINUTE)
        await house.crash_image(tmp_path / "1")
        await house.idle(2 * MINUTE)
        await house.crash_image(tmp_path / "2")
    ids = set()
    for number in (1, 2):
        wire = Wire(accepted=[])
        later = START_MS + HOUR_MS + 120_000
        folder = tmp_path / str(number)
        async with open_house(folder, autojump_clock, wire, start_ms=later) as house:
            await house.idle(20)
            ids |= {message["messageId"] for message in wire.accepted}
            assert len(wire.accepted) == 1
            await house.check()
    assert len(ids) == 1


async def test_what_may_have_fired_before_a_restore_never_fires_again(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(DELAYED)
        await cart(house, "before")
        await house.idle(30 * MINUTE)
        await cart(house, "after")
        await house.idle()
        await house.asks(Pause(name=LIVE.name, by=ANA))
        await house.idle(40 * MINUTE)
        now = house.clock.now_ms()

        def adopt(conn: sqlite3.Connection) -> None:
            adoption.adopt(conn, now_ms=now)

        await house.store.write(adopt)
        await house.asks(Resume(name=LIVE.name, by=ANA))
        await house.idle(30 * MINUTE)
        assert house.wire.users == ["after"]
        assert await skipped(house) == {"unknown": 1}


async def test_a_user_whose_profile_cannot_be_read_is_set_aside_and_keeps_nobody_back(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.running(DELAYED)
        for user in ("ann", "ben"):
            await cart(house, user)
        await house.idle()
        await house.store.write(
            lambda conn: conn.execute("UPDATE user SET traits = x'7b' WHERE user = 'ann'")
        )
        await house.idle(61 * MINUTE)
        assert house.wire.users == ["ben"]
        assert await states(house) == ["set_aside", "fired"]
        ((user, state),) = await house.rows("SELECT user, state FROM poison")
        assert (user, state) == ("ann", "open")


async def test_a_wait_outlives_the_id_that_it_began_under(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LEFT)
        await cart(house, "anon:d1")
        await cart(house, "anon:d2")
        await house.idle()
        for device, user in (("anon:d1", "ann"), ("anon:d2", "ben")):
            await house.feed(replace(house.profile(user), also=(device,)))
        await order(house, "ben")
        await house.idle(62 * MINUTE)
        assert house.wire.users == ["ann"]


async def test_a_thousand_timers_of_one_moment_fire_within_the_second(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.running(DELAYED)
        at_ms = house.clock.now_ms()
        await house.feed(*(house.event(f"u{n}", "Cart Updated", at_ms=at_ms) for n in range(1_000)))
        await house.idle(61 * MINUTE)
        assert (await house.view(LIVE.name)).books.sent == 1_000
        ((latest,),) = await house.rows("SELECT max(ended_ms) - max(due_ms) FROM timer")
        assert latest < 1_000
        await house.check()


async def test_a_page_of_users_of_whom_more_came_in_meanwhile_waits_until_that_is_considered(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of a full page can be decided then, and to read it again would change nothing."""
    users, ripe = ("ann", "ben"), timers.ripe
    asked: list[sqlite3.Connection] = []
    monkeypatch.setattr(firing, "TIMERS_PAGE_MAX", len(users))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LEFT)
        for user in users:
            await cart(house, user)
        late = [house.event(user, "Order Completed", cart="c2") for user in users]
        key = house.context.install_key

        def after_others_came(conn: sqlite3.Connection, *args: Any, **more: Any) -> list[Timer]:
            if not asked:
                log.append(conn, late, now_ms=more["now_ms"], install_key=key)
            asked.append(conn)
            assert len(asked) < 10, "it asks again and again"
            return ripe(conn, *args, **more)

        monkeypatch.setattr(timers, "ripe", after_others_came)
        await house.idle(61 * MINUTE)
        assert await states(house) == ["fired", "fired"]


async def test_an_engine_that_waits_sleeps_until_something_is_due(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """A campaign that looked every second would read the store thousands of times."""
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.running(replace(DELAYED, trigger=Trigger("Cart Updated", delay_minutes=600)))
        await cart(house, "ann")
        await house.idle()
        commits = house.store.commits
        await house.idle(590 * MINUTE)
        assert house.store.commits == commits
        await house.idle(10 * MINUTE + 10)
        assert house.wire.users == ["ann"]


async def test_when_more_waits_are_over_within_an_hour_than_a_campaign_allows_it_pauses_itself(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(replace(DELAYED, limits=Limits(safety_per_hour=3)))
        for n in range(5):
            await cart(house, f"u{n}")
        view = await house.until(LIVE.name, "paused", seconds=4_000)
        assert view.books.qualified == 3
        assert sorted(await states(house)) == ["armed"] * 2 + ["fired"] * 3
        await house.asks(Resume(name=LIVE.name, by=ANA))
        await house.idle(20)
        assert (await house.view(LIVE.name)).books.qualified == 5
        await house.check()


async def test_waits_that_are_too_late_after_a_downtime_are_no_surge(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """Nobody would get a message, so there is nothing that a person should decide."""
    async with open_house(tmp_path / "0", autojump_clock) as house:
        await house.running(replace(DELAYED, limits=Limits(safety_per_hour=3)))
        for n in range(9):
            await cart(house, f"u{n}")
        await house.idle()
        await house.crash_image(tmp_path / "1")
    later = START_MS + 72 * HOUR_MS
    async with open_house(tmp_path / "1", autojump_clock, start_ms=later) as house:
        await house.idle(20)
        assert await skipped(house) == {"expired": 9}
        assert (await house.view(LIVE.name)).state == "running"


async def test_dates_that_are_long_past_as_they_come_in_are_no_surge(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(replace(FLIGHT, limits=Limits(safety_per_hour=3)))
        for n in range(9):
            await booked(house, after(-300), user=f"u{n}")
        await house.idle(20)
        assert await skipped(house) == {"date_in_past": 9}
        assert (await house.view(LIVE.name)).state == "running"
