from typing import Any

import pytest

from domain.conditions import Exists, OneOf
from domain.formula import Around, Every, Formula, Has, No, OnDevice, Some, flat, traits_test
from domain.people import Place

PRO = Has("plan", OneOf(("pro",)))
AGED = Has("age", Exists())
TRAITS: dict[str, Any] = {
    "plan": "pro",
    "latitude": 1,
    "longitude": 2,
    "devices": [{"os": "iOS", "make": "a"}, {"os": "Android", "make": "b"}],
}


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (PRO, True),
        (AGED, False),
        (Every((PRO, AGED)), False),
        (Every(()), True),
        (Some((AGED, PRO)), True),
        (Some(()), False),
        (No(AGED), True),
        (Around("latitude", "longitude", (Place(0, 0, 1), Place(1, 2, 1))), True),
        (Around("latitude", "altitude", (Place(1, 2, 1),)), False),
        (OnDevice((("os", OneOf(("iOS",))), ("make", OneOf(("a",))))), True),
        (OnDevice((("os", OneOf(("iOS",))), ("make", OneOf(("b",))))), False),
    ],
)
def test_a_formula_joins_comparisons(formula: Formula, expected: bool) -> None:
    assert traits_test(formula)(TRAITS) is expected


def test_the_parts_of_an_address_are_traits_too() -> None:
    found = flat({"address": {"city": "Oslo", "country": "NO"}, "address.city": "Bergen"})
    assert (found["address.city"], found["address.country"]) == ("Bergen", "NO")
    assert flat({"address": "Oslo"}) == {"address": "Oslo"}


def test_the_parts_of_a_group_and_a_company_are_traits_too() -> None:
    traits = {"group": {"id": "acme", "plan": "pro"}, "company": {"name": "Acme"}}
    assert {*flat(traits)} - {*traits} == {"group.id", "group.plan", "company.name"}
