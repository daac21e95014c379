"""The shop: people in several time zones, and a plausible stream of what they do, by a seed."""

from sandbox.shop.sender import Sender
from sandbox.shop.shop import Shop
from sandbox.shop.traffic import backfill, traffic

__all__ = ["Sender", "Shop", "backfill", "traffic"]
