"""The rules of delivery: how long a message may wait, and how fast they may leave."""

from collections.abc import Iterator

from domain.campaign import Delivery
from domain.expiry import EXPIRES_MINUTES_MAX
from domain.problem import Problem
from domain.throttle import MESSAGES_MAX


def delivery_problems(delivery: Delivery) -> Iterator[Problem]:
    """Yield what is wrong with how a campaign's messages are delivered."""
    minutes = delivery.expires_minutes
    if minutes is not None and not 1 <= minutes <= EXPIRES_MINUTES_MAX:
        what = f"{minutes} minutes are not possible."
        fix = f"Choose 1 to {EXPIRES_MINUTES_MAX} (72 hours), or leave it out."
        yield Problem("delivery.expires_minutes", what, fix)
    most = delivery.messages_per_5_minutes
    if most is not None and not 1 <= most <= MESSAGES_MAX:
        fix = f"Choose 1 to {MESSAGES_MAX}, or leave it out."
        yield Problem("delivery.messages_per_5_minutes", f"{most} is not possible.", fix)
