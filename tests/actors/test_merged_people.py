"""Campaigns and people of two ids: what is sent, to whom, and how it shows."""

import sqlite3
from functools import partial
from pathlib import Path

from msgspec import structs
from trio.testing import MockClock

from actors.mail_trust import Told, Why
from domain.audience import Count, Did
from domain.books import SkipReason
from store import admission, log
from store.admission import Admission
from tests.actors.house import KEY, LIVE, House, open_house


async def merge(house: House, old: str, user: str) -> None:
    await house.feed(structs.replace(house.profile(user), also=(old,)))


async def test_a_device_gets_nothing_until_it_is_a_persons(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LIVE)
        await house.orders(["anon:d1"])
        await house.idle()
        assert house.wire.users == []
        await merge(house, "anon:d1", "ana")
        await house.orders(["anon:d1", "ana"])
        await house.idle()
        assert house.wire.users == ["ana", "ana"]
        reasons = await house.rows("SELECT user, reason FROM decision")
        assert [tuple(row) for row in reasons] == [("anon:d1", SkipReason.UNREACHABLE)]
        await house.check()


async def test_a_merge_between_reading_and_admitting_is_considered_anew(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LIVE)
        admit, times = admission.admit, 0
        record = structs.replace(house.profile("ana"), also=("old",))

        def late(conn: sqlite3.Connection, batch: admission.LiveBatch, *, now_ms: int) -> Admission:
            nonlocal times
            times += 1
            if times == 1:
                log.append(conn, [record], now_ms=now_ms, install_key=KEY)
            return admit(conn, batch, now_ms=now_ms)

        admission.admit = late
        try:
            await house.orders(["old"])
            await house.idle()
        finally:
            admission.admit = admit
        assert (times, house.wire.users) == (2, ["ana"])
        await house.check()


async def test_an_audience_counts_what_was_done_under_both_ids(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        twice = Did("Order Completed", count=Count("=", 2))
        await house.orders(["anon:d1", "ana"])
        select = partial(
            house.projector.select, twice, draw=(1, 0), now_ms=house.clock.now_ms() + 1
        )
        assert list(await select()) == []
        await merge(house, "anon:d1", "ana")
        assert list(await select()) == ["ana"]


async def test_why_tells_of_a_person_under_every_id(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LIVE)
        await house.orders(["old"])
        await house.idle()
        await merge(house, "old", "ana")
        for name in ("old", "ana"):
            told = await house.desk.ask(Why(user=name, campaign=LIVE.name))
            assert isinstance(told, Told)
            assert "The person is known as ana, and was known as old before." in told.known
            assert any("accepted" in step.said or "sent" in step.said for step in told.steps)
