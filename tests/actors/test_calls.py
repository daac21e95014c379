from typing import Any

import msgspec
import pytest

from actors import calls
from actors.calls import Item
from domain.audience import Did
from domain.rules_behaviour import behaviour_problems


def of(call: dict[str, Any], kind: str, *, trusted: bool = True) -> calls.Content:
    decoded = msgspec.json.decode(msgspec.json.encode(call), type=Item)
    assert list(calls.problems(decoded, kind)) == []
    return calls.content(decoded, kind, trusted=trusted)


def wrong(call: dict[str, Any], kind: str) -> list[str]:
    decoded = msgspec.json.decode(msgspec.json.encode(call), type=Item)
    return [key for key, _, _ in calls.problems(decoded, kind)]


@pytest.mark.parametrize(
    ("kind", "name"), [("page", "Loaded a Page"), ("screen", "Loaded a Screen")]
)
def test_pages_and_screens_are_one_event_each_told_apart_by_properties(
    kind: str, name: str
) -> None:
    call = {"userId": "u", "name": "Home", "category": "Shop", "properties": {"name": "Own"}}
    found = of(call, kind)
    assert (found.kind, found.name) == ("event", name)
    assert found.body == {"name": "Own", "category": "Shop"}


def test_an_identify_with_both_ids_says_whose_the_device_is() -> None:
    both = {"userId": "ana", "anonymousId": "d1"}
    assert of(both, "identify").also == ("anon:d1",)
    assert of({"anonymousId": "d1"}, "identify").also == ()
    assert of(both | {"event": "E"}, "track").also == ()


@pytest.mark.parametrize(
    ("call", "user"),
    [
        ({"userId": "  ", "anonymousId": "d1"}, "anon:d1"),
        ({"userId": "ana", "anonymousId": " \t"}, "ana"),
    ],
)
def test_an_id_of_blanks_is_nobodys(call: dict[str, Any], user: str) -> None:
    item = msgspec.json.decode(msgspec.json.encode(call), type=Item)
    assert calls.user_of(item) == user
    assert of(call, "identify").also == ()


def test_an_id_with_a_nul_is_refused_wherever_it_stands() -> None:
    """No file can name such a user, so no list could hold them."""
    assert wrong({"userId": "a\0b", "anonymousId": "\0"}, "identify") == ["userId", "anonymousId"]
    assert wrong({"userId": "ana", "previousId": "a\0"}, "alias") == ["previousId"]
    assert wrong({"userId": " \t\u202e"}, "identify") == []


def test_an_alias_names_an_id_that_was_a_devices_or_a_persons() -> None:
    call = {"userId": "ana", "previousId": "old"}
    assert of(call, "alias").also == ("anon:old", "old")


def test_a_browser_may_not_say_of_two_people_that_they_are_one() -> None:
    call = {"userId": "ana", "previousId": "ben"}
    assert of(call, "alias", trusted=False).also == ("anon:ben",)


def test_an_alias_of_an_id_with_itself_takes_in_the_device_of_that_name_only() -> None:
    assert of({"userId": "x", "previousId": "x"}, "alias").also == ("anon:x",)


def test_a_group_and_what_is_known_of_it_stand_in_the_profile() -> None:
    found = of({"userId": "u", "groupId": "acme", "traits": {"plan": "pro"}}, "group")
    assert found.kind == "profile"
    assert found.body == {
        "group": {"id": "acme", "plan": "pro"},
        "groups": {"$add": ["acme"]},
    }


def test_traits_are_found_where_rudderstack_has_them() -> None:
    call = {"userId": "u", "context": {"traits": {"plan": "pro"}, "timezone": "Asia/Tokyo"}}
    assert of(call, "identify").body == {"plan": "pro"}
    full = {"userId": "u", "context": {"traits": {str(n): n for n in range(257)}}}
    assert wrong(full, "identify") == ["traits"]


def test_what_is_over_a_limit_is_left_out_and_told_and_the_rest_kept() -> None:
    traits = {"bio": "x" * 513, "k" * 121: 1, "many": list(range(101)), "plan": "pro"}
    found = of({"userId": "u", "traits": traits}, "identify")
    assert found.body == {"many": list(range(1, 101)), "plan": "pro"}
    assert {over.key for over in found.left_out} == {"bio", "k" * 121, "many"}


@pytest.mark.parametrize(
    ("call", "kind", "keys"),
    [
        ({"userId": "u"}, "alias", ["previousId"]),
        ({"previousId": "old", "anonymousId": "d"}, "alias", ["userId"]),
        ({"userId": "u", "previousId": "anon:d"}, "alias", ["previousId"]),
        ({"userId": "erased:1", "previousId": "x"}, "alias", ["userId"]),
        ({"userId": "u", "previousId": 7}, "alias", ["previousId"]),
        ({"userId": "u"}, "group", ["groupId"]),
        ({"userId": "u", "groupId": "x" * 257}, "group", ["groupId"]),
        ({}, "group", ["userId", "groupId"]),
    ],
)
def test_all_that_is_wrong_with_a_call_is_named(
    call: dict[str, Any], kind: str, keys: list[str]
) -> None:
    assert wrong(call, kind) == keys


def test_every_event_that_is_kept_can_be_asked_for() -> None:
    longest = "x" * 256
    assert wrong({"userId": "u", "event": longest}, "track") == []
    assert list(behaviour_problems(Did(longest), "who")) == []
    assert wrong({"userId": "u", "event": longest + "x"}, "track") == ["event"]
