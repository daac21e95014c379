from typing import Any

import pytest

from domain.audience import (
    Age,
    CustomList,
    Device,
    Filter,
    Gender,
    Geography,
    Near,
    Node,
    Not,
    Place,
    Property,
    Reachability,
    Saved,
)
from domain.rules_who import Known, node_problems


def told(node: Node) -> list[tuple[str, str]]:
    return [(problem.where, problem.what) for problem in node_problems(node, "who", Known())]


def asked(*of: Any) -> Device:
    return Device((Filter(*of),))


@pytest.mark.parametrize(
    ("node", "where", "what"),
    [
        (Age("between", 5), "who.value", '"between" needs two numbers.'),
        (Age("<", (5, 6)), "who.value", '"<" needs one number.'),
        (Age(">=", 151), "who.value", "An age of 151 is not possible."),
        (Age("between", (30, 18)), "who.value", "The two numbers are not in order."),
        (Age("<", 0), "who.value", "Nobody is younger than 0."),
        (Geography(), "who", "It names no place."),
        (Geography(city=("Oslo", "")), "who.city[1]", "It is empty."),
        (Near(()), "who.places", "There are 0 places; 1 to 50 are possible."),
        (Near((Place(91, 0, 1),)), "who.places[0].latitude", "91 is not possible."),
        (Near((Place(0, -181, 1),)), "who.places[0].longitude", "-181 is not possible."),
        (Near((Place(0, 0, 0),)), "who.places[0].km", "0 is not possible."),
        (Near((Place(0, 0, float("inf")),)), "who.places[0].km", "inf is not possible."),
        (Device(()), "who.where", "It asks nothing of the device."),
        (asked("colour", "exists"), "who.where[0].property", 'A device has no "colour".'),
        (
            asked("model", "<", "5"),
            "who.where[0].op",
            '"<" compares versions, and "model" is none.',
        ),
        (
            asked("app_version", "after", "2026-03-29"),
            "who.where[0].op",
            '"after" does not compare what is known of devices.',
        ),
        (
            asked("app_version", ">=", 5.1),
            "who.where[0].value",
            '">=" needs a version in quotes.',
        ),
        (
            asked("os_version", "between", ("5",)),
            "who.where[0].value",
            '"between" needs two versions in quotes.',
        ),
        (asked("os", "contains", ""), "who.where[0].value", '"contains" needs a text.'),
        (Property("", "exists"), "who.name", "It is empty."),
        (Not(Saved("Buyers")), "who.of.name", 'There is no saved audience "Buyers".'),
        (CustomList("VIPs"), "who.name", 'There is no list "VIPs".'),
    ],
)
def test_what_nobody_could_be_is_refused_at_its_place(node: Node, where: str, what: str) -> None:
    assert told(node) == [(where, what)]


@pytest.mark.parametrize(
    "node",
    [
        Age("between", (18, 18)),
        Gender("other"),
        Geography(country=("NO",)),
        Near((Place(-90, 180, 0.5),)),
        Reachability("push"),
        asked("app_version", "between", ("5.9", "5.10")),
        asked("push_token", "exists"),
    ],
)
def test_what_somebody_could_be_is_accepted(node: Node) -> None:
    assert told(node) == []


def test_names_that_are_known_may_be_used_and_near_ones_are_offered() -> None:
    known = Known(saved=frozenset({"Buyers"}), lists=frozenset({"VIPs"}))
    assert list(node_problems(Saved("Buyers"), "who", known)) == []
    assert list(node_problems(CustomList("VIPs"), "who", known)) == []
    (problem,) = node_problems(CustomList("VIP"), "who", known)
    assert "VIPs" in problem.fix


def test_away_from_the_daemon_any_name_may_be_one() -> None:
    assert list(node_problems(Saved("Buyers"), "who")) == []
    (problem,) = node_problems(CustomList(""), "who")
    assert problem.where == "who.name"
