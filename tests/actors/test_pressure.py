"""Each gauge with its marks, in virtual time; what it means for those who ask."""

from pathlib import Path

import pytest
import trio
from trio.testing import MockClock

from actors.pressure import ALERT_AFTER_SECONDS, PROBES, Limits, Pressure
from store.database import Database
from store.disk import State
from tests.actors.house import LIVE, PAST, House, Wire, open_house


class DiskThat:
    """A disk that is as full as a test says."""

    def __init__(self) -> None:
        self.now: State = "ample"

    def state(self) -> State:
        return self.now

    def free_bytes(self) -> int:
        return 1


async def notices(house: House) -> list[str]:
    sql = "SELECT body FROM announcement WHERE kind = 'notice' AND campaign = '' ORDER BY id"
    return [row[0] for row in await house.rows(sql)]


async def test_a_disk_that_is_nearly_full_refuses_events_until_it_has_room(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    disk = DiskThat()
    async with open_house(tmp_path, autojump_clock, disk=disk, pressured=True) as house:
        assert house.pressure.refusal() is None
        disk.now = "low"
        await house.idle()
        refusal = house.pressure.refusal()
        assert refusal is not None
        assert (refusal.status, refusal.retry_seconds) == (503, 30)
        disk.now = "ample"
        await house.idle()
        assert house.pressure.refusal() is None
        first, second = await notices(house)
        assert first.startswith("The disk is nearly full.\n*Done*: new events are refused")
        assert second.startswith("Over: the disk has room again")


async def test_a_campaign_that_falls_behind_slows_the_senders_more_the_further_it_is(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    limits = Limits(lag_events_max=10)
    async with open_house(tmp_path, autojump_clock, limits=limits, supervised=False) as house:
        await house.people(1)
        await house.admitted("u0000")  # running, and no actor considers its events
        waits = []
        for _ in range(3):
            await house.feed(*(house.event("u0000") for _ in range(20)))
            await house.pressure.look()
            refusal = house.pressure.refusal()
            assert refusal is not None
            assert refusal.status == 429
            waits.append(refusal.retry_seconds)
        assert waits == sorted(set(waits))
        assert house.pressure.health().refusing == ("lag",)
        await house.store.write(
            lambda conn: (
                conn.execute("UPDATE cursor SET seq = (SELECT max(seq) FROM log) - 6").rowcount
            )
        )
        await house.pressure.look()
        assert house.pressure.refusal() is not None  # above the low mark it is not over
        await house.store.write(
            lambda conn: conn.execute("UPDATE cursor SET seq = seq + 1").rowcount
        )
        await house.pressure.look()
        assert house.pressure.refusal() is None


async def test_a_full_queue_of_the_writer_slows_the_senders(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        for jobs, refuses in ((2_047, False), (2_048, True), (257, True), (256, False)):
            monkeypatch.setattr(Database, "jobs_waiting", jobs)
            await house.pressure.look()
            assert (house.pressure.refusal() is not None) == refuses


async def test_a_loop_that_wakes_late_each_time_slows_the_senders_and_a_hiccup_does_not(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:

        async def late(times: int) -> None:
            for _ in range(times):
                await trio.sleep(0.05)
                autojump_clock.jump(2)

        for times, refuses in ((1, False), (20, True)):
            async with trio.open_nursery() as nursery:
                nursery.start_soon(late, times)
                for _ in range(PROBES):
                    await house.pressure.look()
                nursery.cancel_scope.cancel()
            assert (house.pressure.refusal() is not None) == refuses
        assert house.pressure.health().refusing == ("loop",)
        await house.pressure.look()
        assert house.pressure.refusal() is None


async def test_a_run_draws_nobody_new_while_too_many_messages_wait(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(
        tmp_path,
        autojump_clock,
        Wire(seconds=10),
        rate=4,
        at_once=1,
        limits=Limits(waiting_messages_max=10),
        pressured=True,
    ) as house:
        await house.people(30)
        await house.running(LIVE)
        await house.orders([f"u{i:04}" for i in range(30)])
        await house.idle(20)
        assert not await house.pressure.may_draw()
        assert house.pressure.refusal() is None  # events still come in
        await house.running(PAST)
        await house.idle(60)
        assert (await house.only_run(PAST.name)).state == "drawing"
        view = await house.until(PAST.name, "completed", seconds=900)
        assert view.books.sent == 30
        await house.check()


async def test_people_hear_once_of_what_lasts_and_not_of_a_gust(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    limits = Limits(lag_events_max=10)
    async with open_house(
        tmp_path, autojump_clock, limits=limits, supervised=False, pressured=True
    ) as house:
        await house.people(1)
        await house.admitted("u0000")
        await house.feed(*(house.event("u0000") for _ in range(20)))
        house.pressure.refusal()  # a sender asks, and it is measured
        await house.idle(ALERT_AFTER_SECONDS / 2)
        assert await notices(house) == []
        await house.idle(ALERT_AFTER_SECONDS * 10)
        (told,) = await notices(house)
        assert told.startswith("Live campaigns have fallen behind")
        assert "429" in told


async def test_it_is_measured_while_somebody_asks_and_seldom_when_nobody_does(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[float] = []
    look = Pressure.look

    async def counted(self: Pressure) -> None:
        looks.append(trio.current_time())
        await look(self)

    monkeypatch.setattr(Pressure, "look", counted)
    async with open_house(tmp_path, autojump_clock, pressured=True) as house:
        await house.idle(3_600)
        assert len(looks) <= 13
        looks.clear()
        for _ in range(60):
            house.pressure.refusal()
            await house.idle(1)
        assert len(looks) >= 25
