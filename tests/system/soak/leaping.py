"""P17 and the real process: its wall clock leaps, comes back, leaps again, and is believed."""

from functools import partial

import trio

from actors.mail import AcceptClock, Answer, Done, ShowClock
from clarion.fault_env import CLOCK_VARIABLE
from sandbox.slack import ANA
from store.safe_file import replace
from tests.system.soak import kills
from tests.system.soak.asking import POLL_SECONDS
from tests.system.soak.ground import Ground

LEAP_MS = 600_000
"""Ten minutes: events of the real time are then neither too old nor from the future."""
ON_THE_WIRE_SECONDS = 3.0
"""What had begun arrives in this time."""
HELD_SECONDS = 5.0
GOES_ON_SECONDS_MAX = 60.0


async def leaps(ground: Ground) -> str:
    """Let the clock leap under the caller's load; a leap ends by itself, or by a person's word.

    While it lasts nothing is sent, events are taken, and a restart does not end it.
    """
    file = ground.stage.folder / "clock"
    _be_off(ground, 0)
    await ground.stage.stop_daemon()
    ground.stage.environ[CLOCK_VARIABLE] = str(file)
    await ground.start()
    await _sends(ground, "before a leap")

    async def fall_behind() -> None:
        await trio.lowlevel.checkpoint()
        _be_off(ground, -LEAP_MS)

    await kills.on_purpose(ground, "clock.leap_noted", fall_behind)
    await _holds(ground, "behind")
    _be_off(ground, 0)
    await _sends(ground, "after the clock came back")

    _be_off(ground, LEAP_MS)
    await _holds(ground, "ahead")
    await kills.on_purpose(ground, "clock.accept_committed", partial(_lead_and_accept, ground))
    answer = await ground.asks(ShowClock())
    if not _is_right(answer):
        ground.found.append(f"A clock that a person believed is held after a start: {answer}.")
    await _sends(ground, "after a person believed the clock")
    return f"two leaps of {LEAP_MS // 60_000} minutes"


async def _lead_and_accept(ground: Ground) -> None:
    while _is_right(await ground.asks(ShowClock())):
        await trio.sleep(POLL_SECONDS)
    await ground.asks(AcceptClock(by=ANA))


def _be_off(ground: Ground, by_ms: int) -> None:
    replace(ground.stage.folder / "clock", str(by_ms).encode())


def _is_right(answer: Answer) -> bool:
    return isinstance(answer, Done) and answer.message.startswith("The clock is right")


async def _holds(ground: Ground, told: str) -> None:
    """The clock is held: nothing arrives, events are taken."""
    await trio.sleep(ON_THE_WIRE_SECONDS)
    answer = await ground.asks(ShowClock())
    if not isinstance(answer, Done) or told not in answer.message:
        ground.found.append(f"A clock that is {told} is told as {answer}.")
    arrived, taken = ground.stage.segment.counters.events, len(ground.acknowledged)
    await trio.sleep(HELD_SECONDS)
    late = ground.stage.segment.counters.events - arrived
    if late:
        ground.found.append(f"{late} messages left while the clock was {told}.")
    if len(ground.acknowledged) == taken:
        ground.found.append(f"No event was taken while the clock was {told}.")
    ground.say(f"held while the clock was {told}, {ground.so_far()}")


async def _sends(ground: Ground, told: str) -> None:
    """Messages arrive again."""
    arrived = ground.stage.segment.counters.accepted
    with trio.move_on_after(GOES_ON_SECONDS_MAX):
        while ground.stage.segment.counters.accepted == arrived:
            await trio.sleep(POLL_SECONDS)
    if ground.stage.segment.counters.accepted == arrived:
        ground.found.append(f"Nothing was sent {told}.")
