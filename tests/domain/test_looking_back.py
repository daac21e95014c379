from typing import Any

import pytest

from domain.audience import (
    All,
    Did,
    DidFirst,
    DidNot,
    Doing,
    Hours,
    Node,
    Not,
    Property,
    SameValue,
    Step,
    StepNot,
)
from domain.looking_back import EVER_MS, MARGIN_MS, since_by_name
from domain.periods import DAY_MS, HOUR_MS

NOON_MS = 1_774_785_600_000  # 2026-03-29T12:00:00Z
MIDNIGHT_MS = NOON_MS - 12 * HOUR_MS


@pytest.mark.parametrize(
    ("node", "since"),
    [
        (Did("A", days=3), {"A": MIDNIGHT_MS - 3 * DAY_MS}),
        (DidNot("A", period=Hours(5)), {"A": NOON_MS - 5 * HOUR_MS}),
        (DidNot("A", days=3, also=(Doing("B"),)), dict.fromkeys("AB", MIDNIGHT_MS - 3 * DAY_MS)),
        (Did("A"), {"A": None}),
        (DidFirst("A", days=3), {"A": None}),
        (All((Did("A", days=3), Not(Did("A", days=9)))), {"A": MIDNIGHT_MS - 9 * DAY_MS}),
        (All((Did("A", days=3), Did("A"))), {"A": None}),
        (
            SameValue("p", (Step("A", days=1),), (StepNot("B"),)),
            {"A": MIDNIGHT_MS - DAY_MS, "B": None},
        ),
        (Property("plan", "equals", "pro"), {}),
    ],
)
def test_an_audience_looks_back_as_far_as_its_conditions_ask(
    node: Node, since: dict[str, Any]
) -> None:
    found = since_by_name(node, now_ms=NOON_MS, zone="UTC")
    assert found == {name: EVER_MS if at is None else at - MARGIN_MS for name, at in since.items()}
