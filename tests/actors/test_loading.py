import sqlite3
from functools import partial
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from trio.testing import MockClock

from actors.loading import HELD_MS_MIN, load, was_held
from domain.campaign import Limits
from domain.frequency import GlobalLimits
from store import outbox, waiting
from store.allowance import Bounds
from tests.actors.house import LIVE, House, open_house

ONE_IN_A_WHILE = Bounds(GlobalLimits(dwell_minutes=60))


async def loaded(house: House, bounds: Bounds, **more: Any) -> Any:
    job = partial(
        load,
        campaign=await house.campaign_id(LIVE.name),
        lanes=waiting.TRIGGERS,
        now_ms=house.clock.now_ms(),
        bounds=bounds,
        **({"limit": 9, "reserved": 0, "again_limit": 9} | more),
    )
    return await house.store.read(job)


async def test_what_users_had_is_read_where_a_limit_asks_for_it_and_only_there(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, supervised=False, delivering=False) as house:
        await house.admitted("u1", "u2")
        without, limited = await loaded(house, Bounds()), await loaded(house, ONE_IN_A_WHILE)
        assert without.had == {}
        assert {len(had.counted) for had in limited.had.values()} == {0}
        assert set(limited.had) == {row.message_id for row in limited.rows}


async def test_of_two_messages_to_one_user_one_is_told_of_the_other_once_it_has_left(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, supervised=False, delivering=False) as house:
        await house.admitted("u1", "u2")
        batch = await loaded(house, ONE_IN_A_WHILE)
        first, now = batch.rows[0], house.clock.now_ms()

        def send_the_first(conn: sqlite3.Connection) -> None:
            outbox.claim(conn, first.campaign, [first.message_id], now_ms=now)
            conn.execute("UPDATE outbox SET user = 'u1'")

        await house.store.write(send_the_first)
        (row,) = (await loaded(house, ONE_IN_A_WHILE)).rows
        had = (await loaded(house, ONE_IN_A_WHILE)).had[row.message_id]
        assert had.counted == [now]


async def test_a_campaign_without_anything_due_loads_nothing(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, supervised=False, delivering=False) as house:
        await house.admitted()
        assert await loaded(house, Bounds()) is None


async def test_first_tries_leave_room_for_what_was_tried_before(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, supervised=False, delivering=False) as house:
        await house.admitted(*(f"u{n}" for n in range(6)))
        again = "UPDATE outbox SET lane = lane | 2, attempts = 1 WHERE user IN ('u0', 'u1', 'u2')"
        await house.store.write(lambda conn: conn.execute(again))
        batch = await loaded(house, Bounds(), limit=3, reserved=1)
        assert sorted(row.attempts for row in batch.rows) == [0, 0, 1]
        batch = await loaded(house, Bounds(), limit=3, reserved=1, again_limit=0)
        assert [row.attempts for row in batch.rows] == [0, 0, 0]


async def test_a_message_that_waited_a_minute_before_its_first_try_was_held(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    limited = replace(LIVE, limits=Limits(per_user_minutes=60))
    async with open_house(tmp_path, autojump_clock, supervised=False, delivering=False) as house:
        await house.admitted("u1", definition=limited)
        (row,) = (await loaded(house, Bounds())).rows
        assert not was_held(row)
        assert was_held(replace(row, due_ms=row.admitted_ms + HELD_MS_MIN))
        assert not was_held(replace(row, due_ms=row.admitted_ms + HELD_MS_MIN, attempts=1))
