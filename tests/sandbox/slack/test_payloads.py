from sandbox.slack import payloads, workspace
from sandbox.slack.workspace import ANA, CAMPAIGNS, REVIEWS, TEAM
from sandbox.slack.world import World
from tests.sandbox.slack.bots import button, field, modal


def test_a_slash_command_has_every_field_and_all_are_text(world: World) -> None:
    channel = workspace.CHANNELS[CAMPAIGNS]
    payload = payloads.slash_command(world, ANA, channel, "/campaign", "show Spring sale")
    assert {
        "token",
        "team_id",
        "team_domain",
        "channel_id",
        "channel_name",
        "user_id",
        "user_name",
        "command",
        "text",
        "api_app_id",
        "response_url",
        "trigger_id",
    } <= set(payload)
    assert all(isinstance(value, str) for value in payload.values())


def test_a_command_in_a_direct_message_hides_its_name(world: World) -> None:
    channel = workspace.direct_channel(ANA)
    payload = payloads.slash_command(world, ANA, channel, "/campaign", "")
    assert payload["channel_name"] == "directmessage"


def test_a_click_carries_the_message_and_the_person(world: World) -> None:
    message = world.messages.post(REVIEWS, workspace.BOT_USER, "card")
    block = {"block_id": "row"}
    done = payloads.action(block, button("approve", value="hash"), None, "1.0")
    payload = payloads.message_action(world, ANA, message, done, {})
    assert payload["user"] == {
        "id": ANA,
        "username": "ana",
        "name": "ana",
        "team_id": TEAM,
    }
    assert payload["message"]["ts"] == message.ts
    assert payload["actions"][0]["value"] == "hash"
    assert payload["container"]["is_ephemeral"] is False


def test_the_content_of_an_ephemeral_is_not_sent_back(world: World) -> None:
    message = world.messages.post(REVIEWS, workspace.BOT_USER, "psst", only_for=ANA)
    payload = payloads.message_action(world, ANA, message, {}, {})
    assert "message" not in payload
    assert payload["container"]["is_ephemeral"] is True


def test_a_submission_carries_response_urls_where_the_form_asked_for_them(world: World) -> None:
    select = field(
        {
            "type": "conversations_select",
            "response_url_enabled": True,
            "initial_conversation": REVIEWS,
        },
    )
    view = world.views.open(ANA, world.views.checked(modal(select), "modal"))
    payload = payloads.view_submission(world, ANA, view)
    (url,) = payload["response_urls"]
    assert (url["block_id"], url["channel_id"]) == ("field", REVIEWS)


def test_an_event_is_wrapped_with_a_name_of_its_own(world: World) -> None:
    first, second = (payloads.event(world, {"type": "app_mention"}) for _ in range(2))
    assert first["type"] == "event_callback"
    assert first["event_id"] != second["event_id"]
