import time

import trio
from trio.testing import MockClock

from actors.clock import GuardedClock, TrioClock, WallClock, boot_ms, monotonic_ms


def test_the_wall_clock_tells_the_machines_time() -> None:
    before = time.time_ns() // 1_000_000
    assert before <= WallClock().now_ms() <= time.time_ns() // 1_000_000


async def test_trios_clock_moves_the_wall_of_a_test(autojump_clock: MockClock) -> None:
    clock = TrioClock(1_000)
    assert clock.now_ms() == 1_000
    before = monotonic_ms()
    await trio.sleep(90)
    assert (clock.now_ms(), monotonic_ms() - before) == (91_000, 90_000)


def test_the_steady_clock_goes_on() -> None:
    assert 0 <= boot_ms() - boot_ms() + 1 <= 1_000


def test_a_process_that_was_stopped_between_two_readings_has_seen_no_leap() -> None:
    readings = iter([0, 60_000])
    clock = GuardedClock(lambda: 60_000, lambda: next(readings, 60_000))
    assert not clock.held
