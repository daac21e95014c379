from typing import Any

import pytest

from sandbox.segment.rules import fault_of
from tests.sandbox.segment.conftest import an_event


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ("text", "message_not_object"),
        (an_event(type="purchase"), "type_unknown"),
        (an_event(type=["track"]), "type_unknown"),
        (an_event(userId=None), "no_user_anon_id"),
        (an_event(userId=""), "no_user_anon_id"),
        (an_event(userId=7), "id_not_string"),
        (an_event(anonymousId={"a": 1}), "id_not_string"),
        (an_event(type="group"), "no_group_id"),
        (an_event(type="alias"), "no_previous_id"),
        (an_event(event=None), "event_not_string"),
        (an_event(event=3), "event_not_string"),
        (an_event(event=""), "event_not_string"),
        (an_event(properties=[1]), "properties_not_object"),
        (an_event(type="identify", traits="x"), "traits_not_object"),
        (an_event(context="x"), "context_not_object"),
        (an_event(timestamp="2026-03-29T09:00:00"), "timestamp_without_zone"),
        (an_event(timestamp="yesterday"), "timestamp_not_iso"),
        (an_event(timestamp=1_774_000_000), "timestamp_not_iso"),
        (an_event(context={"device": {"token": "t"}}), "device_type_missing"),
        (an_event(context={"device": {"token": "t", "type": "web"}}), "device_type_missing"),
        (an_event(context={"device": []}), "device_not_object"),
        (an_event(messageId=None), "message_id_missing"),
        (an_event(messageId=""), "message_id_missing"),
        (an_event(messageId=5), "message_id_not_string"),
        (an_event(messageId="m" * 100), "message_id_too_long"),
    ],
)
def test_each_silent_drop_has_its_reason(event: Any, reason: str) -> None:
    assert fault_of(event, "batch") == reason


@pytest.mark.parametrize(
    "event",
    [
        an_event(),
        an_event(messageId="é" * 99),
        an_event(timestamp="2026-03-29T09:00:00.000Z"),
        an_event(timestamp="2026-03-29T09:00:00+02:00"),
        an_event(context={"device": {"token": "t", "type": "ios"}}),
        an_event(userId=None, anonymousId="a-1"),
        an_event(type="identify", event=None, traits={"plan": "gold"}),
        an_event(type="group", groupId="g-1"),
        an_event(type="alias", previousId="a-1"),
        an_event(type="page", event=None, name="Home"),
        an_event(type="screen", event=None),
    ],
)
def test_a_good_event_of_each_type_is_taken(event: Any) -> None:
    assert fault_of(event, "batch") is None


def test_on_its_own_endpoint_an_event_need_not_say_its_type() -> None:
    assert fault_of(an_event(type=None), "track") is None
