from pathlib import Path
from typing import Any

import trio
from trio.testing import MockClock

from actors import durably
from store import meta
from tests.actors.house import LIVE, open_house


async def test_what_a_full_disk_refuses_is_written_when_there_is_room_again(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        with house.full_disk():
            async with trio.open_nursery() as nursery:
                nursery.start_soon(
                    durably.write, house.store, lambda conn: meta.put(conn, "word", "kept")
                )
                await trio.sleep(10)
                assert await house.rows("SELECT 1 FROM meta WHERE key = 'word'") == []
                house.make_room()
        assert await house.rows("SELECT value FROM meta WHERE key = 'word'") == [("kept",)]


async def test_a_full_disk_faults_no_campaign_and_ends_no_delivery(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LIVE)
        await house.orders(["u1"])
        await house.wire.arrived.wait()
        with house.full_disk():
            await trio.sleep(60)
        await house.orders(["u2"])
        await house.idle(30)
        view = await house.view(LIVE.name)
        assert (view.state, view.books.sent) == ("running", 2)
        await house.check()


async def test_an_urgent_write_says_so_to_the_store(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        seen: list[bool] = []
        write = house.store.write

        async def spied(job: Any, *, urgent: bool = False) -> Any:
            seen.append(urgent)
            return await write(job, urgent=urgent)

        house.store.write = spied  # type: ignore[method-assign]  # a spy
        await durably.write(house.store, lambda _: None, urgent=True)
        assert True in seen
