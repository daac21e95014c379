"""P8 under load: after "Paused" no request with the campaign's messages begins."""

from collections.abc import Iterator
from random import Random

import trio
from msgspec import Struct

from actors.mail import Done, Pause
from domain.campaign import Campaign
from sandbox.segment.receipts import Message
from sandbox.slack import ANA
from tests.system.soak.crowd import EVERYONE
from tests.system.soak.ground import Ground

RATE = 200
"""Messages a second: less than the shoppers and a run over all users ask for together."""
FLOWS_SECONDS = (0.05, 0.5)
AFTER_SECONDS = 0.4
"""How long is looked for requests after the answer: many times what lies between two of them."""
ON_THE_WIRE_SECONDS = 0.1
"""How long Segment takes to answer, so that a pause often meets a request half-way."""
TIMES = 1_000_000
P99_MS_MAX = 2_000.0
P99_TRIES_MIN = 50
"""Of fewer tries the slowest says nothing but that the machine was busy."""
TOLD_EVERY = 50


class Tries(Struct):
    """Each pause, in milliseconds from the click: to its answer, and to its last request's start.

    `last_ms` is 0 where no request began after the click.
    """

    answered_ms: list[float] = []
    last_ms: list[float] = []
    on_the_wire: int = 0
    began_after: int = 0

    def summary(self) -> str:
        """Say both distributions in a line."""
        if not self.answered_ms:
            return "no pause was answered"
        return (
            f"{len(self.answered_ms):,} pauses; click to answer {_spread(self.answered_ms)};"
            f" click to the last request's start {_spread(self.last_ms)};"
            f" {self.on_the_wire:,} messages on the wire were announced, {self.began_after} began"
            " after an answer"
        )


def percentile(values: list[float], percent: float) -> float:
    """Return the value that so many percent of them do not exceed."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * percent / 100), len(ordered) - 1)]


async def pauses(ground: Ground, chance: Random, *, tries: int, until: float) -> Tries:
    """Pause and resume in the middle of a run, again and again, or until Trio's time is up."""
    done = Tries()
    ground.stage.segment.faults.next("late", count=TIMES, seconds=ON_THE_WIRE_SECONDS)
    number = 0
    while (left := tries - len(done.answered_ms)) > 0 and trio.current_time() < until:
        number += 1
        name = f"Long {number}"
        await ground.publish(Campaign(name=name, kind="past_behaviour", who=EVERYONE))
        view = await ground.reaches(name, "running", "completed")
        while view.state == "running" and left > 0:
            await trio.sleep(chance.uniform(*FLOWS_SECONDS))
            if not await _pause(ground, name, view.id, done):
                break
            left -= 1
            await ground.resume(name)
            view = await ground.view(name)
            if left % TOLD_EVERY == 0:
                ground.say(f"{len(done.answered_ms)}/{tries}: {done.summary()}")
    if left > 0:
        ground.found.append(f"Only {tries - left:,} of {tries:,} pauses were done in time.")
    p99 = percentile(done.answered_ms, 99) if done.answered_ms else 0
    if len(done.answered_ms) >= P99_TRIES_MIN and p99 > P99_MS_MAX:
        ground.found.append(f"One pause in a hundred is answered after {p99:,.0f} ms or later.")
    return done


async def _pause(ground: Ground, name: str, campaign: str, done: Tries) -> bool:
    """Pause once, and look at what begins after the answer; False if there was nothing to pause."""
    segment = ground.stage.segment
    clicked = segment.now()
    answer = await ground.ask(Pause(name=name, by=ANA))
    answered = segment.now()
    if not isinstance(answer, Done):
        return False
    await trio.sleep(AFTER_SECONDS)
    began = {r.seq: r.began for r in segment.receipts.requests if r.began > clicked}
    theirs = [began[m.request] for m in _since(ground, began) if campaign.encode() in m.raw]
    late = sum(at > answered for at in theirs)
    if late > answer.on_the_wire:
        ground.found.append(
            f"{late} messages of {name} began after “Paused”, {answer.on_the_wire} announced."
        )
    done.answered_ms.append((answered - clicked) * 1000)
    done.last_ms.append((max(theirs, default=clicked) - clicked) * 1000)
    done.on_the_wire += answer.on_the_wire
    done.began_after += late
    return True


def _since(ground: Ground, began: dict[int, float]) -> Iterator[Message]:
    """Return the messages of these requests: they are the last that arrived."""
    first = min(began, default=0)
    for message in reversed(ground.stage.segment.receipts.messages):
        if message.request in began:
            yield message
        elif message.request < first:
            return


def _spread(values: list[float]) -> str:
    return (
        f"p50 {percentile(values, 50):.0f} ms, p99 {percentile(values, 99):.0f} ms,"
        f" max {max(values):.0f} ms"
    )
