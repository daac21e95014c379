import json
from typing import Any

import msgspec
import pytest

from domain.books import SkipReason
from domain.campaign import Campaign, Delivery, What
from domain.composing import About, Composed, Envelope, Pairs, compose, push_tokens, render_pairs
from domain.facts import Event, User
from domain.payload import PushToken, Unsendable
from domain.variants import Part, Split
from tests.domain.definitions import LIVE

PHONE = {"os": "iOS", "push_token": "t1"}
ANN = User(
    "ann",
    1,
    {"email": "ann@example.com", "name": "Ann", "tier": "gold", "devices": [PHONE], "age": 41},
)
ORDER = Event(7, "e7", "ann", "Product Added", 1_000, 1_000, {"price": 9.5, "sku": "A1"})
ENVELOPE = Envelope("m1_a", "c_1", "live", timestamp_ms=1_000, expires_ms=2_000)


def sending(**what: Any) -> Campaign:
    return msgspec.structs.replace(LIVE, what=What(**what))


def composed(
    campaign: Campaign, envelope: Envelope = ENVELOPE, about: About | None = None
) -> list[dict[str, Any]]:
    found = compose(campaign, envelope, about or About(ANN, ORDER), library_version="1")
    assert isinstance(found, Composed), found
    return [json.loads(event) for event in found.events]


def properties(campaign: Campaign, about: About | None = None) -> dict[str, Any]:
    (track,) = composed(campaign, about=about)
    found: dict[str, Any] = track["properties"]
    return found


@pytest.mark.parametrize(
    ("what", "name", "block"),
    [
        ({}, "email", "ann@example.com"),
        ({}, "identity", "ann"),
        ({"object_id": True}, "object_id", "d1"),
        ({"profile": ("name", "unknown")}, "profile", {"name": "Ann"}),
        ({"profile": ("*",)}, "profile", ANN.traits),
        ({"push_tokens": True}, "push_tokens", [{"token": "t1", "type": "ios"}]),
        ({"event_properties": ("price",)}, "event", {"price": 9.5}),
        ({"event_properties": ("*",)}, "event", ORDER.properties),
        ({"key_values": {"n": "{{ Profile.age }}"}}, "key_values", {"n": 41}),
    ],
)
def test_each_block_that_is_chosen_is_sent(what: dict[str, Any], name: str, block: Any) -> None:
    about = About(ANN, ORDER, object_id="d1")
    assert properties(sending(**what), about)[name] == block


@pytest.mark.parametrize("name", ["object_id", "profile", "push_tokens", "event"])
def test_a_block_that_is_not_chosen_is_not_sent(name: str) -> None:
    assert name not in properties(sending(), About(ANN, ORDER, object_id="d1"))


def test_the_blocks_that_are_sent_by_default_can_be_left_out() -> None:
    found = properties(sending(email=False, identity=False))
    assert {"email", "identity"}.isdisjoint(found)


DEVICE = User("anon:d1", 1, {"email": "who@example.com"})


def to_devices(**what: Any) -> Campaign:
    return msgspec.structs.replace(sending(**what), delivery=Delivery(anonymous=True))


def test_a_message_to_a_device_has_its_anonymous_id_in_the_place_of_a_user_id() -> None:
    campaign = to_devices(object_id=True, identify=("email",))
    identify, track = composed(campaign, about=About(DEVICE, ORDER))
    for call in (identify, track):
        assert (call["anonymousId"], "userId" in call) == ("d1", False)
    assert track["properties"]["object_id"] == "d1"
    assert "identity" not in track["properties"]


def test_a_message_to_a_person_has_no_anonymous_id_though_devices_are_allowed() -> None:
    (track,) = composed(to_devices(), about=About(ANN, ORDER, object_id="d1"))
    assert (track["userId"], "anonymousId" in track) == ("ann", False)


def test_a_device_has_no_id_that_a_campaign_would_send_unless_it_says_so() -> None:
    answer = compose(sending(), ENVELOPE, About(DEVICE, ORDER), library_version="1")
    assert isinstance(answer, Unsendable)
    assert answer.reason is SkipReason.NO_IDENTITY


def test_an_identify_call_goes_before_the_message_it_is_for() -> None:
    identify, track = composed(sending(identify=("tier",)))
    assert (identify["type"], identify["traits"]) == ("identify", {"tier": "gold"})
    assert identify["messageId"] == f"{track['messageId']}.i"


def test_a_test_message_and_its_variant_say_so() -> None:
    envelope = msgspec.structs.replace(ENVELOPE, variant="B", is_test=True)
    split = Split((Part("A", 50), Part("B", 50, {"title": "b"})))
    campaign = msgspec.structs.replace(sending(key_values={"title": "a"}), variants=split)
    (track,) = composed(campaign, envelope)
    assert track["properties"]["is_test"] is True
    assert (track["properties"]["variant"], track["properties"]["key_values"]) == (
        "B",
        {"title": "b"},
    )


@pytest.mark.parametrize(
    ("devices", "tokens"),
    [
        ([], ()),
        ([{"os": "Android", "push_token": "a"}], (PushToken("a", "android"),)),
        ([{"os": "iPadOS", "push_token": "a"}], (PushToken("a", "ios"),)),
        ([{"os": "web", "push_token": "a"}], (PushToken("a", "web"),)),
        ([{"push_token": "a"}, {"push_token": ""}, {"os": "ios"}], (PushToken("a", ""),)),
        ([{"push_token": "a"}, {"os": "ios", "push_token": "a"}], (PushToken("a", "ios"),)),
        ("none", ()),
    ],
)
def test_push_tokens_are_those_of_the_devices(devices: Any, tokens: tuple[PushToken, ...]) -> None:
    assert push_tokens(User("ann", 1, {"devices": devices})) == tokens


def test_missing_values_are_named_once_over_all_pairs() -> None:
    campaign = sending(key_values={"a": "{{ Profile.x }}", "b": "{{ Profile.x }}{{ Event.y }}"})
    found = render_pairs(campaign, "", About(ANN, ORDER))
    assert found == Pairs({"a": "", "b": ""}, ("Profile.x", "Event.y"))
    whole = compose(campaign, ENVELOPE, About(ANN, ORDER), library_version="1")
    assert isinstance(whole, Composed)
    assert whole.missing == ("Profile.x", "Event.y")


@pytest.mark.parametrize(
    ("what", "reason", "said"),
    [
        (
            {"key_values": {"a": "{{ Profile.x }}"}, "required": ("a",)},
            SkipReason.MISSING_VALUE,
            "the required pair “a” lacks Profile.x",
        ),
        (
            {"key_values": {"a": "Hello {{ Profile.x }}, {{ Event.y }}"}, "required": ("a",)},
            SkipReason.MISSING_VALUE,
            "the required pair “a” lacks Profile.x, Event.y",
        ),
        (
            {"key_values": {"a": "{% if Profile.x %}Hello{% endif %} "}, "required": ("a",)},
            SkipReason.MISSING_VALUE,
            "the required pair “a” is empty",
        ),
        (
            {"key_values": {"a": "{% abort %}"}},
            SkipReason.CONTENT_ABORTED,
            "the pair “a” says abort",
        ),
        (
            {"key_values": {"a": "{{ Profile.name | round: Profile.name, 2 }}"}},
            SkipReason.CONTENT_FAILED,
            "the pair “a”: ",
        ),
        (
            {"key_values": {"a": "{{ broken"}},
            SkipReason.CONTENT_FAILED,
            "the pair “a”: line 1",
        ),
        (
            {"key_values": {str(n): "{{ Profile.long }}" for n in range(50)}, "profile": ("*",)},
            SkipReason.TOO_LARGE,
            "its track call has ",
        ),
    ],
)
def test_who_gets_nothing_is_told_why_and_no_value_is_quoted(
    what: dict[str, Any], reason: SkipReason, said: str
) -> None:
    ann = msgspec.structs.replace(
        ANN, traits={**ANN.traits, "long": "q" * 500, "more": ["q" * 500] * 20}
    )
    answer = compose(sending(**what), ENVELOPE, About(ann, ORDER), library_version="1")
    assert isinstance(answer, Unsendable)
    assert answer.reason is reason
    assert answer.detail.startswith(said)
    assert "Ann" not in answer.detail
    assert "qqq" not in answer.detail


def test_a_required_value_of_false_or_zero_is_a_value() -> None:
    campaign = sending(key_values={"a": "{{ 0 }}", "b": "{{ false }}"}, required=("a", "b"))
    assert properties(campaign)["key_values"] == {"a": 0, "b": False}


@pytest.mark.parametrize("name", ["", "  ", None])
def test_a_required_greeting_goes_to_nobody_without_a_name(name: str | None) -> None:
    campaign = sending(key_values={"a": "Hello {{ Profile.name }},"}, required=("a",))
    nobody = msgspec.structs.replace(ANN, traits={**ANN.traits, "name": name})
    answer = compose(campaign, ENVELOPE, About(nobody, ORDER), library_version="1")
    assert isinstance(answer, Unsendable)
    assert answer.reason is SkipReason.MISSING_VALUE


@pytest.mark.parametrize(
    "greeting",
    [
        "Hello {{ Profile.x | default: 'you' }},",
        "Hello{{ Profile.x | default: '' }},",
        "Hello{% if Profile.x %} {{ Profile.x }}{% endif %},",
    ],
)
def test_a_required_pair_that_says_what_goes_without_a_value_is_sent(greeting: str) -> None:
    campaign = sending(key_values={"a": greeting}, required=("a",))
    assert properties(campaign)["key_values"]["a"].startswith("Hello")


def test_another_pair_may_lack_a_value_beside_a_required_one() -> None:
    pairs = {"a": "Hello {{ Profile.name }}", "b": "{{ Profile.x }}"}
    assert properties(sending(key_values=pairs, required=("a",)))["key_values"]["b"] == ""


BUSY = "{% for i in Profile.many %}{% if i %}{% if i %}{% endif %}{% endif %}{% endfor %}"


@pytest.mark.parametrize(("pairs", "failed"), [(6, False), (7, True)])
def test_pairs_that_do_too_much_together_give_a_user_nothing(pairs: int, failed: bool) -> None:
    """Fifty of them would hold up everybody's messages, each within its own bounds."""
    campaign = sending(key_values={f"k{n}": BUSY for n in range(pairs)})
    about = About(msgspec.structs.replace(ANN, traits={"many": [1] * 1_000}))
    found = compose(campaign, ENVELOPE, about, library_version="1")
    if failed:
        said = "the pair “k6”: the pairs of the message do too much together"
        assert found == Unsendable(SkipReason.CONTENT_FAILED, said)
    else:
        assert isinstance(found, Composed)
