from random import Random

import trio
from trio.testing import MockClock

from actors.clock import monotonic_ms
from actors.elsewhere import Elsewhere
from actors.restraint import Pace, Restraint
from domain.breaker import Open, Ramping
from store.held_back import HeldBack


def restrained(rate: int = 100) -> Restraint:
    return Restraint(Pace(messages_per_second=rate, requests_at_once_max=4), Random(1))


async def test_each_failure_closes_the_gate_for_longer_until_the_breaker_opens(
    autojump_clock: MockClock,
) -> None:
    restraint = restrained()
    waits = []
    for _ in range(6):
        await restraint.passed()
        restraint.failed()
        waits.append(restraint.closed_ms())
    assert 500 <= waits[0] < 1_000 <= waits[1] < 2_000 <= waits[2] < 4_000 <= waits[3] < 8_000
    assert all(24_000 <= wait <= 36_000 for wait in waits[4:])
    assert (restraint.probing, restraint.alone, restraint.share()) == (True, True, 1)


async def test_an_answer_ends_the_silence_gently(autojump_clock: MockClock) -> None:
    restraint = restrained()
    for _ in range(5):
        restraint.failed()
    await restraint.passed()
    restraint.answered()
    assert isinstance(restraint.breaker, Ramping)
    assert (restraint.rate(), restraint.alone) == (10, False)
    await trio.sleep(150)
    assert restraint.rate() == 55
    await trio.sleep(150)
    restraint.answered()
    assert restraint.rate() == 100


async def test_slow_down_is_obeyed_and_never_shortened(autojump_clock: MockClock) -> None:
    restraint = restrained()
    restraint.throttled(9_000)
    assert (restraint.closed_ms(), restraint.alone) == (9_000, True)
    restraint.throttled(1)
    assert restraint.closed_ms() == 9_000
    await restraint.passed()
    assert restraint.closed_ms() == 0


async def test_slow_down_without_a_time_waits_as_after_a_failure(
    autojump_clock: MockClock,
) -> None:
    for said in (None, 0):
        restraint = restrained()
        restraint.throttled(said)
        assert 500 <= restraint.closed_ms() < 1_000


async def test_a_refused_key_is_asked_about_once_a_minute_or_so(autojump_clock: MockClock) -> None:
    restraint = restrained()
    restraint.refused()
    assert isinstance(restraint.breaker, Open)
    assert 48_000 <= restraint.closed_ms() <= 72_000


async def test_what_was_tried_before_takes_a_tenth_of_a_second_s_messages(
    autojump_clock: MockClock,
) -> None:
    restraint = restrained()
    assert restraint.resends() == 10
    assert await restraint.room(10, resends=10)
    restraint.spend(10, resends=10)
    began = monotonic_ms()
    assert (restraint.resends(), restraint.resends_wait_seconds() > 0.9) == (0, True)
    assert await restraint.room(90, resends=0)
    restraint.spend(90, resends=0)
    assert monotonic_ms() == began
    assert await restraint.room(10, resends=10)
    assert monotonic_ms() - began >= 1_000


async def test_more_than_the_pace_of_the_moment_is_not_waited_for(
    autojump_clock: MockClock,
) -> None:
    restraint = restrained()
    assert not await restraint.room(101, resends=0)
    assert not await restraint.room(11, resends=11)
    for _ in range(5):
        restraint.failed()
    assert not await restraint.room(2, resends=0)
    assert await restraint.room(1, resends=1)


async def test_after_a_start_the_first_second_is_silent(autojump_clock: MockClock) -> None:
    restraint = restrained()
    restraint.start()
    began = monotonic_ms()
    assert await restraint.room(1, resends=0)
    assert monotonic_ms() - began > 1_000


async def test_it_knows_since_when_segment_has_taken_nothing(autojump_clock: MockClock) -> None:
    restraint = restrained()
    restraint.start()
    await trio.sleep(60)
    restraint.throttled(5_000)
    began = monotonic_ms()
    await trio.sleep(10)
    restraint.failed()
    await trio.sleep(10)
    now = 1_790_000_000_000
    assert restraint.holds(now).since_ms == now - (monotonic_ms() - began)
    restraint.answered()
    assert restraint.holds(now).since_ms == 0


async def test_after_a_restart_in_an_outage_it_is_counted_from_the_start(
    autojump_clock: MockClock,
) -> None:
    restraint = restrained()
    restraint.start(HeldBack(away=True))
    await trio.sleep(7)
    assert restraint.holds(10_000).since_ms == 3_000


async def test_what_leaves_elsewhere_takes_of_the_pace_for_a_second(
    autojump_clock: MockClock,
) -> None:
    beside = [(1_000, 1, 60), (2_000, 1, 60), (4_000, 1, 40), (4_010, 1, 40)]
    restraint = Restraint(Pace(100, 4), Random(1), Elsewhere(beside))
    await trio.sleep(4.02)
    assert await restraint.room(20, resends=0)
    assert monotonic_ms() == 4_020, "what left two seconds ago has flowed back"
    restraint.spend(20, resends=0)
    assert await restraint.room(40, resends=0)
    assert 5_000 <= monotonic_ms() <= 5_020
