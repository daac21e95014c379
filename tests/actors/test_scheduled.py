import sqlite3
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest
import trio
from trio.testing import MockClock

from actors.mail import (
    Approve,
    Pause,
    Publish,
    RaiseLimit,
    RequestChanges,
    Resume,
    SendSample,
    SkipRun,
    Stop,
)
from actors.scheduled import Scheduled
from domain.audience import Count, Did, Property
from domain.campaign import DoNotDisturb, Limits, When
from store import adoption, campaigns, runs
from tests.actors.house import ANA, BEN, CLEO, HOUR_MS, PAST, START_MS, House, Wire, open_house

replace = msgspec.structs.replace
HELD = replace(PAST, limits=Limits(safety_limit=5))


async def held(house: House, n: int = 6) -> str:
    """Bring a run to the safety check, and return its slot."""
    await house.people(n)
    await house.publish(HELD)
    await house.until(PAST.name, "blocked")
    return (await house.only_run(PAST.name)).run


async def test_now_means_at_publishing_and_each_gets_one(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    campaign = replace(PAST, who=Did("Order Completed", count=Count(">=", 2)))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.orders(["a", "a", "b", "c", "c", "c"])
        await house.publish(campaign)
        view = await house.until(PAST.name, "completed")
        assert sorted(house.wire.users) == ["a", "c"]
        assert view.runs[0].run == "2026-03-20T10:46[Europe/Oslo]"
        await house.check()


async def test_at_a_time_it_waits_for_that_time(tmp_path: Path, autojump_clock: MockClock) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(2)
        await house.publish(replace(PAST, when=When("2026-03-20T11:50", zone="Europe/Kyiv")))
        await trio.sleep(195)
        assert ((await house.view(PAST.name)).state, house.wire.requests) == ("scheduled", [])
        await house.until(PAST.name, "completed")
        assert house.clock.now_ms() - START_MS < 210_000
        assert len(house.wire.accepted) == 2


@pytest.mark.parametrize(("late_ms", "state", "sent"), [(0, "done", 3), (2_000, "missed", 0)])
async def test_a_run_more_than_two_hours_late_is_missed(
    tmp_path: Path, autojump_clock: MockClock, late_ms: int, state: str, sent: int
) -> None:
    async with open_house(tmp_path / "a", autojump_clock) as house:
        await house.people(3)
        await house.publish(replace(PAST, when=When("2026-03-20T11:00")))
        await house.crash_image(tmp_path / "b")
    due = START_MS + 800_000
    then = due + 2 * HOUR_MS + late_ms - 1_000
    async with open_house(tmp_path / "b", autojump_clock, start_ms=then) as house:
        await house.until(PAST.name, "completed")
        assert (await house.only_run(PAST.name)).state == state
        assert len(house.wire.accepted) == sent
        await house.check()


@pytest.mark.parametrize(("people", "state"), [(5, "completed"), (6, "blocked")])
async def test_the_safety_check_holds_over_the_limit_and_not_at_it(
    tmp_path: Path, autojump_clock: MockClock, people: int, state: str
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(people)
        await house.publish(HELD)
        await house.until(PAST.name, state)
        await house.idle()
        assert len(house.wire.accepted) == (5 if people == 5 else 0)
        alerts = await house.rows("SELECT 1 FROM announcement WHERE kind = 'alert'")
        assert len(alerts) == (people == 6)
        await house.check()


async def test_a_sample_is_random_and_no_more_than_the_limit(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        run = await held(house, 40)
        for n in (6, -1):
            await house.refused(SendSample(name=PAST.name, by=CLEO, run=run, n=n))
        await house.asks(SendSample(name=PAST.name, by=CLEO, run=run, n=4))
        view = await house.until(PAST.name, "completed")
        assert (view.books.sent, view.books.skipped) == (4, {"safety_not_drawn": 36})
        assert sorted(house.wire.users) != [f"u{n:04}" for n in range(4)]
        await house.refused(SendSample(name=PAST.name, by=CLEO, run=run))
        await house.check()


async def test_a_higher_limit_needs_someone_who_has_not_edited(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        run = await held(house)
        await house.refused(RaiseLimit(name=PAST.name, by=CLEO, run=run, limit=5))
        await house.asks(RaiseLimit(name=PAST.name, by=CLEO, run=run, limit=6))
        for who in (ANA, CLEO):
            no = await house.refused(Approve(name=PAST.name, by=who))
            assert "someone else" in no.what
        await house.idle()
        assert house.wire.requests == []
        await house.asks(Approve(name=PAST.name, by=BEN))
        await house.until(PAST.name, "completed")
        assert len(house.wire.accepted) == 6
        assert (await house.only_run(PAST.name)).revision == 2
        await house.check()


async def test_a_look_that_began_under_the_old_limit_judges_nothing_by_it(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """Otherwise the run would be held again, though somebody has just let it go."""
    async with open_house(tmp_path, autojump_clock) as house:
        run = await held(house)
        stale = await house.store.read(partial(campaigns.find, name_or_id=PAST.name))
        assert stale is not None
        await house.asks(RaiseLimit(name=PAST.name, by=CLEO, run=run, limit=6))
        await house.asks(Approve(name=PAST.name, by=BEN))
        assert await Scheduled(stale.id, HELD, house.context).work(stale) == 0.0
        await house.until(PAST.name, "completed")
        assert len(house.wire.accepted) == 6


async def test_a_higher_limit_that_is_declined_leaves_the_run_held(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        run = await held(house)
        await house.asks(RaiseLimit(name=PAST.name, by=CLEO, run=run, limit=9))
        await house.asks(RequestChanges(name=PAST.name, by=BEN, comment="no"))
        await house.refused(Approve(name=PAST.name, by=BEN))
        assert (await house.view(PAST.name)).state == "blocked"


async def test_a_skipped_run_messages_nobody(tmp_path: Path, autojump_clock: MockClock) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        run = await held(house)
        await house.asks(SkipRun(name=PAST.name, by=BEN, run=run))
        view = await house.until(PAST.name, "completed")
        assert view.books.skipped == {"run_skipped": 6}
        assert house.wire.requests == []
        await house.refused(SkipRun(name=PAST.name, by=BEN, run=run))


async def test_a_stopped_run_messages_nobody(tmp_path: Path, autojump_clock: MockClock) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        run = await held(house)
        await house.asks(Stop(name=PAST.name, by=BEN))
        await house.refused(SendSample(name=PAST.name, by=BEN, run=run))
        await house.idle()
        assert (await house.only_run(PAST.name)).state == "stopped"
        assert house.wire.requests == []


async def test_the_control_group_is_counted_and_never_messaged(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    limits = Limits(control_percent=30, cap_per_run=50, safety_limit=200)
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(200)
        await house.publish(replace(PAST, limits=limits))
        view = await house.until(PAST.name, "completed")
        books = view.books
        assert (books.qualified, books.sent) == (200, 50)
        assert 35 <= books.control <= 85
        assert books.skipped == {"cap_run": 150 - books.control}
        control = {
            user
            for (user,) in await house.rows("SELECT user FROM decision WHERE bucket = 'control'")
        }
        assert not control & set(house.wire.users)
        await house.check()


async def test_the_smaller_cap_is_the_one_that_counts(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(20)
        await house.publish(replace(PAST, limits=Limits(cap_total=3, cap_per_run=8)))
        view = await house.until(PAST.name, "completed")
        assert (view.books.sent, view.books.skipped) == (3, {"cap_reached": 17})
        await house.check()


async def test_a_crash_in_the_middle_of_the_draw_draws_again_and_sends_once(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("actors.scheduled.CHUNK", 5)
    images = iter(range(1, 100))
    made: list[Path] = []
    whole = runs.draw_chunk
    async with open_house(tmp_path / "0", autojump_clock) as house:

        def imaged(*args: object, **rest: object) -> int:
            placed = whole(*args, **rest)  # type: ignore[arg-type]  # as they came
            house.image_soon = True
            return placed

        monkeypatch.setattr(runs, "draw_chunk", imaged)
        await house.people(23)
        commit = house.store.write

        async def write_and_image(job: Any, *, urgent: bool = False) -> Any:
            answer: Any = await commit(job, urgent=urgent)
            if house.image_soon:
                house.image_soon = False
                made.append(await house.crash_image(tmp_path / str(next(images))))
            return answer

        house.store.write = write_and_image  # type: ignore[method-assign]  # a spy
        await house.publish(replace(PAST, limits=Limits(cap_per_run=11)))
        await house.until(PAST.name, "completed")
        first = {m["messageId"] for m in house.wire.accepted}
    monkeypatch.setattr(runs, "draw_chunk", whole)
    assert len(made) == 5
    for image in made:
        async with open_house(image, autojump_clock) as house:
            await house.until(PAST.name, "completed")
            assert {m["messageId"] for m in house.wire.accepted} == first
            assert len(first) == 11
            await house.check()


async def test_a_draw_that_was_held_up_for_two_hours_is_missed(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path / "a", autojump_clock, supervised=False) as house:
        await house.people(3)
        await house.publish(PAST)
        campaign = await house.campaign_id(PAST.name)
        await house.started(campaign)
        await house.crash_image(tmp_path / "b")
    late = START_MS + 2 * HOUR_MS + 60_000
    async with open_house(tmp_path / "b", autojump_clock, start_ms=late) as house:
        await house.until(PAST.name, "completed")
        assert (await house.only_run(PAST.name)).state == "missed"
        assert house.wire.requests == []


async def test_a_time_that_passes_in_a_pause_is_missed(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path / "a", autojump_clock) as house:
        await house.people(3)
        await house.publish(replace(PAST, when=When("2026-03-20T11:00")))
        await house.asks(Pause(name=PAST.name, by=ANA))
        await house.crash_image(tmp_path / "b")
    late = START_MS + 4 * HOUR_MS
    async with open_house(tmp_path / "b", autojump_clock, start_ms=late) as house:
        await house.asks(Resume(name=PAST.name, by=ANA))
        view = await house.until(PAST.name, "completed")
        assert (view.reason, house.wire.requests) == ("missed", [])


async def test_do_not_disturb_holds_a_run_for_those_whom_it_concerns(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    quiet = DoNotDisturb(start="10:30", end="10:50")
    async with open_house(tmp_path, autojump_clock) as house:
        await house.feed(house.profile("oslo"), house.profile("kyiv", timezone="Europe/Kyiv"))
        await house.publish(replace(PAST, do_not_disturb=quiet))
        await house.idle(20)
        assert house.wire.users == ["kyiv"]
        await house.until(PAST.name, "completed", seconds=400)
        assert house.wire.users == ["kyiv", "oslo"]


async def test_whom_the_filter_no_longer_fits_after_a_wait_gets_nothing(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    campaign = replace(
        PAST,
        who=Property("country", "equals", "NO"),
        do_not_disturb=DoNotDisturb(start="10:30", end="10:50"),
    )
    async with open_house(tmp_path, autojump_clock) as house:
        await house.feed(*(house.profile(user, country="NO") for user in "ab"))
        await house.publish(campaign)
        await house.idle(20)
        await house.feed(house.profile("b", country="SE"))
        view = await house.until(PAST.name, "completed", seconds=400)
        assert view.books.skipped == {"filter_no_longer_matches": 1}
        assert house.wire.users == ["a"]


async def test_the_anonymous_and_the_suppressed_are_told_apart_in_the_books(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, Wire()) as house:
        await house.people(2)
        await house.feed(house.profile("anon:device"))
        await house.publish(PAST)
        view = await house.until(PAST.name, "completed")
        assert view.books.skipped == {"unreachable": 1}
        await house.refused(Publish(name=PAST.name, by=ANA))


async def test_a_campaign_whose_run_an_adoption_closed_completes_once_resumed(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, delivering=False) as house:
        await house.people(3)
        await house.running(PAST)
        await house.idle()
        await house.store.write(partial(adoption.adopt, now_ms=house.clock.now_ms()))
        await house.asks(Resume(name=PAST.name, by=ANA))
        view = await house.until(PAST.name, "completed")
        assert view.reason == "0 sent, 3 failed"
        assert view.books.skipped == {"unknown": 3}
        await house.check()


async def test_a_profile_that_breaks_the_judging_is_set_aside_and_the_run_goes_on(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    campaign = replace(PAST, do_not_disturb=DoNotDisturb("22:00", "08:00"))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(4)

        def spoil(conn: sqlite3.Connection) -> None:
            conn.execute("UPDATE user SET zone = 'Mars/One' WHERE user = 'u0001'")

        await house.store.write(spoil)
        await house.publish(campaign)
        view = await house.until(PAST.name, "completed")
        assert sorted(house.wire.users) == ["u0000", "u0002", "u0003"]
        assert view.books.skipped == {"set_aside": 1}
        await house.check()
