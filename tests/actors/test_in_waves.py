"""A run in its users' time zones: one run and one set of books, in as many waves as there are."""

from pathlib import Path
from random import Random
from typing import Any, Literal

import pytest
import trio
from msgspec.structs import replace
from trio.testing import MockClock

from actors.mail import Pause, Resume, SendSample, Stop
from domain.audience import Property
from domain.campaign import DoNotDisturb, Limits, When
from domain.personal import BestTime, UserProperty, UserZone
from domain.recurrence import EveryDays
from store import log
from tests.actors.house import ANA, HOUR_MS, PAST, START_MS, House, open_house
from tests.actors.timing import DAY, HOUR, then

# It is 09:46:40 in London on 20 March 2026, 10:46 in Oslo (the account), 18:46 in Tokyo.
OSLO, TOKYO = "Europe/Oslo", "Asia/Tokyo"
NEW_YORK, LOS_ANGELES = "America/New_York", "America/Los_Angeles"
NOON = replace(PAST, when=When(start="2026-03-20T12:00", personal=UserZone()))


async def people(house: House, **zones: str) -> None:
    traits = {user: {"timezone": zone} if zone else {} for user, zone in zones.items()}
    await house.feed(*(house.profile(user, **given) for user, given in traits.items()))


async def sent(house: House) -> list[str]:
    rows = await house.rows("SELECT user FROM outbox WHERE state = 'accepted' ORDER BY updated_ms")
    return [user for (user,) in rows]


async def skipped(house: House) -> dict[str, int]:
    return (await house.view(PAST.name)).books.skipped


async def test_each_is_messaged_when_it_is_noon_where_they_are(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await people(house, oslo=OSLO, new_york=NEW_YORK, nowhere="", tokyo="Asia/Tokyo")
        await house.publish(NOON)
        await then(house, PAST.name, "running", seconds=60)
        assert await sent(house) == []
        await trio.sleep(75 * 60)
        assert sorted(await sent(house)) == ["nowhere", "oslo"]
        assert await skipped(house) == {"time_passed": 1}
        await house.check()
        assert (await house.view(PAST.name)).state == "running"
        view = await then(house, PAST.name, "completed", seconds=DAY)
        assert (await sent(house))[-1] == "new_york"
        assert [run.run for run in view.runs] == ["2026-03-20T12:00[user]"]
        assert (view.books.qualified, view.books.sent) == (4, 3)
        await house.check()


async def test_where_the_time_is_past_it_may_be_the_next_day(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    when = When(start="2026-03-20T12:00", personal=UserZone(past="next_day", unknown_zone="drop"))
    async with open_house(tmp_path, autojump_clock) as house:
        await people(house, oslo=OSLO, tokyo=TOKYO, nowhere="")
        await house.publish(replace(NOON, when=when))
        await trio.sleep(2 * HOUR)
        assert await sent(house) == ["oslo"]
        assert await skipped(house) == {"zone_unknown": 1}
        await then(house, PAST.name, "running", seconds=16 * HOUR)
        assert await sent(house) == ["oslo", "tokyo"]
        await house.check()


async def test_the_audience_is_asked_again_for_each_wave(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    pro = replace(NOON, who=Property("plan", "equals", "pro"))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.feed(
            house.profile("oslo", timezone=OSLO, plan="pro"),
            house.profile("left", timezone=NEW_YORK, plan="pro"),
            house.profile("came", timezone=NEW_YORK, plan="free"),
        )
        await house.publish(pro)
        await trio.sleep(2 * HOUR)
        await house.feed(house.profile("left", plan="free"), house.profile("came", plan="pro"))
        await house.feed(house.profile("oslo", timezone="America/Chicago"))
        view = await then(house, PAST.name, "running", seconds=6 * HOUR)
        assert await sent(house) == ["oslo", "came"], "who travels west gets nothing again"
        assert view.books.qualified == 2
        await house.check()


@pytest.mark.parametrize("late_hours", [1, 3])
async def test_a_crash_between_two_waves_loses_nothing_and_sends_nothing_twice(
    tmp_path: Path, autojump_clock: MockClock, late_hours: int
) -> None:
    async with open_house(tmp_path / "a", autojump_clock) as house:
        await people(house, oslo=OSLO, new_york=NEW_YORK)
        await house.publish(NOON)
        await trio.sleep(2 * HOUR)
        await house.crash_image(tmp_path / "b")
    noon_in_new_york_ms = START_MS + 22_400_000
    start_ms = noon_in_new_york_ms + late_hours * HOUR_MS
    async with open_house(tmp_path / "b", autojump_clock, start_ms=start_ms) as house:
        await then(house, PAST.name, "running", seconds=60)
        assert house.wire.users == (["new_york"] if late_hours < 2 else [])
        assert await skipped(house) == ({} if late_hours < 2 else {"time_passed": 1})
        await house.check()


async def test_a_crash_while_a_wave_is_drawn_draws_it_again_and_no_other(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path / "a", autojump_clock, delivering=False) as house:
        await people(house, oslo=OSLO, new_york=NEW_YORK, tokyo=TOKYO)
        await house.publish(replace(NOON, limits=Limits(cap_per_run=2)))
        await trio.sleep(2 * HOUR)
        await house.store.write(lambda conn: conn.execute("UPDATE run SET state = 'drawing'"))
        await house.crash_image(tmp_path / "b")
    start_ms = START_MS + 22_460_000
    async with open_house(tmp_path / "b", autojump_clock, start_ms=start_ms) as house:
        view = await then(house, PAST.name, "running", seconds=60)
        assert sorted(house.wire.users) == ["new_york", "oslo"]
        assert (view.books.qualified, view.books.skipped) == (3, {"time_passed": 1})
        await house.check()


async def test_the_cap_of_a_run_is_one_over_all_of_its_waves(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await people(house, oslo=OSLO, rome="Europe/Rome", new_york=NEW_YORK)
        await house.publish(replace(NOON, limits=Limits(cap_per_run=2)))
        await then(house, PAST.name, "running", seconds=8 * HOUR)
        assert sorted(await sent(house)) == ["oslo", "rome"]
        assert await skipped(house) == {"cap_run": 1}
        await house.check()


async def test_the_cap_of_a_day_counts_by_the_days_of_the_account(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """Noon in New York is 17:00 here, 12 hours west of UTC it is 01:00 of the next day."""
    async with open_house(tmp_path, autojump_clock) as house:
        await people(house, ny=NEW_YORK, la=LOS_ANGELES, west="Etc/GMT+12", too="UTC-12:00")
        await house.publish(replace(NOON, limits=Limits(cap_per_day=1)))
        view = await then(house, PAST.name, "completed", seconds=15 * HOUR)
        rows = await house.rows("SELECT user, cap_day FROM outbox ORDER BY cap_day")
        assert rows[0] == ("ny", "2026-03-20")
        assert rows[1:] in ([("west", "2026-03-21")], [("too", "2026-03-21")])
        assert (view.books.sent, view.books.skipped) == (2, {"cap_day": 2})
        await house.check()


async def test_the_safety_check_looks_at_everyone_once_before_the_first_wave(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await people(house, oslo=OSLO, new_york=NEW_YORK, la="America/Los_Angeles")
        await house.publish(replace(NOON, limits=Limits(safety_limit=2)))
        view = await then(house, PAST.name, "blocked", seconds=75 * 60)
        assert view.runs[0].qualified == 3
        await house.asks(SendSample(PAST.name, ANA, view.runs[0].run, 2))
        await then(house, PAST.name, "running", seconds=10 * HOUR)
        assert await sent(house) == ["oslo", "new_york"]
        assert await skipped(house) == {"safety_not_drawn": 1}
        await house.check()


async def test_a_wave_in_a_pause_is_sent_at_the_resume_if_that_is_soon_enough(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await people(house, oslo=OSLO, new_york=NEW_YORK, la="America/Los_Angeles")
        await house.publish(NOON)
        await trio.sleep(2 * HOUR)
        await house.asks(Pause(PAST.name, ANA))
        await then(house, PAST.name, "paused", seconds=5 * HOUR)  # noon in New York was 50 min ago
        await house.asks(Resume(PAST.name, ANA))
        await then(house, PAST.name, "running", seconds=4 * HOUR)
        assert await sent(house) == ["oslo", "new_york", "la"]
        await house.check()


async def test_a_stop_between_two_waves_is_the_end(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await people(house, oslo=OSLO, new_york=NEW_YORK)
        await house.publish(NOON)
        await trio.sleep(2 * HOUR)
        await house.asks(Stop(PAST.name, ANA))
        await trio.sleep(8 * HOUR)
        assert await sent(house) == ["oslo"]
        await house.check()


async def test_a_cut_off_is_one_of_the_users_own_zone(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    quiet = DoNotDisturb("12:00", "13:30")
    when = When(start="2026-03-20T12:00", cutoff="13:00", personal=UserZone())
    async with open_house(tmp_path, autojump_clock) as house:
        await people(house, oslo=OSLO, new_york=NEW_YORK)
        await house.publish(replace(NOON, when=when, do_not_disturb=quiet))
        await then(house, PAST.name, "running", seconds=8 * HOUR)
        assert await skipped(house) == {"cutoff": 2}
        await house.check()


HONOLULU = "Pacific/Honolulu"


async def test_who_first_appears_in_a_zone_that_nobody_had_is_messaged_there(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """Otherwise the run is over with the zones of those who were there when it began."""
    async with open_house(tmp_path, autojump_clock) as house:
        await people(house, oslo=OSLO)
        await house.publish(NOON)
        await trio.sleep(9 * HOUR)
        await people(house, new=HONOLULU, late=NEW_YORK)
        await trio.sleep(3 * HOUR + 14 * 60)  # noon in Honolulu is at 22:00 UTC
        assert await sent(house) == ["oslo", "new"]
        view = await then(house, PAST.name, "completed", seconds=2 * HOUR)
        assert view.books.qualified == 3
        assert await skipped(house) == {"time_passed": 1}
        await house.check()


async def test_who_comes_into_a_zone_just_before_its_time_is_not_late(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await people(house, oslo=OSLO)
        await house.publish(NOON)
        await trio.sleep(6 * HOUR + 10 * 60)  # noon in New York is at 16:00 UTC
        await people(house, oslo=OSLO, ny=NEW_YORK)
        await then(house, PAST.name, "completed", seconds=20 * HOUR)
        ((at_ms,),) = await house.rows("SELECT claimed_ms FROM outbox WHERE user = 'ny'")
        assert 0 <= at_ms - (START_MS + 22_400_000) < 2_000


async def test_who_travels_past_their_wave_is_told_why_they_got_nothing(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await people(house, oslo=OSLO, east=NEW_YORK)
        await house.publish(NOON)
        await trio.sleep(3 * HOUR)
        await people(house, east=OSLO)
        view = await then(house, PAST.name, "completed", seconds=24 * HOUR)
        assert await sent(house) == ["oslo"]
        assert (view.books.qualified, view.books.skipped) == (2, {"time_passed": 1})
        await house.check()


async def test_a_daily_run_waits_for_no_new_zones_and_ends_with_who_is_there(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """The next run reaches them, and between two runs a campaign may be edited."""
    daily = When(
        start="2026-03-20T12:00", end="2026-03-21T12:00", repeat=EveryDays(), personal=UserZone()
    )
    async with open_house(tmp_path, autojump_clock) as house:
        await people(house, oslo=OSLO, rome="Europe/Rome", auckland="Pacific/Auckland")
        await house.publish(replace(NOON, when=daily))
        await then(house, PAST.name, "awaiting_next_run", seconds=2 * HOUR)
        await then(house, PAST.name, "completed", seconds=39 * HOUR)
        rows = await house.rows(
            "SELECT user, run, claimed_ms FROM outbox ORDER BY claimed_ms, user"
        )
        assert [(user, run[8:10]) for user, run, _ in rows] == [
            ("oslo", "20"),
            ("rome", "20"),
            ("auckland", "21"),
            ("oslo", "21"),
            ("rome", "21"),
        ]
        assert rows[2][2] - (START_MS + 47_600_000) < 2_000, "noon in Auckland is at 23:00 UTC"
        await house.check()


async def test_who_is_sent_to_tomorrow_by_a_hold_is_cut_off_tomorrow(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    when = When(start="2026-03-20T12:00", cutoff="13:00", personal=UserZone(past="next_day"))
    async with open_house(tmp_path, autojump_clock) as house:
        await people(house, oslo=OSLO, rome="Europe/Rome")
        await house.publish(replace(NOON, when=when, limits=Limits(safety_limit=1)))
        view = await then(house, PAST.name, "blocked", seconds=5 * HOUR)
        await house.asks(SendSample(PAST.name, ANA, view.runs[0].run, 1))
        await then(house, PAST.name, "running", seconds=HOUR)
        assert await skipped(house) == {"safety_not_drawn": 1}
        await then(house, PAST.name, "completed", seconds=20 * HOUR)
        ((at_ms,),) = await house.rows("SELECT claimed_ms FROM outbox")
        assert 0 <= at_ms - (START_MS + 91_000_000 - 200_000) < 2_000, "11:00 UTC on the 21st"
        await house.check()


ANYWHERE = (OSLO, TOKYO, NEW_YORK, HONOLULU, "Asia/Kathmandu", "Mars/One", "UTC-12:00", "")


@pytest.mark.parametrize(("past", "hours"), [("drop", 15), ("next_day", 26)])
async def test_whoever_travels_and_whenever_each_is_in_one_place_of_the_books(
    tmp_path: Path, autojump_clock: MockClock, past: Literal["drop", "next_day"], hours: int
) -> None:
    """Users move, and new ones come, at any time; one in three has moved more than once."""
    r = Random(past)
    when = When(start="2026-03-20T12:00", personal=UserZone(past=past))
    users = [f"u{n:02}" for n in range(24)]
    moves = sorted((r.randrange(hours * 3_600), user) for user in users for _ in range(2))
    async with open_house(tmp_path, autojump_clock) as house:
        await people(house, **{user: r.choice(ANYWHERE) for user in users[::2]})
        await house.publish(replace(NOON, when=when))
        began = trio.current_time()
        for at, user in moves:
            await trio.sleep_until(began + at)
            await people(house, **{user: r.choice(ANYWHERE)})
        await trio.sleep_until(began + (hours + 1) * HOUR)
        view = await house.view(PAST.name)
        told = await house.rows("SELECT user FROM outbox UNION ALL SELECT user FROM decision")
        there = {user for (user,) in told}
        late = {user for at, user in moves if at > (hours - 1) * 3_600} - set(users[::2])
        assert len(told) == len(there) == view.books.qualified
        assert set(users) - late <= there
        assert view.state == "completed"
        assert len(set(await sent(house))) == len(await sent(house)) > 6
        await house.check()


MINUTE = UserProperty("minute", otherwise="15:00")
PROPER = replace(PAST, when=When(start="2026-03-21T00:00", personal=MINUTE))


async def test_each_is_messaged_at_the_minute_that_their_profile_gives(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.feed(
            house.profile("early", timezone=OSLO, minute=8 * 60),
            house.profile("noon", timezone=NEW_YORK, minute=12 * 60),
            house.profile("odd", timezone=OSLO, minute="noon"),
        )
        await house.publish(PROPER)
        await then(house, PAST.name, "running", seconds=HOUR)
        await trio.sleep(23 * HOUR)  # 10:46 in Oslo on the day
        assert await sent(house) == ["early"]
        await then(house, PAST.name, "completed", seconds=8 * HOUR)
        assert await sent(house) == ["early", "odd", "noon"]
        await house.check()


async def test_each_is_messaged_in_the_two_hours_that_were_their_best(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a robot, what is older than half a year is not even read."""
    read: set[int] = set()
    history = log.history

    def noted(*asked: Any, **how: Any) -> Any:
        found = history(*asked, **how)
        read.update(event.time_ms for events in found.values() for event in events)
        return found

    monkeypatch.setattr(log, "history", noted)
    best = BestTime("App Opened", otherwise="15:00")
    async with open_house(tmp_path, autojump_clock) as house:
        await people(house, early=OSLO, late=OSLO, never=OSLO)
        seven = START_MS - 4 * HOUR_MS  # 06:46 in Oslo
        await house.feed(
            house.event("early", "App Opened", at_ms=seven),
            *(house.event("late", "App Opened", at_ms=seven - n * 12 * HOUR_MS) for n in range(4)),
            house.event("late", "App Opened", at_ms=seven - 12 * HOUR_MS),
            *(house.event("late", "App Opened", at_ms=seven - n * 4_400 * HOUR_MS) for n in (1, 9)),
        )
        await house.publish(replace(PAST, when=When(start="2026-03-21T00:00", personal=best)))
        await trio.sleep(21 * HOUR)  # 07:46 in Oslo on the day
        assert await sent(house) == ["early"]
        await then(house, PAST.name, "completed", seconds=11 * HOUR)
        assert await sent(house) == ["early", "never", "late"]
        assert min(read) == seven - 36 * HOUR_MS
        await house.check()
