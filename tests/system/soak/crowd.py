"""The load: shoppers who never stop, people who run campaigns, and the weather at Segment."""

from random import Random

import trio

from actors.mail import Pause, SendSample, SkipRun, Stop
from domain.audience import Property
from domain.campaign import Campaign, Limits, Trigger, What
from sandbox.slack import ANA
from tests.system.soak.ground import Ground

STEADY_EVENT = "Steady Viewed"
COUPON = "Coupon"
ABORTS = '{% if Event.sku == "S3" %}{% abort %}{% endif %}'
"""Whoever looks at this gets nothing: some messages always end before they leave."""
STEADY = Campaign(
    name="Steady",
    kind="live",
    trigger=Trigger(event=STEADY_EVENT),
    what=What(key_values={"sku": ABORTS + "{{ Event.sku }}"}),
)
BATCH = 6
EVERY_SECONDS = 0.05
CAP = 25
EVERYONE = Property(name="email", op="exists")
WEATHER = (
    ("refuse", {"count": 2}),
    ("reset_in_body", {"count": 1}),
    ("reset_in_answer", {"count": 2}),
    ("server_error", {"count": 1, "records": True}),
    ("server_error", {"count": 2}),
    ("throttle", {"count": 1, "retry_after": 1}),
    ("garbage", {"count": 1, "records": True}),
    ("late", {"count": 2, "seconds": 0.5}),
    ("down", {"seconds": 1.5}),
    ("flapping", {"seconds": 3.0, "turn_seconds": 0.5}),
)
"""What goes wrong at Segment; short, because a gate that is closed sends nothing to kill."""


async def shoppers(ground: Ground) -> None:
    """Post events of every live campaign that runs, a few at a time, for ever."""
    people = ground.stage.shop.people
    while True:
        coupons = [e for name, e in ground.triggers.items() if name.startswith(COUPON)]
        names = [*coupons[-3:], STEADY_EVENT]
        batch = []
        for _ in range(BATCH):
            number = next(ground.numbers)
            batch.append(
                {
                    "type": "track",
                    "event": names[number % len(names)],
                    "userId": people[number % len(people)].user_id,
                    "messageId": f"view-{number}",
                    "properties": {"sku": f"S{number % 7}"},
                }
            )
        await ground.post(batch)
        await trio.sleep(EVERY_SECONDS)


async def weather(ground: Ground, chance: Random) -> None:
    """Let Segment fail in one way after another, with fair spells in between."""
    while True:
        await trio.sleep(chance.uniform(0.5, 4.0))
        kind, settings = chance.choice(WEATHER)
        if not ground.is_fair and not ground.stage.segment.faults.state():
            ground.stage.segment.faults.next(kind, **settings)


async def people(ground: Ground, chance: Random) -> None:
    """Run one small campaign after another, as marketers do who are in a hurry."""
    number = 0
    while True:
        number += 1
        await ground.live(
            Campaign(
                name=f"{COUPON} {number}",
                kind="live",
                trigger=Trigger(event=f"{COUPON} {number} Viewed"),
                limits=Limits(cap_total=CAP),
            )
        )
        await ground.publish(
            Campaign(
                name=f"Win back {number}",
                kind="past_behaviour",
                who=EVERYONE,
                limits=Limits(cap_total=chance.randrange(50, 300)),
            )
        )
        await _held(ground, number, chance)
        await _paused(ground, chance)
        await _stopped(ground, number, chance)


async def _held(ground: Ground, number: int, chance: Random) -> None:
    """A run that the safety check holds is answered one way or the other."""
    name = f"Held {number}"
    await ground.publish(
        Campaign(name=name, kind="past_behaviour", who=EVERYONE, limits=Limits(safety_limit=CAP))
    )
    view = await ground.reaches(name, "blocked", "completed")
    if view.state != "blocked":
        return
    run = view.runs[0].run
    if chance.random() < 0.5:
        await ground.asks(SendSample(name=name, by=ANA, run=run))
    else:
        await ground.asks(SkipRun(name=name, by=ANA, run=run))


async def _paused(ground: Ground, chance: Random) -> None:
    """The steady campaign is paused for a moment: its shoppers fall into the pause."""
    try:
        await ground.asks(Pause(name=STEADY.name, by=ANA))
        await trio.sleep(chance.uniform(0.0, 0.4))
    finally:
        await ground.resume(STEADY.name)


async def _stopped(ground: Ground, number: int, chance: Random) -> None:
    """A campaign is stopped in the middle of its messages."""
    name = f"Stopped {number}"
    await ground.publish(Campaign(name=name, kind="past_behaviour", who=EVERYONE))
    await ground.reaches(name, "running", "completed")
    await trio.sleep(chance.uniform(0.0, 1.0))
    await ground.asks(Stop(name=name, by=ANA))
