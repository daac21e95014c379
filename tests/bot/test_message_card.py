from typing import Any

import msgspec
import pytest

from actors.mail_content import Preview, Previewed, TestSend
from bot.blocks import Message
from bot.ids import ActionId
from bot.message_card import previewed
from tests.bot.fake_desk import FakeDesk
from tests.bot.oracle import message_problems
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import ANA, Wire

TRACK = msgspec.json.encode(
    {
        "type": "track",
        "userId": "ann",
        "event": "Campaign Message Sent",
        "properties": {
            "campaign_id": "c_1",
            "key_values": {"coupon": "SPRING", "empty": "", "n": 3},
            "profile": {"first_name": "Ann <!here>"},
            "event": {"price": 50},
            "email": "ann@x.test",
            "push_tokens": [{"token": "t"}],
        },
    }
).decode()
IDENTIFY = '{"type":"identify","userId":"ann","traits":{"plan":"pro"}}'


def rows(shown: Previewed) -> dict[str, str]:
    (found,) = [block for block in previewed(shown).blocks if block["type"] == "table"]
    return {name["text"]: value["text"] for name, value in found["rows"][1:]}


def test_a_preview_tells_each_value_beside_its_name() -> None:
    """What the marketer wrote stands first, and the ids of the engine stay in the JSON."""
    shown = Previewed("What ann would get.", "ann", (IDENTIFY, TRACK), 9)
    assert list(rows(shown).items()) == [
        ("Event", "Campaign Message Sent"),
        ("For the user", "ann"),
        ("coupon", "SPRING"),
        ("empty", "(empty)"),
        ("n", "3"),
        ("profile: first_name", "Ann <!here>"),
        ("event: price", "50"),
        ("email", "ann@x.test"),
        ("push tokens", "1"),
        ("identify: plan", "pro"),
    ]
    assert message_problems("text", list(previewed(shown).blocks)) == []


def test_a_user_who_would_get_nothing_has_no_table() -> None:
    blocks = previewed(Previewed("ann would get nothing of it.", "ann")).blocks
    assert {block["type"] for block in blocks} == {"section", "context"}


def test_a_message_of_many_pairs_says_how_many_more_there_are() -> None:
    pairs = {f"key {n}": "x" * 500 for n in range(50)}
    call = {"type": "track", "event": "E", "properties": {"key_values": pairs}}
    event = msgspec.json.encode(call).decode()
    message = previewed(Previewed("What", "ann", (event, IDENTIFY), 9, "", ("n" * 900,) * 20))
    assert message_problems(message.text, list(message.blocks)) == []
    assert any("more: see the JSON" in str(block) for block in message.blocks)


def test_a_preview_is_json_that_nothing_in_it_can_close() -> None:
    shown = Previewed("What ann would get: 9 bytes.", "ann", ('{"a":"```<!here>"}',), 9, "", ("n",))
    message = previewed(shown)
    text = str(message.blocks)
    assert text.count("```") == 2
    assert "<!here>" not in text
    assert "Only you see this" in text
    assert message_problems(message.text, list(message.blocks)) == []


def test_a_long_preview_stays_within_what_slack_takes() -> None:
    event = '{"a":"' + "x" * 31_000 + '"}'
    message = previewed(Previewed("What", "ann", (event, event), 62_000, "", ("n" * 900,) * 20))
    assert message_problems(message.text, list(message.blocks)) == []


VARIED = Previewed("What", "ann", ("{}",), 2, "B", (), "c_1", ("A", "B"))


def elements(message: Message) -> list[dict[str, Any]]:
    rows = [block["elements"] for block in message.blocks if block["type"] == "actions"]
    return [each for row in rows for each in row]


def test_a_preview_offers_the_other_variants() -> None:
    message = previewed(VARIED)
    menu = elements(message)[0]
    assert [option["value"] for option in menu["options"]] == ["A", "B"]
    assert menu["initial_option"]["value"] == "B"
    assert message_problems(message.text, list(message.blocks)) == []


@pytest.mark.parametrize(
    "changes", [{"variants": ()}, {"variants": ("A",)}, {"user": "u" * 256}], ids=str
)
def test_where_there_is_nothing_to_choose_or_no_room_to_say_it_no_menu_is_shown(
    changes: dict[str, Any],
) -> None:
    message = previewed(msgspec.structs.replace(VARIED, **changes))
    assert all(each["type"] != "static_select" for each in elements(message))


async def test_choosing_a_variant_shows_it_in_place_of_the_other(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    await wire.choose(ANA, ActionId.PREVIEW_VARIANT, "B", block="c_1:ann:of:old")
    assert desk.asked == [Preview("c_1", ANA, "ann:of:old", "B")]
    (answer,) = slack.of("respond")
    assert answer.args["replace_original"] is True
    assert "What ann would get" in answer.said


async def test_a_variant_that_is_gone_is_told_beside_the_preview(
    wire: Wire, slack: SlackStub
) -> None:
    await wire.choose(ANA, ActionId.PREVIEW_VARIANT, "gone", block="c_1:ann")
    (answer,) = slack.of("respond")
    assert answer.args["replace_original"] is False
    assert "There is no variant" in answer.said


async def test_the_variant_that_is_shown_goes_to_the_test_users_at_a_press(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    button = elements(previewed(VARIED))[-1]
    assert button["action_id"] == ActionId.SEND_TEST
    assert "variant “B”" in button["confirm"]["text"]["text"]
    await wire.press(ANA, ActionId.SEND_TEST, button["value"], ephemeral=True)
    assert desk.asked == [TestSend("c_1", ANA, variant="B")]
    (answer,) = slack.of("respond")
    assert "ann: sent as a test" in answer.said
    assert answer.args["replace_original"] is False


@pytest.mark.parametrize("changes", [{"events": ()}, {"campaign": ""}], ids=str)
def test_what_nobody_would_get_or_nobody_has_kept_cannot_be_sent(changes: dict[str, Any]) -> None:
    message = previewed(msgspec.structs.replace(VARIED, **changes))
    assert all(each["action_id"] != ActionId.SEND_TEST for each in elements(message))
