"""A third opinion on aggregates: SQLite over the raw JSON of the events, asked by hand.

It shares nothing with the two evaluators but the worlds: its SQL is written out for each question.
"""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from domain.audience import (
    Amount,
    Count,
    Did,
    DidAverage,
    DidFirst,
    DidMostly,
    DidOnDays,
    DidShare,
    DidSum,
    Doing,
    Hours,
    Node,
    SameValue,
    Step,
    StepNot,
)
from domain.matching import matches
from store.projection import Projection
from tests.store.copies import rows, selected
from tests.store.worlds import Draws, World

SEEDS = range(60)
# The value of `price` with its type; lists, objects and numbers out of range are none.
VALUED = """
WITH did AS (SELECT user, time_ms, json_extract(body, '$.price') AS v,
  CASE json_type(body, '$.price') WHEN 'text' THEN 'text' WHEN 'true' THEN 'flag'
    WHEN 'false' THEN 'flag' WHEN 'integer' THEN 'number' WHEN 'real' THEN 'number' END AS kind
  FROM event WHERE name = 'Bought' AND time_ms <= :now)
"""
TIMES = f"""{VALUED}, tally AS
  (SELECT user, kind, v, count(*) AS n FROM did WHERE kind IS NOT NULL GROUP BY user, kind, v)
"""
PRICE = "CASE WHEN kind = 'number' AND abs(v) <= 1e15 THEN v ELSE 0 END"

QUESTIONS: list[tuple[Node, str]] = [
    (
        Did("Bought", count=Count(">=", 3)),
        f"{VALUED} SELECT user FROM did GROUP BY user HAVING count(*) >= 3",
    ),
    (
        Did("Bought", count=Count("<", 3, include_zero=True)),
        (
            f"{VALUED} SELECT user FROM user EXCEPT"
            " SELECT user FROM did GROUP BY user HAVING count(*) >= 3"
        ),
    ),
    (
        Did("Bought", count=Count("between", (2, 4)), also=(Doing("Viewed"),)),
        (
            "SELECT user FROM event WHERE name IN ('Bought', 'Viewed') AND time_ms <= :now"
            " GROUP BY user HAVING count(*) BETWEEN 2 AND 4"
        ),
    ),
    (
        Did("Bought", days=2),
        (
            f"{VALUED} SELECT user FROM did WHERE time_ms >="
            " 1000 * unixepoch(date(:now / 1000, 'unixepoch', '-2 days'))"
        ),
    ),
    (
        Did("Bought", period=Hours(5)),
        f"{VALUED} SELECT user FROM did WHERE time_ms >= :now - 5 * 3600000",
    ),
    (
        DidFirst("Bought", days=1),
        (
            f"{VALUED} SELECT user FROM did GROUP BY user HAVING min(time_ms) >="
            " 1000 * unixepoch(date(:now / 1000, 'unixepoch', '-1 days'))"
        ),
    ),
    (
        DidSum("Bought", "price", Amount(">=", 5.5)),
        f"{VALUED} SELECT user FROM did GROUP BY user HAVING round(sum({PRICE}), 6) >= 5.5",
    ),
    (
        DidAverage("Bought", "price", Amount("<", 2)),
        f"{VALUED} SELECT user FROM did GROUP BY user HAVING round(sum({PRICE}), 6) < 2 * count(*)",
    ),
    (
        DidOnDays("Bought", count=Count(">=", 3)),
        (
            f"{VALUED} SELECT user FROM did GROUP BY user"
            " HAVING count(DISTINCT floor(time_ms / 86400000.0)) >= 3"
        ),
    ),
    (
        DidMostly("Bought", "price", 1),
        (
            f"{TIMES} SELECT user FROM tally AS mine WHERE kind = 'number' AND v = 1 AND n >"
            " (SELECT coalesce(max(n), 0) FROM tally WHERE user = mine.user"
            "  AND NOT (kind = 'number' AND v = 1))"
        ),
    ),
    (
        DidShare("Bought", "price", "pro", 20),
        (
            f"{VALUED} SELECT user FROM did GROUP BY user"
            " HAVING sum(kind IS 'text' AND v = 'pro') * 100 >= 20 * count(*)"
        ),
    ),
    (
        SameValue("price", (Step("Bought", count=Count(">=", 2)),), (StepNot("Viewed"),)),
        (
            f"{TIMES} SELECT DISTINCT user FROM tally WHERE n >= 2 AND NOT EXISTS"
            " (SELECT 1 FROM event WHERE event.user = tally.user AND name = 'Viewed'"
            "  AND time_ms <= :now AND json_extract(body, '$.price') = v"
            "  AND CASE json_type(body, '$.price') WHEN 'text' THEN 'text' WHEN 'true' THEN 'flag'"
            "   WHEN 'false' THEN 'flag' WHEN 'integer' THEN 'number' WHEN 'real' THEN 'number' END"
            "   = kind)"
        ),
    ),
]


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Projection]:
    copy = Projection.open(tmp_path / "audience.duckdb")
    yield copy
    copy.close()


def by_hand(world: World, sql: str) -> set[str]:
    with sqlite3.connect(":memory:") as lite:
        lite.execute("CREATE TABLE user (user)")
        lite.execute("CREATE TABLE event (user, name, time_ms, body)")
        lite.executemany("INSERT INTO user VALUES (?)", [(one.user,) for one in world.users])
        lite.executemany(
            "INSERT INTO event VALUES (?, ?, ?, ?)",
            [(e.user, e.name, e.time_ms, json.dumps(e.properties)) for e in world.history],
        )
        found = {user for (user,) in lite.execute(sql, {"now": world.now_ms})}
    lite.close()
    return found


def plain(value: Any) -> bool:
    """Whether SQLite reads the value as it is: it ends texts at NUL, and numbers at 64 bits."""
    if isinstance(value, str):
        return "\0" not in value
    return isinstance(value, list | dict) or value is None or abs(value) <= 2**53


def tame(world: World) -> World:
    for event in world.history:
        for key in [key for key, value in event.properties.items() if not plain(value)]:
            del event.properties[key]
    return world


@pytest.mark.parametrize(("node", "sql"), QUESTIONS, ids=lambda each: type(each).__name__)
def test_sqlite_asked_by_hand_finds_the_same_users(node: Node, sql: str) -> None:
    sizes = set()
    for seed in SEEDS:
        world = tame(Draws(seed).world(1))
        expected = by_hand(world, sql)
        found = {
            one.user
            for one in world.users
            if matches(
                node,
                one,
                [e for e in world.history if e.user == one.user],
                now_ms=world.now_ms,
                zone="UTC",
            )
        }
        assert found == expected, seed
        sizes.add(len(found))
    assert len(sizes) > 1, "the question tells users apart"


def test_duckdb_finds_them_too(copy: Projection) -> None:
    for seed in SEEDS[:15]:
        world = tame(Draws(seed).world(1))
        copy.rebuild()
        copy.catch_up(rows(world.history), world.users)
        for node, sql in QUESTIONS:
            found = selected(copy, node, now_ms=world.now_ms, zone="UTC")
            assert found == by_hand(world, sql), (seed, node)
