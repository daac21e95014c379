from actors.mail import Announcement, Card
from bot.app import make_client
from bot.posted import EVENT_TYPE, Posted, mark_of
from bot.settings import BotSettings
from tests.bot.slack_stub import SlackStub

REPLY = Announcement(7, "reply", "c1", "", "Approved.")


def stand(slack: SlackStub, announcement: Announcement) -> None:
    metadata = {"event_type": EVENT_TYPE, "event_payload": mark_of(announcement)}
    slack.posts.append({"channel": "C0REVIEW", "ts": "5.0001", "metadata": metadata})


async def test_slack_is_asked_only_about_what_nobody_knows(
    settings: BotSettings, slack: SlackStub
) -> None:
    stand(slack, REPLY)
    posted = Posted(make_client(settings))
    posted.keep(set())
    assert await posted.find(REPLY, "C0REVIEW", None) is None
    assert slack.calls == []
    posted.doubt(REPLY)
    assert await posted.find(REPLY, "C0REVIEW", None) == Card("C0REVIEW", "5.0001")


async def test_what_waits_when_a_process_begins_may_have_been_told_before(
    settings: BotSettings, slack: SlackStub
) -> None:
    stand(slack, REPLY)
    posted = Posted(make_client(settings))
    posted.keep({REPLY.id})
    assert await posted.find(REPLY, "C0REVIEW", None) == Card("C0REVIEW", "5.0001")


async def test_without_the_right_to_read_it_counts_as_not_posted(
    settings: BotSettings, slack: SlackStub
) -> None:
    stand(slack, REPLY)
    slack.failures["conversations.history"] = ["missing_scope"]
    posted = Posted(make_client(settings))
    posted.keep({REPLY.id})
    assert await posted.find(REPLY, "C0REVIEW", None) is None


def test_a_card_is_known_by_what_it_shows_and_words_by_their_number() -> None:
    assert mark_of(Announcement(7, "alert", "c1", "now", "")) == mark_of(
        Announcement(9, "alert", "c1", "now", "")
    )
    assert mark_of(REPLY) != mark_of(Announcement(9, "reply", "c1", "", "Approved."))
