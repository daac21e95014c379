from typing import Any

import msgspec
import pytest

from domain.campaign import Campaign, What
from domain.composing import About
from domain.facts import Event, User
from domain.trying import Tried, mentioned, told, try_content, unknown, unknown_of, variants_for
from domain.variants import AbTest, ByProperty, Case, Part, Split, Variant
from tests.domain.definitions import LIVE, PAST

ANN = User("ann", 1, {"name": "Ann", "tier": "gold", "email": "ann@example.com"})
BO = User("bo", 2, {"tier": "tin"})
HALVES = Split((Part("A", 50), Part("B", 50, {"x": "{{ Profile.rare }}"})))
TIERS = ByProperty("tier", (Case("Gold", ("gold",)),), Variant("Others"))


def sending(campaign: Campaign = PAST, variants: Any = None, **what: Any) -> Campaign:
    return msgspec.structs.replace(campaign, what=What(**what), variants=variants)


def tried(campaign: Campaign, *users: User) -> Tried:
    return try_content(
        campaign, "c_1", [About(user) for user in users], now_ms=0, library_version="1"
    )


def test_who_would_get_nothing_is_counted_by_reason() -> None:
    campaign = sending(key_values={"a": "{{ Profile.name }}"}, required=("a",))
    found = tried(campaign, ANN, BO)
    assert found.reasons == {"missing_value: the required pair “a” lacks Profile.name": 1}
    (said,) = told(found)
    assert said.startswith("1 of 2 users it was tried on would get nothing (missing_value: the")


def test_values_that_are_not_there_are_counted_by_user() -> None:
    found = tried(
        sending(key_values={"a": "{{ Profile.name }}", "b": "{{ Profile.name }}"}), ANN, BO
    )
    assert found.blanks == {"Profile.name": 1}
    (said,) = told(found)
    assert said.startswith("Profile.name is empty for 1 of 2 users")


def test_every_variant_that_a_user_may_get_is_tried() -> None:
    assert tried(sending(variants=HALVES), ANN).blanks == {"Profile.rare": 1}
    assert variants_for(sending(variants=HALVES), "c_1", About(ANN)) == ("A", "B")
    assert variants_for(sending(variants=TIERS), "c_1", About(ANN)) == ("Gold",)
    test = AbTest((Variant("A"), Variant("B")), test_users=9)
    assert variants_for(sending(variants=test), "c_1", About(ANN)) == ("A", "B")


def test_a_message_that_comes_near_the_limit_is_told_with_its_size() -> None:
    long = msgspec.structs.replace(ANN, traits={"x": ["y" * 500] * 55})
    (said,) = told(tried(sending(profile=("*",)), long))
    assert said.startswith("The largest message has 2")
    too_long = msgspec.structs.replace(ANN, traits={"x": ["y" * 500] * 70})
    (said,) = told(tried(sending(profile=("*",)), too_long))
    assert "would get nothing (too_large: its track call has " in said


def test_a_content_without_fault_needs_no_word() -> None:
    assert list(told(tried(sending(key_values={"a": "{{ Profile.name }}"}), ANN))) == []


def test_with_nobody_to_try_it_on_that_is_said() -> None:
    assert list(told(tried(sending()))) == ["There is nobody to try the content on."]


def test_no_value_of_a_user_is_quoted() -> None:
    odd = msgspec.structs.replace(ANN, traits={"name": "secret@example.com"})
    campaign = sending(key_values={"a": "{{ Profile.name | round: Profile.name, 1 }}"})
    assert "secret" not in " ".join(told(tried(campaign, odd)))


def test_of_many_reasons_and_blanks_the_first_are_told() -> None:
    many = Tried(9, {f"r{n}": 1 for n in range(5)}, {f"Profile.b{n}": 1 for n in range(5)})
    said = list(told(many))
    assert "There are 2 further reasons." in said
    assert sum("Profile.b" in line for line in said) == 3


def test_what_a_content_mentions_is_found_wherever_it_stands() -> None:
    campaign = sending(
        LIVE,
        variants=ByProperty(
            "tier", (Case("Gold", (1,), {"v": "{{ Profile.c.d }}"}),), Variant("R")
        ),
        profile=("a", "*"),
        identify=("b",),
        event_properties=("p",),
        key_values={"k": "{{ Profile['x y'] }}{{ Event.items[0].sku }}{{ Profile[Event.q] }}"},
    )
    assert mentioned(campaign) == ({"a", "b", "c", "tier", "x y"}, {"p", "items", "q"})


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (["frist_name"], []),
        (["frist_name.x"], []),
        (["first_name"], ["No user has a property “frist_name”. Did you mean"]),
        ([], ["No user has a property “frist_name”."]),
    ],
)
def test_a_property_that_nobody_has_is_told_with_the_nearest(
    known: list[str], said: list[str]
) -> None:
    found = list(unknown("No user", {"frist_name"}, known))
    assert len(found) == len(said)
    assert all(line.startswith(start) for line, start in zip(found, said, strict=True))


def test_an_event_is_tried_with_its_user() -> None:
    campaign = sending(LIVE, key_values={"a": "{{ Event.price }}"})
    event = Event(1, "e1", "ann", "Product Added", 0, 0, {"price": 5})
    found = try_content(campaign, "c_1", [About(ANN, event)], now_ms=0, library_version="1")
    assert found.blanks == {}


def test_of_an_event_that_never_came_in_that_is_said_and_not_what_it_lacks() -> None:
    assert list(unknown_of(["Buoght"], {"total"}, None)) == ["No event “Buoght” has come in yet."]
    assert list(unknown_of(["Bought"], {"total"}, ["total"])) == []
    (told_,) = unknown_of(["Bought"], {"totl"}, ["total"])
    assert told_.startswith("No event “Bought” has a property “totl”. Did you mean")
    (told_,) = unknown_of(["Bought", "Paid"], {"totl"}, ["total"])
    assert told_.startswith("No event “Bought” or “Paid” has a property “totl”.")
