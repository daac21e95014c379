import sqlite3
from contextlib import closing
from itertools import combinations

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.chance import (
    BUCKETS,
    PRIME,
    Purpose,
    coefficients,
    draw,
    draw_order,
    in_portion,
    percent_bucket,
    salt,
    user_hash,
)

KEY = b"a key of this installation"
USERS = [(f"user-{n}", user_hash(KEY, f"user-{n}")) for n in range(10_000)]

HASHES = st.integers(0, PRIME - 1)
SALTS = st.text(max_size=20)


def test_the_numbers_are_the_same_for_ever() -> None:
    """Changing them moves users in and out of control groups that already run."""
    assert user_hash(KEY, "ann") == 2_103_692_490
    assert coefficients(salt(Purpose.DRAW, "c_1", "run")) == (365_189_533, 623_578_997)
    assert percent_bucket(123_456_789, 48_271, 11) == (123_456_789 * 48_271 + 11) % PRIME % 100


def test_a_salt_is_readable_and_unambiguous() -> None:
    assert salt(Purpose.PORTION, "c_1") == "7:portion,3:c_1,"
    assert salt(Purpose.PORTION, "a", "b") != salt(Purpose.PORTION, "a,1:b")


def sql(a: int, b: int) -> str:
    place = f"(h * {a} + {b}) % {PRIME}"
    return f"SELECT h, {place}, ({place}) % {BUCKETS} FROM users ORDER BY {place}, h"


def in_python(a: int, b: int) -> list[tuple[int, int, int]]:
    ranked = sorted((draw_order(h, a, b), h) for _, h in USERS)
    return [(h, place, percent_bucket(h, a, b)) for place, h in ranked]


@pytest.mark.parametrize("text", ["7:portion,3:c_1,", "4:draw,3:c_2,3:now,", ""])
def test_sqlite_draws_like_python(text: str) -> None:
    a, b = coefficients(text)
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE users (h INTEGER)")
        connection.executemany("INSERT INTO users VALUES (?)", [(h,) for _, h in USERS])
        assert connection.execute(sql(a, b)).fetchall() == in_python(a, b)


@pytest.mark.parametrize("text", ["7:portion,3:c_1,", "4:draw,3:c_2,3:now,", ""])
def test_duckdb_draws_like_python(text: str) -> None:
    a, b = coefficients(text)
    with duckdb.connect(":memory:") as connection:
        connection.execute("CREATE TABLE users (h BIGINT)")
        connection.execute("INSERT INTO users SELECT unnest(?)", [[h for _, h in USERS]])
        assert connection.execute(sql(a, b)).fetchall() == in_python(a, b)


@given(HASHES, SALTS)
def test_no_step_passes_sixty_three_bits(h: int, text: str) -> None:
    a, b = coefficients(text)
    assert 1 <= a < PRIME
    assert 0 <= b < PRIME
    assert h * a + b < 2**63


@given(HASHES, HASHES, SALTS)
def test_two_hashes_never_take_the_same_place(one: int, other: int, text: str) -> None:
    a, b = coefficients(text)
    assert (draw_order(one, a, b) == draw_order(other, a, b)) == (one == other)


@given(HASHES, SALTS, st.integers(0, 99))
def test_raising_a_portion_loses_nobody(h: int, text: str, percent: int) -> None:
    a, b = coefficients(text)
    assert in_portion(h, a, b, percent) <= in_portion(h, a, b, percent + 1)


def test_a_portion_of_nothing_takes_nobody_and_of_all_everybody() -> None:
    a, b = coefficients(salt(Purpose.PORTION, "c_1"))
    assert not any(in_portion(h, a, b, 0) for _, h in USERS)
    assert all(in_portion(h, a, b, 100) for _, h in USERS)


def test_a_portion_takes_about_its_share() -> None:
    a, b = coefficients(salt(Purpose.PORTION, "c_1"))
    share = sum(in_portion(h, a, b, 30) for _, h in USERS)
    assert 2_850 <= share <= 3_150


def test_a_draw_takes_exactly_as_many_as_asked() -> None:
    a, b = coefficients(salt(Purpose.DRAW, "c_1", "r1"))
    drawn = draw(USERS, 1_000, a, b)
    assert len(drawn) == len(set(drawn)) == 1_000
    assert draw(USERS, 20_000, a, b) == draw(USERS, 10_000, a, b)
    assert draw(USERS, -1, a, b) == []


def test_a_draw_does_not_hang_on_the_order_of_its_input() -> None:
    a, b = coefficients(salt(Purpose.DRAW, "c_1", "r1"))
    twins = [("b", 7), ("a", 7), *USERS]
    assert draw(twins, 10_002, a, b) == draw(reversed(twins), 10_002, a, b)


def test_two_runs_and_two_purposes_draw_independently() -> None:
    """A tenth of one draw is a tenth of the other: 100 of 1,000, give or take."""
    salts = [
        salt(Purpose.DRAW, "c_1", "r1"),
        salt(Purpose.DRAW, "c_1", "r2"),
        salt(Purpose.DRAW, "c_2", "r1"),
        salt(Purpose.PORTION, "c_1"),
    ]
    drawn = [set(draw(USERS, 1_000, *coefficients(text))) for text in salts]
    assert all(60 <= len(one & other) <= 140 for one, other in combinations(drawn, 2))
