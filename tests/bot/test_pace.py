import trio
from trio.testing import MockClock

from bot.pace import BURST_MESSAGES_MAX, Pace


async def test_a_channel_is_spoken_to_once_a_second(autojump_clock: MockClock) -> None:
    pace, times = Pace(burst=1), []
    for _ in range(3):
        await pace.wait("C1")
        times.append(trio.current_time())
    assert [at - times[0] for at in times] == [0.0, 1.0, 2.0]


async def test_channels_do_not_wait_for_each_other(autojump_clock: MockClock) -> None:
    pace, start = Pace(), trio.current_time()
    for channel in ("C1", "C2", "C3"):
        await pace.wait(channel)
    assert trio.current_time() == start


async def test_those_who_wait_at_once_take_turns(autojump_clock: MockClock) -> None:
    pace, times = Pace(burst=1), []

    async def speak() -> None:
        await pace.wait("C1")
        times.append(trio.current_time())

    async with trio.open_nursery() as nursery:
        for _ in range(3):
            nursery.start_soon(speak)
    assert [at - times[0] for at in times] == [0.0, 1.0, 2.0]


async def test_a_short_burst_goes_at_once_and_then_one_a_second(
    autojump_clock: MockClock,
) -> None:
    pace, times = Pace(), []
    for _ in range(BURST_MESSAGES_MAX + 2):
        await pace.wait("C1")
        times.append(trio.current_time())
    assert [at - times[0] for at in times] == [0.0] * BURST_MESSAGES_MAX + [1.0, 2.0]
