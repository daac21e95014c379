import datetime as dt
from typing import Annotated, Any, Literal

import msgspec
import pytest

from domain.audience import Node
from domain.words import expected, kind_of, near, offer, shown


@pytest.mark.parametrize(
    ("type_", "words"),
    [
        (int, "a whole number"),
        (int | None, "a whole number"),
        (Annotated[int, msgspec.Meta(ge=1)], "a whole number"),
        (str | tuple[str, ...] | None, "text or a list (of text)"),
        (Literal["drop", "hold"], "one of drop, hold"),
        (Node, "a table"),
        (dict[str, str], "a table"),
        (Any, "a value"),
    ],
)
def test_a_type_is_named_for_a_person(type_: Any, words: str) -> None:
    assert expected(type_) == words


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (True, "true or false"),
        (1.5, "a number"),
        ([], "a list"),
        ({}, "a table"),
        (None, "nothing"),
        (dt.date(2026, 3, 29), "a date"),
    ],
)
def test_what_was_found_is_named_for_a_person(data: object, words: str) -> None:
    assert kind_of(data) == words


def test_the_nearest_name_is_suggested() -> None:
    assert offer("labls", ["labels", "limits"]) == (
        'Did you mean "labels"? Possible: labels, limits.'
    )


def test_a_name_in_another_case_is_the_one_that_was_meant() -> None:
    assert near("vips", ["VIPs", "Staff"]) == 'Did you mean "VIPs"?'
    assert near("ORDER COMPLETE", ["Order Completed"]) == 'Did you mean "Order Completed"?'


def test_a_name_that_is_like_none_gets_the_list_alone() -> None:
    assert offer("zzz", ["labels", "limits"]) == "Possible: labels, limits."


def test_of_a_whole_vocabulary_the_first_names_are_listed() -> None:
    """Users may have thousands of properties, and a card in Slack has room for a few."""
    said = offer("zzz", [f"k{n:03}" for n in range(300)])
    assert said.startswith("Possible: k000, k001, ")
    assert said.endswith("k039 and 260 more.")


def test_a_long_value_is_shortened() -> None:
    assert len(shown("x" * 1_000)) == 62


def test_a_date_and_time_is_shown_as_definitions_write_it() -> None:
    assert shown(dt.datetime(2026, 3, 29, 9, 0)) == "2026-03-29T09:00"  # noqa: DTZ001 - a wall time
