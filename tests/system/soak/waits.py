"""The load of what waits: carts that are left and bought, delays, goals, limits, and dates.

Events of what waits carry a time of a minute ago, less a few seconds: so a wait of a minute, the
shortest that there is, falls due while the daemon still lives.
"""

import time
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import trio

from domain.campaign import Campaign, Delivery, Limits, Trigger, What, When, Without
from domain.goal import Goal
from domain.recurrence import EveryDays
from domain.variants import Part, Split
from tests.system.soak.crowd import EVERYONE
from tests.system.soak.ground import Ground

CART_EVENT, BOUGHT_EVENT = "Cart Filled", "Cart Bought"
OFFER_EVENT, TAKEN_EVENT = "Offer Viewed", "Offer Taken"
MINUTE_SECONDS = 60
LEFT_SECONDS = (1.0, 6.0)
"""So much of its minute is left of a wait when it begins."""
PER_USER_MAX = 3
CARTS = Campaign(
    name="Carts",
    kind="live",
    trigger=Trigger(
        event=CART_EVENT,
        without=Without(
            event=BOUGHT_EVENT, within_minutes=1, same_property="cart", grace_seconds=0
        ),
    ),
)
LATER = Campaign(name="Later", kind="live", trigger=Trigger("Later Viewed", delay_minutes=1))
OFFERS = Campaign(
    name="Offers",
    kind="live",
    trigger=Trigger(event=OFFER_EVENT),
    what=What(key_values={"colour": "grey"}),
    variants=Split(
        of=(
            Part(name="Red", percent=50, key_values={"colour": "red"}),
            Part(name="Blue", percent=50, key_values={"colour": "blue"}),
        )
    ),
    goal=Goal(event=TAKEN_EVENT, window_minutes=60, revenue="amount"),
    limits=Limits(control_percent=20, per_user_max=PER_USER_MAX),
)
THROTTLED = Campaign(
    name="Throttled",
    kind="past_behaviour",
    who=EVERYONE,
    limits=Limits(cap_total=8),
    delivery=Delivery(messages_per_5_minutes=300),
)
APART_SECONDS = 1.0
"""300 in 5 minutes go one by one, so far from each other."""
BATCHES_SECONDS = 0.25
RUN_CAP = 30
DATES = 3


async def begin(ground: Ground) -> None:
    """Publish the campaigns whose events `visitors` sends, and those that run by date."""
    for campaign in (CARTS, LATER, OFFERS):
        await ground.live(campaign)
    ground.limits[OFFERS.name] = PER_USER_MAX
    await ground.publish(THROTTLED)
    ground.throttled[(await ground.view(THROTTLED.name)).id] = APART_SECONDS
    first = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
    dates = tuple(f"{first + timedelta(minutes=n):%Y-%m-%dT%H:%M}" for n in range(DATES))
    limits = Limits(cap_per_run=RUN_CAP)
    for name, when in (
        ("Several dates", When(dates=dates)),
        ("Every day", When(start=dates[0], repeat=EveryDays())),
    ):
        await ground.publish(
            Campaign(name=name, kind="past_behaviour", who=EVERYONE, when=when, limits=limits)
        )
    ground.dates |= {"Several dates": dates, "Every day": dates[:1]}


async def visitors(ground: Ground, chance: Random) -> None:
    """Fill carts and buy every third, look at offers and take every second, for ever.

    Who buys does it a second later, and both events come in one request: then nobody who bought may
    ever get a message, whenever the daemon dies.
    """
    people = ground.stage.shop.people
    while True:
        number = next(ground.numbers)
        user = people[chance.randrange(len(people))].user_id
        then = time.time() - MINUTE_SECONDS + chance.uniform(*LEFT_SECONDS)
        cart = {"cart": f"cart-{number}"}
        batch = [
            _event(user, CART_EVENT, f"cart-{number}", then, cart),
            _event(user, "Later Viewed", f"later-{number}", then, {}),
            _event(user, OFFER_EVENT, f"offer-{number}", time.time(), {}),
        ]
        if number % 3 == 0:
            batch.append(_event(user, BOUGHT_EVENT, f"bought-{number}", then + 1, cart))
            ground.cleared.add(f"cart-{number}")
        if number % 2 == 0:
            taken = {"amount": number % 50}
            batch.append(_event(user, TAKEN_EVENT, f"taken-{number}", time.time(), taken))
        await ground.post(batch)
        await trio.sleep(BATCHES_SECONDS)


def _event(
    user: str, name: str, message_id: str, at: float, properties: dict[str, Any]
) -> dict[str, Any]:
    moment = datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")
    return {
        "type": "track",
        "event": name,
        "userId": user,
        "messageId": message_id,
        "timestamp": moment,
        "properties": properties,
    }
