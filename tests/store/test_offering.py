from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from domain.facts import User
from store.log import LogRow
from store.offering import (
    DIFFERENT_VALUES_MAX,
    USERS_OF_A_VALUE_MIN,
    Offered,
    Source,
    is_personal,
    offered,
)
from store.projection import Projection

ENOUGH = USERS_OF_A_VALUE_MIN


@pytest.fixture
def projection(tmp_path: Path) -> Iterator[Projection]:
    copy = Projection.open(tmp_path / "a.duckdb")
    yield copy
    copy.close()


def feed(projection: Projection, name: str, *given: dict[str, Any], users: int = 1) -> None:
    after = projection.watermark()
    every = [(f"u{user}", each) for each in given for user in range(users)]
    projection.catch_up(
        [
            LogRow(seq, "event", f"e{seq}", who, name, 1_000 + seq, 0, msgspec.json.encode(each))
            for seq, (who, each) in enumerate(every, start=after + 1)
        ]
    )


def people(projection: Projection, count: int, **traits: Any) -> None:
    after = len(projection.catalogue.keys(0))
    projection.catch_up([], [User(f"p{after}.{n}", n, traits) for n in range(count)])


def test_events_are_offered_with_how_often_they_came_the_most_frequent_first(
    projection: Projection,
) -> None:
    assert offered(projection, Source("event")) == []
    feed(projection, "Seen", {})
    feed(projection, "Bought", {}, {})
    assert offered(projection, Source("event")) == [Offered("Bought", 2), Offered("Seen", 1)]


def test_properties_are_offered_with_their_types(projection: Projection) -> None:
    feed(projection, "A", {"n": 1, "t": "x", "at": "2026-03-29", "ok": True, "tags": ["a"]})
    feed(projection, "A", {"n": "two"})
    feed(projection, "B", {"other": 1})
    assert {
        one.name: (one.count, one.types) for one in offered(projection, Source("property", "A"))
    } == {
        "n": (2, ("text", "number")),
        "t": (1, ("text",)),
        "at": (1, ("time",)),
        "ok": (1, ("flag",)),
        "tags": (0, ("list",)),
    }
    assert offered(projection, Source("property", "C")) == []


def test_traits_are_the_properties_of_users(projection: Projection) -> None:
    people(projection, 3, plan="pro", age=38)
    assert offered(projection, Source("trait")) == [
        Offered("age", 3, ("number",)),
        Offered("plan", 3, ("text",)),
    ]


def test_a_value_is_offered_only_if_so_many_users_have_it_that_it_is_nobodys(
    projection: Projection,
) -> None:
    feed(projection, "A", {"category": "shoes"}, users=ENOUGH)
    feed(projection, "A", {"category": "rare"}, users=ENOUGH - 1)
    feed(projection, "A", *({"category": "one user, often"} for _ in range(ENOUGH)))
    assert offered(projection, Source("value", "A", "category")) == [
        Offered("shoes", ENOUGH, ("text",))
    ]


def test_values_of_users_follow_the_same_rule(projection: Projection) -> None:
    people(projection, ENOUGH, plan="pro", city="Moss")
    people(projection, ENOUGH - 1, plan="free", extra=1)
    assert [one.name for one in offered(projection, Source("value", "", "plan"))] == ["pro"]


@pytest.mark.parametrize(
    "key", ["email", "first_name", "firstName", "Phone", "address.city", "e-mail", "work_email"]
)
def test_what_is_made_to_hold_somebodys_own_is_never_offered(
    projection: Projection, key: str
) -> None:
    assert is_personal(key)
    feed(projection, "A", {key: "Kim"}, users=ENOUGH)
    people(projection, ENOUGH, **{key: "Kim"})
    assert offered(projection, Source("value", "A", key)) == []
    assert offered(projection, Source("value", "", key)) == []


def test_what_reads_as_an_address_is_not_offered_under_whatever_name(
    projection: Projection,
) -> None:
    feed(projection, "A", {"contact": "shop@example.com"}, users=ENOUGH)
    assert offered(projection, Source("value", "A", "contact")) == []


def test_a_property_with_a_value_for_nearly_everyone_offers_none(projection: Projection) -> None:
    feed(projection, "A", {"note": "same"}, users=ENOUGH)
    feed(projection, "A", *({"note": f"text {n}"} for n in range(2 * DIFFERENT_VALUES_MAX)))
    assert offered(projection, Source("value", "A", "note")) == []


def test_nobodys_property_and_numbers_have_no_values_to_offer(projection: Projection) -> None:
    feed(projection, "A", {"n": 1}, users=ENOUGH)
    assert offered(projection, Source("value", "A", "n")) == []
    assert offered(projection, Source("value", "A", "unheard")) == []
    assert offered(projection, Source("value", "B", "n")) == []
