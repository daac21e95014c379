from typing import Any

import pytest

from sandbox.slack import api_directory
from sandbox.slack.refusal import Refused
from sandbox.slack.workspace import ANA, APPROVERS, BEN, BOT, BOT_USER, REVIEWS, TEAM
from sandbox.slack.world import World


def call(world: World, method: str, **args: Any) -> dict[str, Any]:
    return api_directory.METHODS[method](world, args)


def test_the_bot_learns_who_it_is(world: World) -> None:
    answer = call(world, "auth.test")
    assert (answer["team_id"], answer["user_id"], answer["bot_id"]) == (TEAM, BOT_USER, BOT)


def test_a_test_error_is_the_one_asked_for(world: World) -> None:
    assert call(world, "api.test", foo="bar") == {"args": {"foo": "bar"}}
    with pytest.raises(Refused, match="my_error"):
        call(world, "api.test", error="my_error")


def test_people_channels_and_groups_are_listed(world: World) -> None:
    assert len(call(world, "users.list")["members"]) == 4
    assert len(call(world, "conversations.list")["channels"]) == 4
    assert len(call(world, "conversations.list", types="im")["channels"]) == 3
    assert len(call(world, "conversations.members", channel=REVIEWS)["members"]) == 4
    assert call(world, "usergroups.users.list", usergroup=APPROVERS)["users"] == [ANA, BEN]
    assert call(world, "usergroups.list")["usergroups"][0]["id"] == APPROVERS
    assert call(world, "team.info")["team"]["id"] == TEAM
    assert call(world, "bots.info", bot=BOT)["bot"]["user_id"] == BOT_USER
    assert call(world, "users.info", user=ANA)["user"]["tz"] == "Europe/Madrid"
    assert call(world, "conversations.info", channel=REVIEWS)["channel"]["is_member"]


@pytest.mark.parametrize(
    ("method", "args", "error"),
    [
        ("users.info", {"user": "U0"}, "user_not_found"),
        ("bots.info", {"bot": "B0"}, "bot_not_found"),
        ("usergroups.users.list", {"usergroup": "S0"}, "no_such_subteam"),
        ("conversations.list", {"types": "secret"}, "invalid_types"),
        ("conversations.info", {"channel": "C0"}, "channel_not_found"),
        ("conversations.open", {"users": "U0"}, "user_not_found"),
        ("conversations.open", {}, "users_list_not_supplied"),
        ("conversations.replies", {"channel": REVIEWS, "ts": "1.0"}, "thread_not_found"),
        ("conversations.history", {"channel": REVIEWS, "oldest": "x"}, "invalid_ts_oldest"),
    ],
)
def test_what_is_not_there_is_refused(
    world: World,
    method: str,
    args: dict[str, Any],
    error: str,
) -> None:
    with pytest.raises(Refused, match=error):
        call(world, method, **args)


def test_a_direct_message_is_opened_with_one_marketer(world: World) -> None:
    assert call(world, "conversations.open", users=ANA)["channel"] == {"id": "D0ANA00001"}


def test_history_is_newest_first_and_replies_oldest_first(world: World) -> None:
    parent = world.messages.post(REVIEWS, BOT_USER, "1")
    world.messages.post(REVIEWS, ANA, "2", thread_ts=parent.ts)
    world.messages.post(REVIEWS, BOT_USER, "3")
    history = call(world, "conversations.history", channel=REVIEWS)["messages"]
    replies = call(world, "conversations.replies", channel=REVIEWS, ts=parent.ts)["messages"]
    assert [each["text"] for each in history] == ["3", "1"]
    assert [each["text"] for each in replies] == ["1", "2"]
    assert history[1]["reply_count"] == 1


def test_history_may_be_asked_for_between_two_moments(world: World) -> None:
    first = world.messages.post(REVIEWS, BOT_USER, "1")
    world.messages.post(REVIEWS, BOT_USER, "2")
    args = {"channel": REVIEWS, "latest": first.ts}
    assert call(world, "conversations.history", **args)["messages"] == []
    kept = call(world, "conversations.history", **args, inclusive=True)["messages"]
    assert [each["text"] for each in kept] == ["1"]
