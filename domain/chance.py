"""Chance without dice: control groups, portions and draws that Python and SQL compute alike.

Every user has a stored keyed hash `h`; every purpose (a group, a campaign's portion, one run's
draw) has two numbers `a` and `b` made from its salt. `(h * a + b) % PRIME` then shuffles all users
in an order of that purpose's own. It stays below 2**63 at every step, so any engine with 64-bit
integers gives the same answer: the store builds its SQL from `PRIME` and `BUCKETS` alone.
"""

import hashlib
import hmac
from collections.abc import Iterable
from enum import StrEnum

PRIME = 2**31 - 1
"""A prime, so that every `a` but 0 is a shuffle without collisions."""
BUCKETS = 100


class Purpose(StrEnum):
    """What a number is drawn for. Two purposes never share an order of users."""

    SYSTEM_CONTROL = "system_control"
    CUSTOM_CONTROL = "custom_control"
    CAMPAIGN_CONTROL = "campaign_control"
    PORTION = "portion"
    DRAW = "draw"
    VARIANT = "variant"


def user_hash(key: bytes, user: str) -> int:
    """Return the user's hash `h`, 0 <= h < PRIME; without the key nobody can compute it."""
    digest = hmac.digest(key, user.encode("utf-8", "surrogatepass"), hashlib.sha256)
    return int.from_bytes(digest[:8], "big") % PRIME


def salt(purpose: Purpose, *parts: str) -> str:
    """Return the salt of a purpose, e.g. `salt(Purpose.DRAW, campaign, run)`; unambiguous."""
    return "".join(f"{len(part)}:{part}," for part in (purpose.value, *parts))


def coefficients(salt: str) -> tuple[int, int]:
    """Return `(a, b)` of a salt: 1 <= a < PRIME, 0 <= b < PRIME."""
    digest = hashlib.sha256(salt.encode("utf-8", "surrogatepass")).digest()
    a = 1 + int.from_bytes(digest[:8], "big") % (PRIME - 1)
    b = int.from_bytes(digest[8:16], "big") % PRIME
    return a, b


def draw_order(h: int, a: int, b: int) -> int:
    """Return the user's place in this purpose's order; the N smallest are a random N."""
    return (h * a + b) % PRIME


def percent_bucket(h: int, a: int, b: int) -> int:
    """Return the user's bucket, 0..99."""
    return draw_order(h, a, b) % BUCKETS


def in_portion(h: int, a: int, b: int, percent: int) -> bool:
    """Whether the user is among the first `percent` of 100; raising the percentage loses nobody."""
    return percent_bucket(h, a, b) < percent


def draw(users: Iterable[tuple[str, int]], count: int, a: int, b: int) -> list[str]:
    """Return a random `count` of the users `(user, h)`, always the same ones for one salt.

    Users of one hash are told apart by their id, so the order of the input changes nothing.
    """
    ranked = sorted((draw_order(h, a, b), user) for user, h in users)
    return [user for _, user in ranked[: max(count, 0)]]
