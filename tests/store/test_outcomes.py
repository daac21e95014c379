import random
import sqlite3
import statistics
from typing import Any

import pytest

from domain.goal import REVENUE_MICROS_MAX
from store import erasures, exposures, outcomes
from store.exposures import Exposure
from store.outcomes import Outcome, Spread
from tests.store.stage import NOW


def met(conn: sqlite3.Connection, user: str, arm: Any, variant: str = "") -> None:
    exposures.add(conn, "c1", Exposure(user, NOW, "live", user, arm, variant))


def converted(
    conn: sqlite3.Connection, seq: int, user: str, arm: str, money: int, variant: str = ""
) -> None:
    conn.execute(
        "INSERT INTO conversion VALUES ('c1', ?, ?, ?, 'live', ?, ?, ?, ?, ?)",
        (seq, user, NOW, user, arm, variant, NOW, money),
    )


def test_a_user_converts_once_and_what_they_bring_adds_up(conn: sqlite3.Connection) -> None:
    for user in ("u1", "u2", "u3"):
        met(conn, user, "target")
    met(conn, "c1", "control")
    for seq, user, money in ((1, "u1", 5), (2, "u1", 7), (3, "u2", 1)):
        converted(conn, seq, user, "target", money)
    assert outcomes.of_campaign(conn, "c1") == {
        ("target", ""): Outcome(3, 2, 3, 13),
        ("control", ""): Outcome(1),
    }


def test_variants_have_their_own_and_the_arm_counts_each_user_once(
    conn: sqlite3.Connection,
) -> None:
    for user, variant in (("u1", "A"), ("u1", "B"), ("u2", "B")):
        exposures.add(conn, "c1", Exposure(user, NOW, "live", variant, "target", variant))
    converted(conn, 1, "u1", "target", 2, "A")
    converted(conn, 2, "u1", "target", 3, "B")
    found = outcomes.of_campaign(conn, "c1")
    assert found["target", "A"] == Outcome(1, 1, 1, 2)
    assert found["target", "B"] == Outcome(2, 1, 1, 3)
    assert found["target", ""] == Outcome(2, 1, 2, 5)


def test_sums_stay_exact_beyond_what_a_column_holds(conn: sqlite3.Connection) -> None:
    """10,000 events of the highest amount, and refunds of them less a millionth."""
    most = REVENUE_MICROS_MAX
    for seq in range(10_000):
        converted(conn, seq, f"u{seq % 2}", "target", most)
    assert outcomes.of_campaign(conn, "c1")["target", ""].revenue == 10_000 * most
    for seq in range(10_000, 20_000):
        converted(conn, seq, f"u{seq % 2}", "target", 1 - most)
    found = outcomes.of_campaign(conn, "c1")["target", ""]
    assert (found.converted, found.conversions, found.revenue) == (2, 20_000, 10_000)


def test_an_erasure_changes_no_number(conn: sqlite3.Connection) -> None:
    met(conn, "u1", "target")
    converted(conn, 1, "u1", "target", 2)
    before = outcomes.of_campaign(conn, "c1")
    erasures.erase(conn, "u1", now_ms=NOW)
    assert outcomes.of_campaign(conn, "c1") == before
    for table in ("exposure", "conversion"):
        rows = conn.execute(f"SELECT user, occurrence FROM {table}").fetchall()
        assert all(each.startswith("erased:") for row in rows for each in row)


def test_the_spread_of_what_users_bring_is_that_of_all_users_of_the_arm(
    conn: sqlite3.Connection,
) -> None:
    """Of those who brought nothing too, and of a user's conversions together."""
    dice = random.Random(5)
    amounts: dict[str, list[int]] = {}
    for n in range(60):
        met(conn, f"u{n}", "target")
        met(conn, f"c{n}", "control")
        times = dice.choice([0, 0, 1, 1, 2, 3])
        amounts[f"u{n}"] = [dice.randrange(-(10**6), 10**9) for _ in range(times)]
        for i, money in enumerate(amounts[f"u{n}"]):
            converted(conn, 1_000 + 10 * n + i, f"u{n}", "target", money)
    met(conn, "u60", "target")
    for seq, money in ((1, 7_000_000), (2, -7_000_000)):  # taken back: it brought nothing
        converted(conn, seq, "u60", "target", money)
    came = outcomes.of_campaign(conn, "c1")["target", ""]
    found = outcomes.spread_of(conn, "c1", "target", came)
    brought = [*(sum(each) / 10**6 for each in amounts.values()), 0.0]
    assert found.payers == sum(1 for one in brought if one)
    assert found.deviation == pytest.approx(statistics.stdev(brought))
    control = outcomes.of_campaign(conn, "c1")["control", ""]
    assert outcomes.spread_of(conn, "c1", "control", control) == Spread()


def test_the_spread_is_exact_where_the_amounts_are_large_and_near_each_other(
    conn: sqlite3.Connection,
) -> None:
    """The difference of two sums of squares would be noise here."""
    whole = [900_000_000 + n % 2 for n in range(100)]
    for n, amount in enumerate(whole):
        met(conn, f"u{n}", "target")
        converted(conn, n, f"u{n}", "target", amount * 1_000_000)
    came = outcomes.of_campaign(conn, "c1")["target", ""]
    found = outcomes.spread_of(conn, "c1", "target", came)
    assert found.deviation == pytest.approx(statistics.stdev(whole))
