from typing import Any

import pytest

from sandbox.slack import api_chat
from sandbox.slack.refusal import Refused
from sandbox.slack.tickets import ResponseTicket
from sandbox.slack.workspace import ANA, BEN, REVIEWS, direct_channel
from sandbox.slack.world import World
from tests.sandbox.slack.bots import Clock, section


def post(world: World, **args: Any) -> str:
    return str(api_chat.post_message(world, {"channel": REVIEWS, "text": "x", **args})["ts"])


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ({"text": None}, "no_text"),
        ({"text": ""}, "no_text"),
        ({"text": 7}, "invalid_arguments"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"blocks": "x"}, "invalid_blocks_format"),
        ({"blocks": [section("x" * 3001)]}, "invalid_blocks"),
        ({"blocks": [section("x" * 2900) for _ in range(5)]}, "msg_blocks_too_long"),
        ({"channel": "nowhere"}, "channel_not_found"),
        ({"thread_ts": "1.000000"}, "thread_not_found"),
        ({"metadata": "x"}, "invalid_metadata_format"),
        ({"metadata": {"event_type": "x"}}, "invalid_metadata_schema"),
    ],
)
def test_a_message_that_slack_refuses_is_refused(
    world: World,
    args: dict[str, Any],
    error: str,
) -> None:
    with pytest.raises(Refused) as refused:
        post(world, **args)
    assert refused.value.error == error
    assert world.messages.in_channel(REVIEWS) == []


def test_a_message_carries_its_metadata(world: World) -> None:
    metadata = {"event_type": "card", "event_payload": {"id": 1}}
    post(world, metadata=metadata)
    assert world.messages.in_channel(REVIEWS)[0].json()["metadata"] == metadata


def test_a_reply_to_a_reply_joins_the_thread(world: World) -> None:
    parent = post(world)
    reply = post(world, thread_ts=parent)
    post(world, thread_ts=reply)
    assert len(world.messages.replies(REVIEWS, parent)) == 2


def test_the_sixth_message_at_once_to_a_channel_must_wait(world: World, clock: Clock) -> None:
    for _ in range(5):
        post(world)
    with pytest.raises(Refused, match="ratelimited"):
        post(world)
    clock.seconds += 1
    post(world)


def test_an_update_changes_the_message_in_place(world: World) -> None:
    ts = post(world, blocks=[section("old")])
    args = {"channel": REVIEWS, "ts": ts, "text": "new", "blocks": [section("new")]}
    api_chat.update(world, args)
    (message,) = world.messages.in_channel(REVIEWS)
    assert (message.ts, message.blocks[0]["text"]["text"]) == (ts, "new")


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ({"text": "x" * 4_001}, "msg_too_long"),
        ({}, "no_text"),
        ({"text": "x", "ts": "1.000000"}, "message_not_found"),
    ],
)
def test_an_update_that_slack_refuses_is_refused(
    world: World,
    args: dict[str, Any],
    error: str,
) -> None:
    with pytest.raises(Refused, match=error):
        api_chat.update(world, {"channel": REVIEWS, "ts": post(world), **args})


def test_the_bot_changes_and_deletes_only_its_own(world: World) -> None:
    args = {"channel": REVIEWS, "ts": world.messages.post(REVIEWS, ANA, "mine").ts, "text": "x"}
    with pytest.raises(Refused, match="cant_update_message"):
        api_chat.update(world, args)
    with pytest.raises(Refused, match="cant_delete_message"):
        api_chat.delete(world, args)


def test_an_ephemeral_has_no_place_in_the_channel(world: World) -> None:
    api_chat.post_ephemeral(world, {"channel": REVIEWS, "user": ANA, "text": "psst"})
    assert world.messages.in_channel(REVIEWS) == []
    assert [each.text for each in world.messages.ephemerals(ANA, REVIEWS)] == ["psst"]


def test_nobody_is_told_anything_in_anothers_direct_message(world: World) -> None:
    args = {"channel": direct_channel(BEN).id, "user": ANA, "text": "psst"}
    with pytest.raises(Refused, match="user_not_in_channel"):
        api_chat.post_ephemeral(world, args)


def test_a_permalink_is_an_address_of_this_slack(world: World) -> None:
    ts = post(world)
    answer = api_chat.get_permalink(world, {"channel": REVIEWS, "message_ts": ts})
    assert answer["permalink"].startswith(f"{world.base}/archives/{REVIEWS}/p")


def key(world: World, **more: Any) -> str:
    ticket = ResponseTicket(ANA, REVIEWS, world.now(), **more)
    return world.tickets.issue_response(ticket)


def test_a_response_is_ephemeral_unless_it_says_otherwise(world: World) -> None:
    api_chat.respond(world, key(world), {"text": "for you"})
    api_chat.respond(world, key(world), {"text": "for all", "response_type": "in_channel"})
    assert [each.text for each in world.messages.ephemerals(ANA, REVIEWS)] == ["for you"]
    assert [each.text for each in world.messages.in_channel(REVIEWS)] == ["for all"]


def test_a_response_replaces_or_deletes_what_was_acted_on(world: World) -> None:
    ts = post(world, blocks=[section()])
    ticket = key(world, message_ts=ts)
    api_chat.respond(world, ticket, {"text": "done", "replace_original": True})
    (message,) = world.messages.in_channel(REVIEWS)
    assert (message.text, message.blocks) == ("done", [])
    api_chat.respond(world, ticket, {"delete_original": "true"})
    assert world.messages.in_channel(REVIEWS) == []


def test_a_response_of_no_known_type_is_refused(world: World) -> None:
    with pytest.raises(Refused, match="invalid_arguments"):
        api_chat.respond(world, key(world), {"text": "x", "response_type": "loud"})
