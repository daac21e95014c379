from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from domain.facts import User
from store import vocabulary
from store.log import LogRow
from store.projection import Projection
from store.vocabulary import EXAMPLE_CHARS_MAX, EventSeen, PropertySeen


@pytest.fixture
def projection(tmp_path: Path) -> Iterator[Projection]:
    copy = Projection.open(tmp_path / "a.duckdb")
    yield copy
    copy.close()


def feed(projection: Projection, name: str, *given: dict[str, Any]) -> None:
    after = projection.watermark()
    rows = [
        LogRow(seq, "event", f"e{seq}", "u1", name, 1_000 + seq, 0, msgspec.json.encode(each))
        for seq, each in enumerate(given, start=after + 1)
    ]
    projection.catch_up(rows)


def seen(projection: Projection, event: str | None = "A") -> dict[str, PropertySeen]:
    found = vocabulary.properties(projection, event)
    assert found is not None
    return {one.name: one for one in found}


def test_events_are_counted_the_most_frequent_first(projection: Projection) -> None:
    assert vocabulary.events(projection) == []
    feed(projection, "A", {"x": 1}, {"x": "a", "y": True})
    feed(projection, "B", {}, {}, {})
    assert vocabulary.events(projection) == [
        EventSeen("B", 3, 1_005, 0, 0),
        EventSeen("A", 2, 1_002, 2, 1),
    ]


def test_each_property_has_its_types_and_examples(projection: Projection) -> None:
    feed(
        projection,
        "A",
        {"size": 38, "color": "red", "at": "2026-03-29", "vip": True, "tags": ["a", "b"]},
        {"size": 39.5, "color": "red", "at": "2026-03-30", "vip": False, "tags": ["b"]},
        {"size": 38, "color": "blue", "deep": {"x": 1}, "nothing": None},
    )
    found = seen(projection)
    assert [(one.name, one.count, one.types) for one in found.values()] == [
        ("at", 2, {"time": 2}),
        ("color", 3, {"text": 3}),
        ("deep", 1, {"object": 1}),
        ("size", 3, {"number": 3}),
        ("tags", 2, {"list": 2}),
        ("vip", 2, {"flag": 2}),
    ]
    assert found["color"].examples == ("red", "blue")
    assert found["size"].examples == ("38", "39.5")
    assert found["tags"].examples == ("b", "a")
    assert found["vip"].examples == ("false", "true")
    assert found["at"].examples == ("2026-03-29", "2026-03-30")
    assert not any(one.conflict for one in found.values())


def test_senders_that_disagree_are_shown_with_how_many_say_what(projection: Projection) -> None:
    feed(projection, "A", {"x": 1}, {"x": 2}, {"x": "two"}, {"x": "2026-03-29"}, {"x": [1]})
    found = seen(projection)["x"]
    assert found.types == {"text": 1, "number": 2, "time": 1, "list": 1}
    assert found.conflict


def test_properties_of_users_are_their_traits(projection: Projection) -> None:
    people = [User(f"u{n}", n, {"city": "Moss", "likes": ["x"], "age": n}) for n in range(3)]
    projection.catch_up([LogRow(1, "profile", "p", "u1", "", 1, 0, b"{}")], people)
    found = seen(projection, None)
    assert {name: one.types for name, one in found.items()} == {
        "age": {"number": 3},
        "city": {"text": 3},
        "likes": {"list": 3},
    }
    assert found["age"].examples == ("0", "1", "2")


def test_one_event_knows_nothing_of_anothers_properties(projection: Projection) -> None:
    feed(projection, "A", {"x": "a"}, {"x": [1, 2]})
    feed(projection, "B", {"y": "b"}, {"x": ["z"]})
    assert seen(projection, "A")["x"].examples == ("a", "1", "2")
    assert seen(projection, "B").keys() == {"x", "y"}
    assert vocabulary.properties(projection, "C") is None


def test_a_long_value_is_cut(projection: Projection) -> None:
    feed(projection, "A", {"x": "y" * 500})
    assert seen(projection)["x"].examples == ("y" * EXAMPLE_CHARS_MAX + "…",)


def test_every_property_that_users_have_or_had_is_known_by_name(projection: Projection) -> None:
    traits = {"city": "Moss", "likes": ["x"], "address": {"zip": "1501"}, "empty": None}
    projection.catch_up([], [User("u", 1, traits)])
    projection.catch_up([], [User("u", 1, {})])
    assert vocabulary.traits(projection) == {"city", "likes", "address", "address.zip"}
