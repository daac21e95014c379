import math

import trio
from trio.testing import MockClock

from store.hold import Hold


async def test_virtual_time_does_not_move_while_a_thread_works(autojump_clock: MockClock) -> None:
    hold = Hold(autojump_clock)
    woken_at: list[float] = []

    async def sleeper() -> None:
        await trio.sleep(60)
        woken_at.append(trio.current_time())

    async with trio.open_nursery() as nursery:
        nursery.start_soon(sleeper)
        before = trio.current_time()
        with hold:
            for _ in range(200):
                await trio.to_thread.run_sync(int)
        assert trio.current_time() == before
    assert woken_at == [before + 60]


async def test_the_clock_jumps_again_only_after_the_last_call_is_back(
    autojump_clock: MockClock,
) -> None:
    hold = Hold(autojump_clock)
    with hold:
        with hold:
            pass
        assert autojump_clock.autojump_threshold == math.inf
    assert autojump_clock.autojump_threshold == 0


def test_without_a_test_clock_a_hold_is_one_integer() -> None:
    hold = Hold()
    with hold:
        assert hold.calls_out == 1
    assert hold.calls_out == 0


async def test_blocking_work_is_held_and_its_answer_returned(autojump_clock: MockClock) -> None:
    hold = Hold(autojump_clock)
    seen: list[int] = []

    def work() -> str:
        seen.append(hold.calls_out)
        return "done"

    assert await hold.in_thread(work) == "done"
    assert (seen, hold.calls_out) == ([1], 0)
