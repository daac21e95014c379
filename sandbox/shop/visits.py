"""One visit to the shop: looks, sometimes a cart, sometimes an order.

The chances are those of an ordinary shop; `EVENTS_A_VISIT` is what they come to on average.
"""

import random
from typing import Any

import msgspec

from sandbox.shop.catalogue import PRODUCTS, Product, described
from sandbox.shop.people import Person

LOOKS_ON = 0.62  # the chance of one more product after each
ADDS = 0.28
ORDERS = 0.5
LOOKS_MAX = 12

_LOOKS = (1 - LOOKS_ON**LOOKS_MAX) / (1 - LOOKS_ON)
_NO_CART = (1 - LOOKS_ON) * (1 - ADDS) / (1 - LOOKS_ON * (1 - ADDS))
EVENTS_A_VISIT = _LOOKS * (1 + ADDS) + (1 - _NO_CART) * ORDERS

BETWEEN_LOOKS_MS = 35_000
BEFORE_ADDING_MS = 12_000
BEFORE_ORDERING_MS = 70_000
STEP_MS_MIN = 800
STEP_MS_MAX = 600_000

HOUR_WEIGHTS = (
    2,
    1,
    1,
    1,
    1,
    2,
    4,
    7,
    9,
    10,
    11,
    12,
    13,
    12,
    11,
    11,
    12,
    14,
    17,
    20,
    21,
    18,
    11,
    5,
)
"""How busy each hour of the shopper's own day is."""


class Step(msgspec.Struct, frozen=True):
    """One thing that a person did, and when, in epoch ms."""

    at_ms: int
    person: Person
    event: str
    properties: dict[str, Any]


def visit(rng: random.Random, person: Person, at_ms: int) -> list[Step]:
    """What the person does from `at_ms` on, in order."""
    currency = person.place.currency
    steps: list[Step] = []
    cart: list[tuple[Product, int]] = []
    for _ in range(LOOKS_MAX):
        product = rng.choice(PRODUCTS)
        about = described(product, currency)
        steps.append(Step(at_ms, person, "Product Viewed", about))
        if rng.random() < ADDS:
            quantity = rng.choices((1, 2, 3), (80, 15, 5))[0]
            cart.append((product, quantity))
            at_ms += _pause(rng, BEFORE_ADDING_MS)
            steps.append(Step(at_ms, person, "Product Added", about | {"quantity": quantity}))
        at_ms += _pause(rng, BETWEEN_LOOKS_MS)
        if rng.random() >= LOOKS_ON:
            break
    if cart and rng.random() < ORDERS:
        at_ms += _pause(rng, BEFORE_ORDERING_MS)
        order_id = f"order-{rng.getrandbits(48):012x}"
        steps.append(Step(at_ms, person, "Order Completed", _order(order_id, cart, currency)))
    return steps


def _order(order_id: str, cart: list[tuple[Product, int]], currency: str) -> dict[str, Any]:
    lines = [described(product, currency) | {"quantity": quantity} for product, quantity in cart]
    dearest = max(lines, key=lambda line: float(line["price"]))
    return {
        "order_id": order_id,
        "revenue": round(sum(line["price"] * line["quantity"] for line in lines), 2),
        "currency": currency,
        "products_count": sum(line["quantity"] for line in lines),
        "category": dearest["category"],
        "price": dearest["price"],
        "products": lines,
    }


def _pause(rng: random.Random, mean_ms: int) -> int:
    return min(STEP_MS_MAX, STEP_MS_MIN + int(rng.expovariate(1 / mean_ms)))
