from typing import Any

import pytest
import trio

from actors.membership import Membership
from bot import directory
from bot.app import make_client
from bot.directory import KNOWN_SECONDS, UNKNOWN_SECONDS, Directory
from bot.settings import BotSettings
from domain.roles import Role, RoleLists
from tests.bot.slack_stub import SlackStub

ANA, TEAM = "U0ANA", "S0TEAM"


class Hand:
    """A monotonic clock that moves by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def monotonic(self) -> float:
        return self.seconds


@pytest.fixture
def hand(monkeypatch: pytest.MonkeyPatch) -> Hand:
    made = Hand()
    monkeypatch.setattr(directory, "time", made)
    return made


async def asked(people: Directory) -> bool:
    return (await trio.to_thread.run_sync(people.person, ANA)).trusted


async def test_slack_is_asked_once_an_hour_about_a_person(
    settings: BotSettings, slack: SlackStub, hand: Hand
) -> None:
    people = Directory(make_client(settings), Membership())
    assert [await asked(people), await asked(people)] == [True, True]
    assert len(slack.of("users.info")) == 1
    slack.people[ANA] = {"is_restricted": True}
    hand.seconds = KNOWN_SECONDS
    assert await asked(people) is False


async def test_what_was_known_stands_while_slack_says_nothing(
    settings: BotSettings, slack: SlackStub, hand: Hand
) -> None:
    people = Directory(make_client(settings), Membership())
    await asked(people)
    slack.failures["users.info"] = ["fatal_error"]
    hand.seconds = KNOWN_SECONDS
    assert await asked(people) is True
    assert len(slack.of("users.info")) == 2
    slack.people[ANA] = {"deleted": True}
    hand.seconds += UNKNOWN_SECONDS
    assert await asked(people) is False


@pytest.mark.parametrize(
    ("who", "trusted"),
    [
        ({"team_id": "T1"}, True),
        ({"team_id": "T2"}, False),
        ({"team_id": "T2", "is_stranger": False}, False),
        ({"team_id": "T2", "enterprise_user": {"teams": ["T2", "T1"]}}, True),
        ({"team_id": "T2", "enterprise_user": {"teams": ["T2"], "enterprise_id": "E1"}}, False),
    ],
)
async def test_who_shares_a_channel_with_us_from_another_workspace_is_kept_out(
    settings: BotSettings, slack: SlackStub, who: dict[str, Any], *, trusted: bool
) -> None:
    slack.people[ANA] = who
    people = Directory(make_client(settings), Membership())
    found = await trio.to_thread.run_sync(people.person, ANA)
    assert found.trusted is trusted
    assert ("another workspace" in found.why) is not trusted


async def test_whose_workspace_is_ours_is_asked_once_and_not_assumed(
    settings: BotSettings, slack: SlackStub, hand: Hand
) -> None:
    slack.people[ANA] = {"team_id": "T2"}
    slack.failures["auth.test"] = ["fatal_error"]
    people = Directory(make_client(settings), Membership())
    assert await asked(people) is False
    slack.people[ANA] = {"team_id": "T1"}
    hand.seconds += UNKNOWN_SECONDS
    assert await asked(people) is True
    hand.seconds += KNOWN_SECONDS
    assert await asked(people) is True
    assert len(slack.of("auth.test")) == 2


async def test_the_members_of_named_groups_are_kept_fresh(
    settings: BotSettings, slack: SlackStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory, "GROUPS_SECONDS", 0.01)
    members = Membership(RoleLists(approvers=(TEAM,)))
    slack.groups[TEAM] = [ANA]
    people = Directory(make_client(settings), members)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(people.run)
        await slack.wait_until(lambda: Role.APPROVER in members.roles(ANA))
        slack.failures["usergroups.users.list"] = ["ratelimited"]
        before = len(slack.of("usergroups.users.list"))
        await slack.wait_until(lambda: len(slack.of("usergroups.users.list")) > before + 1)
        assert Role.APPROVER in members.roles(ANA)
        slack.groups[TEAM] = []
        await slack.wait_until(lambda: Role.APPROVER not in members.roles(ANA))
        nursery.cancel_scope.cancel()


async def test_without_groups_there_is_nothing_to_ask(
    settings: BotSettings, slack: SlackStub
) -> None:
    await Directory(make_client(settings), Membership(RoleLists(approvers=(ANA,)))).run()
    assert slack.calls == []
