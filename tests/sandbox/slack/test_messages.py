import pytest

from sandbox.slack.feed import Feed
from sandbox.slack.messages import Messages
from sandbox.slack.refusal import Refused
from sandbox.slack.workspace import ANA, BEN, BOT_USER, REVIEWS
from tests.sandbox.slack.bots import Clock, section


@pytest.fixture
def messages(clock: Clock) -> Messages:
    return Messages(clock, Feed())


def test_no_two_messages_have_one_name_though_the_clock_stands(messages: Messages) -> None:
    names = [messages.post(REVIEWS, ANA, "x").ts for _ in range(3)]
    assert names == ["1800000000.000000", "1800000000.000001", "1800000000.000002"]


def test_the_bots_messages_say_so(messages: Messages) -> None:
    assert "bot_id" in messages.post(REVIEWS, BOT_USER, "x").json()
    assert "bot_id" not in messages.post(REVIEWS, ANA, "x").json()


def test_new_text_alone_keeps_the_blocks(messages: Messages) -> None:
    message = messages.post(REVIEWS, BOT_USER, "old", [section()])
    messages.edit(message, "new", None)
    assert message.text == "new"
    assert message.blocks[0]["type"] == "section"
    assert message.edited is not None


def test_a_reply_stands_in_the_thread_and_not_in_the_channel(messages: Messages) -> None:
    parent = messages.post(REVIEWS, BOT_USER, "card")
    reply = messages.post(REVIEWS, BEN, "approved", thread_ts=parent.ts)
    assert messages.in_channel(REVIEWS) == [parent]
    assert messages.replies(REVIEWS, parent.ts) == [reply]
    shown = messages.json_with_thread(parent)
    assert (shown["reply_count"], shown["reply_users"]) == (1, [BEN])


def test_a_broadcast_reply_stands_in_both(messages: Messages) -> None:
    parent = messages.post(REVIEWS, BOT_USER, "card")
    reply = messages.post(REVIEWS, BEN, "look", thread_ts=parent.ts, broadcast=True)
    assert messages.in_channel(REVIEWS) == [parent, reply]


def test_an_ephemeral_is_seen_by_one_person_only(messages: Messages) -> None:
    message = messages.post(REVIEWS, BOT_USER, "psst", only_for=ANA)
    assert messages.ephemerals(ANA, REVIEWS) == [message]
    assert messages.ephemerals(BEN, REVIEWS) == []
    assert messages.find(REVIEWS, message.ts, user=ANA) is message
    with pytest.raises(Refused, match="message_not_found"):
        messages.find(REVIEWS, message.ts, user=BEN)


def test_a_deleted_message_is_gone(messages: Messages) -> None:
    message = messages.post(REVIEWS, BOT_USER, "x")
    messages.delete(message)
    assert messages.in_channel(REVIEWS) == []
