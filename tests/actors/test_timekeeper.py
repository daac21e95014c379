"""A wall clock that leaps under the actors: nothing is early, nothing twice, nothing lost."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
import trio
from trio.testing import MockClock

from actors.clock import TrioClock
from actors.mail import AcceptClock, Done, Publish, Refused, ShowClock
from actors.segment import Ambiguous, Outcome
from domain.campaign import DoNotDisturb, Limits, When
from domain.leap import TOLERANCE_MS
from store import fault_points, marks
from tests.actors.house import (
    ANA,
    BEN,
    LIVE,
    PAST,
    START_MS,
    House,
    Posted,
    Wire,
    open_house,
)

SECOND, HOUR, DAY = 1_000, 3_600_000, 86_400_000
SIZES = (SECOND, 1_900, 5 * SECOND, 60 * SECOND, HOUR, 23 * HOUR, DAY, 30 * DAY, 365 * DAY)
JUMPS = [sign * size for size in SIZES for sign in (1, -1)]
LEAPS = [jump for jump in JUMPS if abs(jump) > TOLERANCE_MS]


class Jumping:
    """A wall clock that a test sets wrong; `true_ms` is what time it is."""

    held = False

    def __init__(self, start_ms: int = START_MS) -> None:
        self._true = TrioClock(start_ms)
        self._true.now_ms()
        self.off_ms = 0

    def now_ms(self) -> int:
        return self.true_ms + self.off_ms

    @property
    def true_ms(self) -> int:
        return self._true.now_ms()


def true_ms(posted: Posted, began: float) -> int:
    return START_MS + round((posted.at - began) * 1000)


async def notices(house: House) -> list[str]:
    sql = "SELECT body FROM announcement WHERE kind = 'notice' AND campaign = '' ORDER BY id"
    return [row[0] for row in await house.rows(sql)]


@pytest.mark.parametrize("jump", JUMPS)
async def test_a_message_that_waits_for_the_end_of_do_not_disturb_is_never_early(
    tmp_path: Path, autojump_clock: MockClock, jump: int
) -> None:
    """It is 11:50 in Oslo; the quiet ends at noon, the clock jumps, and is right after 20 min."""
    noon = START_MS + (73 * 60 + 20) * SECOND
    start = noon - 600 * SECOND
    began, wall = trio.current_time(), Jumping(start)
    quiet = DoNotDisturb(start="10:00", end="12:00", mode="delay")
    campaign = msgspec.structs.replace(LIVE, do_not_disturb=quiet)
    async with open_house(tmp_path, autojump_clock, clock=wall) as house:
        await house.people(3)
        await house.running(campaign)
        await house.orders(["u0000", "u0001"])
        await house.idle(60)
        wall.off_ms = jump
        await house.idle(1_200)
        wall.off_ms = 0
        await house.idle(120)
        assert sorted(house.wire.users) == ["u0000", "u0001"]
        leaves = min(true_ms(p, began) for p in house.wire.requests) + start - START_MS
        assert leaves >= noon - TOLERANCE_MS
        await house.check()


@pytest.mark.parametrize("jump", JUMPS)
async def test_a_run_that_is_due_in_an_hour_is_neither_early_nor_lost_nor_twice(
    tmp_path: Path, autojump_clock: MockClock, jump: int
) -> None:
    began, wall = trio.current_time(), Jumping()
    campaign = msgspec.structs.replace(PAST, when=When(start="2026-03-20T11:46"))
    async with open_house(tmp_path, autojump_clock, clock=wall) as house:
        await house.people(5)
        await house.publish(campaign)
        wall.off_ms = jump
        await house.idle(2 * 3_600)
        wall.off_ms = 0
        await house.until(PAST.name, "completed")
        assert sorted(house.wire.users) == [f"u{i:04}" for i in range(5)]
        due = START_MS + (59 * 60 + 20) * SECOND
        assert min(true_ms(p, began) for p in house.wire.requests) >= due - TOLERANCE_MS
        await house.check()


async def test_who_sleeps_towards_a_date_is_woken_when_the_clock_is_set_a_little(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """So little is believed at once; without a word of it the run would start by the old time."""
    began, wall = trio.current_time(), Jumping(START_MS - 20 * SECOND)
    campaign = msgspec.structs.replace(PAST, when=When(start="2026-03-20T10:48"))
    async with open_house(tmp_path, autojump_clock, clock=wall) as house:
        await house.people(5)
        await house.publish(campaign)
        await house.idle(60)
        wall.off_ms = 1_900
        await house.until(PAST.name, "completed")
        due = START_MS + 80 * SECOND
        first = min(true_ms(p, began) for p in house.wire.requests) - 20 * SECOND
        assert due - TOLERANCE_MS <= first < due


@pytest.mark.parametrize("jump", LEAPS)
async def test_what_is_ambiguous_is_re_sent_within_20_true_hours_or_not_at_all(
    tmp_path: Path, autojump_clock: MockClock, jump: int
) -> None:
    """The jump comes 19 h after the first try, and a person believes it, wrongly."""
    began, wall = trio.current_time(), Jumping()

    def silent(_posted: Posted) -> Outcome:
        return Ambiguous("time-out")

    async with open_house(tmp_path, autojump_clock, Wire(silent), clock=wall) as house:
        await house.people(1)
        await house.running(LIVE)
        await house.orders(["u0000"])
        await house.idle(1)
        first = true_ms(house.wire.requests[0], began) - 19 * HOUR
        await house.store.write(
            lambda conn: conn.execute("UPDATE outbox SET ambiguous_ms = ?", (first,)).rowcount
        )
        wall.off_ms = jump
        await house.idle(10)
        await house.asks(AcceptClock(by=BEN))
        await house.idle(2 * 3_600)
        assert max(true_ms(p, began) for p in house.wire.requests) - first <= 20 * HOUR
        assert await house.rows("SELECT state FROM outbox") == [("unknown",)]
        await house.check()


@pytest.mark.parametrize("jump", LEAPS)
async def test_the_cap_of_a_day_is_not_given_twice_by_a_leap_to_another_day(
    tmp_path: Path, autojump_clock: MockClock, jump: int
) -> None:
    wall = Jumping()
    campaign = msgspec.structs.replace(LIVE, limits=Limits(cap_per_day=2))
    async with open_house(tmp_path, autojump_clock, clock=wall) as house:
        await house.people(6)
        await house.running(campaign)
        await house.orders(["u0000", "u0001"])
        await house.idle()
        wall.off_ms = jump
        await house.orders(["u0002", "u0003"])
        await house.idle(60)
        wall.off_ms = 0
        await house.idle(60)
        assert sorted(house.wire.users) == ["u0000", "u0001"]
        await house.check()


@pytest.mark.parametrize("jump", LEAPS)
async def test_while_the_clock_is_held_no_request_begins_and_events_are_kept(
    tmp_path: Path, autojump_clock: MockClock, jump: int
) -> None:
    wall = Jumping()
    async with open_house(tmp_path, autojump_clock, clock=wall) as house:
        await house.people(2)
        await house.running(LIVE)
        wall.off_ms = jump
        await house.orders(["u0000"])
        await house.idle(600)
        assert house.wire.requests == []
        await house.asks(AcceptClock(by=BEN))
        await house.idle()
        assert house.wire.users == ["u0000"]


async def test_people_are_told_once_when_it_leaps_and_once_when_it_is_right_again(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    wall = Jumping()
    async with open_house(tmp_path, autojump_clock, clock=wall) as house:
        await house.idle()
        wall.off_ms = HOUR
        await house.idle(600)
        (leapt,) = await notices(house)
        for said in ("1:00:00 ahead", "2026-03-20 10:4", "sends nothing", "clarion clock accept"):
            assert said in leapt
        wall.off_ms = 0
        await house.idle(600)
        assert [body[:40] for body in await notices(house)][1:] == [
            "The machine's clock is right again (2026"
        ]


async def test_nothing_is_published_while_nobody_knows_what_time_it_is(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    wall = Jumping()
    async with open_house(tmp_path, autojump_clock, clock=wall) as house:
        await house.approved(LIVE)
        wall.off_ms = DAY
        refused = await house.refused(Publish(name=LIVE.name, by=ANA))
        assert "clock has leapt" in refused.what


@pytest.mark.parametrize("jump", LEAPS)
async def test_an_approval_does_not_expire_by_a_clock_that_leapt(
    tmp_path: Path, autojump_clock: MockClock, jump: int
) -> None:
    wall = Jumping()
    campaign = msgspec.structs.replace(PAST, when=When(start="2026-03-20T11:46"))
    async with open_house(tmp_path, autojump_clock, clock=wall) as house:
        await house.approved(campaign)
        wall.off_ms = jump
        await house.idle(600)
        assert (await house.view(PAST.name)).state == "approved"


async def test_a_person_who_believes_the_clock_is_in_the_audit(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    wall = Jumping()
    async with open_house(tmp_path, autojump_clock, clock=wall) as house:
        wall.off_ms = HOUR
        await house.idle()
        done = await house.asks(AcceptClock(by="u0ben00002"))
        assert "believed" in done.message
        (who, action, detail) = (await house.audit())[-1]
        assert (who, action, detail[:13]) == (BEN, "accept_clock", "1:00:00 ahead")
        assert not house.clock.held
        await house.check()


async def test_the_button_of_an_earlier_leap_ends_no_later_one(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    wall = Jumping()
    async with open_house(tmp_path, autojump_clock, clock=wall) as house:
        wall.off_ms = HOUR
        await house.idle(35)
        ((subject,),) = await house.rows("SELECT subject FROM announcement WHERE subject <> ''")
        leap = subject.removeprefix("clock:")
        wall.off_ms = 0
        await house.idle(35)
        wall.off_ms = DAY
        await house.idle(35)
        refused = await house.refused(AcceptClock(by=BEN, leap=leap))
        assert "earlier leap" in refused.what
        assert house.clock.held


async def test_a_clock_that_is_right_needs_nobody(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        assert "not held" in (await house.refused(AcceptClock(by=BEN))).what
        shown = await house.desk.ask(ShowClock())
        assert isinstance(shown, Done)
        assert shown.message.startswith("The clock is right: it says 2026-03-20 09:46")
        assert isinstance(await house.desk.ask(AcceptClock(by="no id!")), Refused)


@pytest.mark.parametrize("jump", [jump for jump in LEAPS if jump < 0])
async def test_a_clock_that_went_back_while_the_daemon_was_down_is_held(
    tmp_path: Path, autojump_clock: MockClock, jump: int
) -> None:
    async with open_house(tmp_path, autojump_clock):
        await trio.sleep(90)
    wall = Jumping(START_MS + 90_000)
    wall.off_ms = jump
    async with open_house(tmp_path, autojump_clock, clock=wall) as house:
        assert house.clock.held
        assert house.clock.now_ms() >= START_MS + 90_000
        assert len(await notices(house)) == 1
        wall.off_ms = 0
        await house.idle()
        assert not house.clock.held


async def test_a_leap_outlives_a_restart_and_is_told_once(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    wall = Jumping()
    async with open_house(tmp_path, autojump_clock, clock=wall) as house:
        await house.idle()
        wall.off_ms = 365 * DAY
        await house.idle(30)
    async with open_house(tmp_path, autojump_clock, clock=wall) as house:
        await house.idle(30)
        assert house.clock.held
        assert abs(house.clock.now_ms() - wall.true_ms) <= TOLERANCE_MS
        assert len(await notices(house)) == 1


async def test_how_far_time_has_come_is_written_once_a_minute_seldom_when_idle_and_at_the_end(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached: list[str] = []
    monkeypatch.setattr(fault_points, "listener", reached.append)
    async with open_house(tmp_path, autojump_clock) as house:
        for minutes, least, most in ((30, 2, 3), (10, 9, 11)):
            reached.clear()
            for _ in range(minutes * 2):
                await house.idle(30)
                if least > 3:
                    await house.orders(["u0000"])
            assert least <= reached.count("clock.high_water_written") <= most
        clock: Any = house.clock
        last = clock.now_ms()
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        left = await house.store.read(marks.read)
        assert left.high_water_ms is not None
        assert left.high_water_ms >= last
