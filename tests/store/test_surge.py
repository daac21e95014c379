import sqlite3

import pytest

from domain.books import SkipReason
from domain.timer import Wait
from domain.verdict import Control, Hold, Send, Skip, Verdict
from store import surge
from tests.store.stage import HOUR, NOW

C = "c1"


@pytest.mark.parametrize(
    ("most", "qualify", "surged", "counted"),
    [
        (3, [True, True, True], None, 3),
        (3, [True, True, True, True], 3, 3),
        (3, [True, False, True, True, False, True], 5, 3),
        (3, [False, False], None, 0),
        (1, [True, True], 1, 1),
    ],
)
def test_the_first_who_is_one_too_many_is_named_and_nobody_after_is_counted(
    conn: sqlite3.Connection, most: int, qualify: list[bool], surged: int | None, counted: int
) -> None:
    assert surge.first_too_many(conn, C, most, qualify, now_ms=NOW) == surged
    assert surge.within_the_hour(conn, C, now_ms=NOW) == counted


def test_those_of_an_hour_ago_count_no_more(conn: sqlite3.Connection) -> None:
    surge.count(conn, C, 2, now_ms=NOW)
    surge.count(conn, C, 1, now_ms=NOW + HOUR // 2)
    assert surge.within_the_hour(conn, C, now_ms=NOW + HOUR - 1_000) == 3
    assert surge.within_the_hour(conn, C, now_ms=NOW + HOUR) == 1
    surge.count(conn, C, 1, now_ms=NOW + HOUR)
    assert conn.execute("SELECT count(*) FROM surge").fetchone() == (2,), "no memory without bound"


def test_each_campaign_is_counted_for_itself_and_forgotten_for_itself(
    conn: sqlite3.Connection,
) -> None:
    surge.count(conn, C, 2, now_ms=NOW)
    surge.count(conn, "c2", 5, now_ms=NOW)
    surge.forget(conn, C)
    assert surge.within_the_hour(conn, C, now_ms=NOW) == 0
    assert surge.within_the_hour(conn, "c2", now_ms=NOW) == 5


@pytest.mark.parametrize(
    ("verdict", "counts"),
    [
        (Send(), True),
        (Hold(NOW), True),
        (Control(), True),
        (Skip(SkipReason.NOT_IN_PORTION), True),
        (Skip(SkipReason.UNREACHABLE), True),
        (Wait("", NOW, NOW, NOW), False),
        (Skip(SkipReason.EXPIRED), False),
        (Skip(SkipReason.DATE_IN_PAST), False),
        (Skip(SkipReason.FILTER_NO_LONGER_MATCHES), False),
        (Skip(SkipReason.NO_IDENTITY), False),
        (Skip(SkipReason.UNKNOWN), False),
    ],
)
def test_who_waits_or_waited_for_nothing_is_no_part_of_a_surge(
    verdict: Verdict | Wait, *, counts: bool
) -> None:
    assert surge.qualifies(verdict) is counts
