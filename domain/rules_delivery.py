"""The rules of delivery: how long a message may wait."""

from collections.abc import Iterator

from domain.campaign import Delivery
from domain.expiry import EXPIRES_MINUTES_MAX
from domain.problem import Problem


def delivery_problems(delivery: Delivery) -> Iterator[Problem]:
    """Yield what is wrong with how long a campaign's messages may wait."""
    minutes = delivery.expires_minutes
    if minutes is not None and not 1 <= minutes <= EXPIRES_MINUTES_MAX:
        what = f"{minutes} minutes are not possible."
        fix = f"Choose 1 to {EXPIRES_MINUTES_MAX} (72 hours), or leave it out."
        yield Problem("delivery.expires_minutes", what, fix)
