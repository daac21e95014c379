"""P8 under load: after "Paused" no request with the campaign's messages begins."""

from random import Random

import trio
from msgspec import Struct

from actors.mail import Done, Pause
from domain.campaign import Campaign
from sandbox.slack import ANA
from tests.system.soak.crowd import EVERYONE
from tests.system.soak.ground import Ground

RATE = 100
"""Messages a second; a run over all users makes many times that fall due at once."""
FLOWS_SECONDS = (0.05, 0.5)
AFTER_SECONDS = 0.6
"""How long is looked for requests after the answer."""
ON_THE_WIRE_SECONDS = 0.1
"""How long Segment takes to answer, so that a pause often meets a request half-way."""
TIMES = 1_000_000


class Tries(Struct):
    """Each pause: from the click to the answer, and what was on the wire; in milliseconds."""

    answered_ms: list[float] = []
    on_the_wire: int = 0
    began_after: int = 0

    def summary(self) -> str:
        """Say the distribution in one line."""
        if not self.answered_ms:
            return "no pause was answered"
        ordered = sorted(self.answered_ms)
        p50, p99 = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
        return (
            f"{len(ordered)} pauses: click to answer p50 {p50:.0f} ms, p99 {p99:.0f} ms,"
            f" max {ordered[-1]:.0f} ms; {self.on_the_wire} messages on the wire were announced,"
            f" {self.began_after} messages began after an answer"
        )


async def pauses(ground: Ground, chance: Random, *, tries: int) -> Tries:
    """Pause and resume in the middle of a run, again and again."""
    done = Tries()
    ground.stage.segment.faults.next("late", count=TIMES, seconds=ON_THE_WIRE_SECONDS)
    number = 0
    while len(done.answered_ms) < tries:
        number += 1
        name = f"Long {number}"
        await ground.publish(Campaign(name=name, kind="past_behaviour", who=EVERYONE))
        view = await ground.reaches(name, "running", "completed")
        while view.state == "running" and len(done.answered_ms) < tries:
            await trio.sleep(chance.uniform(*FLOWS_SECONDS))
            if not await _pause(ground, name, view.id, done):
                break
            await ground.resume(name)
            view = await ground.view(name)
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
    late = {r.seq for r in segment.receipts.requests if r.began > answered}
    ids = [
        message.message_id
        for message in segment.receipts.messages
        if message.request in late and campaign.encode() in message.raw
    ]
    if len(ids) > answer.on_the_wire:
        ground.found.append(
            f"{len(ids)} messages of {name} began after “Paused”, {answer.on_the_wire} announced."
        )
    done.answered_ms.append((answered - clicked) * 1000)
    done.on_the_wire += answer.on_the_wire
    done.began_after += len(ids)
    return True
