import sqlite3
from random import Random

import pytest

from domain.campaign import Limits
from store import caps, lowered
from store.caps import Cap, Usage
from tests.store.stage import live, start

DAY, NEXT = "day:2026-03-20", "day:2026-03-21"
LIMITS = Limits(cap_total=10, cap_per_day=5)


@pytest.fixture
def campaign(conn: sqlite3.Connection) -> str:
    return start(conn, live())


def take(conn: sqlite3.Connection, campaign: str, scope: str, lim: int, n: int) -> int:
    return sum(caps.take(conn, campaign, [Cap(scope, lim)]) is None for _ in range(n))


def test_a_lower_cap_holds_for_counters_that_there_are_and_for_those_to_come(
    conn: sqlite3.Connection, campaign: str
) -> None:
    assert take(conn, campaign, DAY, 5, 1) == 1
    lowered.lower(conn, campaign, "day", 3)
    assert [take(conn, campaign, each, 5, 9) for each in (DAY, NEXT)] == [2, 3]
    assert take(conn, campaign, caps.TOTAL, 10, 11) == 10, "another cap is as it was"
    assert caps.take_many(conn, campaign, [Cap("day:2026-03-22", 5)], 9) == 3


def test_of_what_was_promised_before_nothing_is_taken_back_and_nobody_gets_its_place(
    conn: sqlite3.Connection, campaign: str
) -> None:
    assert take(conn, campaign, caps.TOTAL, 10, 8) == 8
    lowered.lower(conn, campaign, "total", 3)
    assert caps.usage(conn, campaign) == [Usage(caps.TOTAL, 8, 8)]
    assert caps.is_full(conn, campaign, caps.TOTAL)
    for left in (6, 3, 2):
        used = caps.usage(conn, campaign)[0].used
        caps.give_back(conn, campaign, [caps.TOTAL], used - left)
        assert caps.is_full(conn, campaign, caps.TOTAL) == (left >= 3)
    assert take(conn, campaign, caps.TOTAL, 10, 9) == 1


def test_the_lowest_that_was_said_counts_and_only_for_a_cap_that_there_is(
    conn: sqlite3.Connection, campaign: str
) -> None:
    assert lowered.limits(conn, campaign, LIMITS) == LIMITS
    for lim in (4, 2, 3):
        lowered.lower(conn, campaign, "day", lim)
    lowered.lower(conn, campaign, "run", 1)
    assert lowered.limits(conn, campaign, LIMITS) == Limits(cap_total=10, cap_per_day=2)
    lowered.forget(conn, campaign)
    assert lowered.limits(conn, campaign, LIMITS) == LIMITS


def test_what_caps_leave_is_less_than_what_was_taken_of_the_total(
    conn: sqlite3.Connection, campaign: str
) -> None:
    take(conn, campaign, caps.TOTAL, 10, 4)
    assert caps.left(conn, campaign, LIMITS) == Limits(cap_total=6, cap_per_day=5)
    assert caps.left(conn, campaign, Limits()) == Limits()
    lowered.lower(conn, campaign, "total", 3)
    assert caps.left(conn, campaign, LIMITS).cap_total == 0


@pytest.mark.parametrize("seed", range(20))
def test_whatever_is_taken_lowered_and_given_back_a_slot_is_there_only_under_the_lowest(
    conn: sqlite3.Connection, campaign: str, seed: int
) -> None:
    chance = Random(seed)
    used, lowest = 0, 12
    for _ in range(80):
        match chance.choice(("take", "take", "take_many", "give", "lower")):
            case "take":
                taken = take(conn, campaign, caps.TOTAL, 12, 1)
                assert taken == (used < lowest)
                used += taken
            case "take_many":
                n = chance.randrange(4)
                granted = caps.take_many(conn, campaign, [Cap(caps.TOTAL, 12)], n)
                assert granted == max(min(n, lowest - used), 0)
                used += granted
            case "give" if used:
                n = chance.randint(1, used)
                caps.give_back(conn, campaign, [caps.TOTAL], n)
                used -= n
            case "lower":
                lim = chance.randint(1, 14)
                lowered.lower(conn, campaign, "total", lim)
                lowest = min(lowest, lim)
        assert caps.left(conn, campaign, Limits(cap_total=12)).cap_total == max(lowest - used, 0)
