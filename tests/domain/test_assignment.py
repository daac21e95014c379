import math
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from typing import Any

import duckdb
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from domain import chance
from domain.assignment import (
    Tally,
    assign,
    coefficients,
    every_pairs,
    mentions_somebody,
    pairs,
    winner,
)
from domain.campaign import Campaign, What
from domain.chance import BUCKETS, PRIME
from domain.facts import User
from domain.variants import AbTest, ByProperty, Case, Part, Split, Variant, Variants
from tests.domain.definitions import PAST

KEY = b"an installation's own key"
IDS = 1_000_000
HALVES = Split((Part("A", 50), Part("B", 50)))
THIRDS = Split((Part("A", 20), Part("B", 30), Part("C", 50)))
TIERS = ByProperty(
    "tier", (Case("Gold", ("gold", "black")), Case("One", (1,)), Case("Yes", (True,))), Variant("*")
)
TEST = AbTest((Variant("A"), Variant("B"), Variant("C")), test_users=30)


def having(variants: Variants | None, **what: Any) -> Campaign:
    return msgspec.structs.replace(PAST, variants=variants, what=What(**what))


def user(name: str, **traits: Any) -> User:
    return User(name, chance.user_hash(KEY, name), traits)


def test_the_variant_of_a_user_is_the_same_for_ever() -> None:
    """Changing it would give users of a campaign that runs another content."""
    got = [assign("c_1", having(THIRDS), user(f"user-{n}")) for n in range(12)]
    assert "".join(got) == "CCCCACAABBCB"


def test_shares_of_users_are_as_asked() -> None:
    got = Counter(assign("c_1", having(THIRDS), user(f"user-{n}")) for n in range(20_000))
    for name, percent in (("A", 20), ("B", 30), ("C", 50)):
        assert abs(got[name] - 200 * percent) < 5 * math.sqrt(200 * percent)


@pytest.mark.parametrize(
    ("traits", "name"),
    [
        ({"tier": "gold"}, "Gold"),
        ({"tier": "black"}, "Gold"),
        ({"tier": ["silver", "gold"]}, "Gold"),
        ({"tier": "Gold"}, "*"),
        ({"tier": 1}, "One"),
        ({"tier": True}, "Yes"),
        ({"tier": None}, "*"),
        ({}, "*"),
    ],
)
def test_a_property_says_which_variant_and_others_get_the_default(
    traits: dict[str, Any], name: str
) -> None:
    assert assign("c_1", having(TIERS), user("ann", **traits)) == name


def test_without_variants_and_in_a_test_a_user_is_given_none() -> None:
    assert assign("c_1", having(None), user("ann")) == ""
    assert assign("c_1", having(TEST), user("ann")) == ""


def test_a_variants_own_pairs_lie_over_the_shared_ones() -> None:
    split = Split((Part("A", 50, {"offer": "10 %"}), Part("B", 50)))
    campaign = having(split, key_values={"offer": "none", "link": "x"})
    assert pairs(campaign, "A") == {"offer": "10 %", "link": "x"}
    assert pairs(campaign, "B") == {"offer": "none", "link": "x"}
    assert [name for name, _ in every_pairs(campaign)] == ["A", "B"]
    assert list(every_pairs(having(None, key_values={"a": "b"}))) == [("", {"a": "b"})]


@pytest.mark.parametrize(
    ("tallies", "name"),
    [
        ({"A": Tally(100, 5), "B": Tally(100, 6), "C": Tally(100, 4)}, "B"),
        ({"A": Tally(100, 5), "B": Tally(100, 5)}, "A"),
        ({"B": Tally(100, 5), "C": Tally(100, 5)}, "B"),
        ({"A": Tally(200, 9), "B": Tally(100, 5)}, "B"),
        ({"A": Tally(3, 1), "B": Tally(300, 100), "C": Tally(30, 10)}, "A"),
        ({"A": Tally(100, 0), "C": Tally(0, 0)}, "A"),
        ({}, "A"),
    ],
)
def test_the_highest_share_of_users_wins_and_the_earlier_in_a_tie(
    tallies: dict[str, Tally], name: str
) -> None:
    assert winner(TEST, tallies) == name


@given(st.lists(st.tuples(st.integers(1, 10**12), st.integers(0, 10**12)), min_size=3, max_size=3))
def test_no_rounding_decides_a_test(counts: list[tuple[int, int]]) -> None:
    shares = [Fraction(converted, sent) for sent, converted in counts]
    tallies = {name: Tally(*each) for name, each in zip("ABC", counts, strict=True)}
    assert winner(TEST, tallies) == "ABC"[shares.index(max(shares))]


@pytest.fixture(scope="module")
def hashes() -> Iterator[duckdb.DuckDBPyConnection]:
    """A million users' stored hashes, in a table `users`."""
    with duckdb.connect(":memory:") as connection:
        found = [chance.user_hash(KEY, f"user-{n}") for n in range(IDS)]
        connection.execute("CREATE TABLE users AS SELECT unnest(?::BIGINT[]) AS h", [found])
        yield connection


def bucket(a: int, b: int) -> str:
    return f"((h * {a} + {b}) % {PRIME}) % {BUCKETS}"


CONTROL = chance.coefficients(chance.salt(chance.Purpose.CAMPAIGN_CONTROL, "c_1"))
SYSTEM = chance.coefficients(chance.salt(chance.Purpose.SYSTEM_CONTROL))
LOYAL = chance.coefficients(chance.salt(chance.Purpose.CUSTOM_CONTROL, "Loyal"))
PORTION = chance.coefficients(chance.salt(chance.Purpose.PORTION, "c_1"))
DRAWN = chance.coefficients(chance.salt(chance.Purpose.DRAW, "c_1", "run"))
PURPOSES = [coefficients("c_1"), coefficients("c_2"), CONTROL, SYSTEM, LOYAL, PORTION, DRAWN]
P_MIN = 1e-4
"""The users are the same in each run, so a test that has passed once always passes."""


def test_a_million_users_fall_evenly_into_variants_control_groups_and_portions(
    hashes: duckdb.DuckDBPyConnection,
) -> None:
    for purpose in PURPOSES:
        rows = hashes.execute(f"SELECT {bucket(*purpose)}, count(*) FROM users GROUP BY 1")
        counts = [n for _, n in rows.fetchall()]
        assert len(counts) == BUCKETS
        assert stats.chisquare(counts).pvalue > P_MIN


def test_variants_of_two_campaigns_and_control_groups_are_independent(
    hashes: duckdb.DuckDBPyConnection,
) -> None:
    for one, other in combinations(PURPOSES, 2):
        rows = hashes.execute(
            f"SELECT {bucket(*one)} // 10, {bucket(*other)} // 10, count(*) FROM users GROUP BY 1,2"
            " ORDER BY 1, 2"
        ).fetchall()
        table = [[n for mine, _, n in rows if mine == each] for each in range(10)]
        assert {len(row) for row in table} == {10}
        assert stats.chi2_contingency(table).pvalue > P_MIN


def test_the_test_of_evenness_would_find_a_share_of_one_in_a_hundred_too_much() -> None:
    """The instrument itself: else the two tests above could say nothing."""
    assert stats.chisquare([5_100, 4_900, *[5_000] * 98]).pvalue > 0.9
    assert stats.chisquare([6_000, 4_000, *[5_000] * 98]).pvalue < P_MIN
    assert stats.chi2_contingency([[5_200, 5_000], [5_000, 5_200]]).pvalue < 0.01


@pytest.mark.parametrize(
    ("what", "mentions"),
    [
        (What(), False),
        (What(email=False, push_tokens=True, object_id=True), False),
        (What(key_values={"a": "b"}), True),
        (What(profile=("plan",)), True),
        (What(identify=("*",)), True),
        (What(event_properties=("total",)), True),
    ],
)
def test_a_content_that_takes_properties_by_name_mentions_somebody(
    what: What, mentions: bool
) -> None:
    assert mentions_somebody(msgspec.structs.replace(PAST, what=what)) is mentions
    assert mentions_somebody(having(HALVES))
