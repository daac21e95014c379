"""A scripted marketer finds things by what is written on them, and is lost where a person is."""

from typing import Any

import pytest
import trio
import trio.testing

from clarion.marketer import Lost, Marketer, words_of
from sandbox.slack import ANA, CAMPAIGNS, LocalSlack


@pytest.fixture
def slack() -> LocalSlack:
    return LocalSlack(bot_token="xoxb-t", app_token="xapp-t", signing_secret="s")


def test_the_words_of_a_card_are_all_that_a_person_reads() -> None:
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": "Spring"}},
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "*Who* everyone"}]},
    ]
    assert words_of(blocks) == "Spring\n*Who* everyone"


async def test_a_marketer_sees_the_latest_message_with_all_the_words(slack: LocalSlack) -> None:
    ana = Marketer(slack, ANA)
    slack.say(ANA, CAMPAIGNS, "Spring is drafted")
    second = slack.say(ANA, CAMPAIGNS, "Spring is drafted again")
    assert (await ana.sees(CAMPAIGNS, "Spring", "drafted")).ts == second.ts


async def test_a_marketer_waits_for_a_message_that_comes_later(slack: LocalSlack) -> None:
    ana = Marketer(slack, ANA)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(ana.sees, CAMPAIGNS, "Spring")
        await trio.testing.wait_all_tasks_blocked()
        slack.say(ANA, CAMPAIGNS, "Spring is drafted")


async def test_a_marketer_who_finds_nothing_is_lost(slack: LocalSlack) -> None:
    with pytest.raises(Lost, match="Autumn"):
        await Marketer(slack, ANA, patience_seconds=0.01).sees(CAMPAIGNS, "Autumn")
    with pytest.raises(Lost, match=r"in the modal\. There is none"):
        await Marketer(slack, ANA, patience_seconds=0.01).reads("Autumn")


async def test_a_button_that_is_not_there_cannot_be_pressed(slack: LocalSlack) -> None:
    message = slack.say(ANA, CAMPAIGNS, "Spring is drafted")
    with pytest.raises(Lost, match="Approve"):
        await Marketer(slack, ANA).presses(message, "Approve")
