import pytest
import trio
from trio.testing import wait_all_tasks_blocked

from store.lanes import Lanes, LanesClosed


async def _filled(*, ordinary: int, urgent: int) -> Lanes[str]:
    lanes: Lanes[str] = Lanes(10)
    for number in range(ordinary):
        await lanes.put(f"o{number}", urgent=False)
    for number in range(urgent):
        await lanes.put(f"u{number}", urgent=True)
    return lanes


async def test_what_is_urgent_overtakes_and_each_lane_keeps_its_order() -> None:
    lanes = await _filled(ordinary=3, urgent=2)
    assert await lanes.take(10, beside_urgent_max=2) == ["u0", "u1", "o0", "o1"]
    assert await lanes.take(10, beside_urgent_max=2) == ["o2"]


async def test_without_anything_urgent_the_others_fill_the_group() -> None:
    lanes = await _filled(ordinary=5, urgent=0)
    assert await lanes.take(4, beside_urgent_max=1) == ["o0", "o1", "o2", "o3"]


async def test_a_full_lane_makes_only_its_own_callers_wait() -> None:
    lanes = await _filled(ordinary=10, urgent=0)
    with trio.move_on_after(0):
        await lanes.put("one too many", urgent=False)
    await lanes.put("u", urgent=True)
    assert await lanes.take(2, beside_urgent_max=1) == ["u", "o0"]
    await lanes.put("fits now", urgent=False)


async def test_what_is_put_back_is_next_again_and_keeps_its_order() -> None:
    lanes = await _filled(ordinary=4, urgent=0)
    taken = await lanes.take(3, beside_urgent_max=1)
    lanes.put_back(taken[1:])
    assert (lanes.waiting, await lanes.take(9, beside_urgent_max=1)) == (3, ["o1", "o2", "o3"])


async def test_closed_lanes_give_out_what_waits_and_then_nothing() -> None:
    lanes = await _filled(ordinary=10, urgent=0)
    heard: list[str] = []

    async def put() -> None:
        try:
            await lanes.put("late", urgent=False)
        except LanesClosed:
            heard.append("closed")

    async with trio.open_nursery() as nursery:
        nursery.start_soon(put)
        await wait_all_tasks_blocked()
        lanes.close()
        assert len(await lanes.take(99, beside_urgent_max=1)) == 10
    assert heard == ["closed"]
    assert await lanes.take(99, beside_urgent_max=1) == []
    with pytest.raises(LanesClosed):
        await lanes.put("later still", urgent=True)
