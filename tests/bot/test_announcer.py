import msgspec
import pytest
import trio

from actors.mail import Announcement, BooksView, Card, Refused, RunView
from bot import announcer, retries
from bot.announcer import Announcer
from bot.app import make_client
from bot.pace import Pace
from bot.settings import BotSettings
from store.announcements import FINAL
from tests.bot.fake_desk import FakeDesk
from tests.bot.samples import PAST, draft
from tests.bot.slack_stub import SlackStub

IN_REVIEW = draft(PAST, state="in_review")
STANDING = Card("C0REVIEW", "9.0001")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retries, "RETRY_SECONDS", (0.0,))
    monkeypatch.setattr(announcer, "LOOK_AGAIN_SECONDS", 0.0)


@pytest.fixture
def started(settings: BotSettings, desk: FakeDesk, slack: SlackStub, nursery: trio.Nursery) -> None:
    desk.keep(IN_REVIEW)
    nursery.start_soon(Announcer(make_client(settings), desk, settings, Pace(0.0)).run)


async def told(desk: FakeDesk, *announcements: Announcement) -> list[Card | None]:
    ids = {each.id for each in announcements}
    await desk.wait_until(lambda: ids <= {each.id for each, _ in desk.told})
    return [card for each, card in desk.told if each.id in ids]


async def test_a_card_is_posted_in_the_review_channel_and_its_place_recorded(
    desk: FakeDesk, slack: SlackStub, started: None
) -> None:
    assert await told(desk, desk.announce("card", "c1", "")) == [Card("C0REVIEW", "1.0001")]
    assert "Campaign to review: Spring sale" in slack.of("chat.postMessage")[0].args["text"]


async def test_a_card_that_stands_is_brought_up_to_date(
    desk: FakeDesk, slack: SlackStub, started: None
) -> None:
    assert await told(desk, desk.announce("card", "c1", "", card=STANDING)) == [STANDING]
    assert slack.of("chat.update")[0].args["ts"] == "9.0001"
    assert slack.of("chat.postMessage") == []


async def test_a_card_that_somebody_deleted_is_posted_anew(
    desk: FakeDesk, slack: SlackStub, started: None
) -> None:
    slack.failures["chat.update"] = ["message_not_found"]
    found = await told(desk, desk.announce("card", "c1", "", card=STANDING))
    assert found == [Card("C0REVIEW", "1.0001")]


@pytest.mark.parametrize("closed", ["is_archived", "channel_not_found", "not_in_channel"])
async def test_a_card_whose_channel_was_given_up_is_posted_in_the_one_named_since(
    desk: FakeDesk, slack: SlackStub, started: None, closed: str
) -> None:
    slack.failures["chat.update"] = [closed] * 2
    given_up = Card("C0GIVENUP", "9.0001")
    assert await told(desk, desk.announce("card", "c1", "", card=given_up)) == [
        Card("C0REVIEW", "1.0001")
    ]


@pytest.mark.parametrize("kind", ["reply", "call", "digest"])
async def test_what_goes_under_a_card_in_a_channel_that_was_given_up_is_said_all_the_same(
    desk: FakeDesk, slack: SlackStub, started: None, kind: str
) -> None:
    slack.failures["chat.postMessage"] = ["is_archived"]
    given_up = Card("C0GIVENUP", "9.0001")
    await told(desk, desk.announce(kind, "c1", "", FINAL, card=given_up))
    (post,) = slack.posts
    assert post["channel"] == "C0REVIEW"
    assert "thread_ts" not in slack.of("chat.postMessage")[-1].args


async def test_that_a_card_must_be_looked_at_again_is_seen_by_its_whole_channel(
    desk: FakeDesk, slack: SlackStub, started: None
) -> None:
    reply = desk.announce("reply", "c1", "", "Approved", card=STANDING)
    await told(desk, reply, desk.announce("call", "c1", "", "In review again", card=STANDING))
    one, other = (said.args for said in slack.of("chat.postMessage"))
    assert "reply_broadcast" not in one
    assert (other["thread_ts"], other["reply_broadcast"]) == (STANDING.ts, True)


async def test_a_decision_is_a_reply_in_the_thread_of_the_card_posted_just_before(
    desk: FakeDesk, slack: SlackStub, started: None
) -> None:
    card = desk.announce("card", "c1", "")
    reply = desk.announce("reply", "c1", "", "<!channel> approved it")
    await told(desk, card, reply)
    said = slack.of("chat.postMessage")[1].args
    assert (said["thread_ts"], said["text"]) == ("1.0001", "&lt;!channel&gt; approved it")


async def test_an_alert_and_a_notice_go_to_the_alerts_channel(
    desk: FakeDesk, slack: SlackStub, started: None
) -> None:
    run = RunView("now", "blocked", BooksView(), qualified=80, safety_limit=50)
    desk.keep(msgspec.structs.replace(IN_REVIEW, runs=(run,)))
    await told(desk, desk.announce("alert", "c1", "now"), desk.announce("notice", "c1", "", "Hm."))
    alert, notice = slack.of("chat.postMessage")
    assert {alert.args["channel"], notice.args["channel"]} == {"C0ALERTS"}
    assert "Send to a random 50" in alert.said
    assert notice.args["text"] == "Hm."


@pytest.mark.parametrize("failure", ["internal_error", 503, "channel_not_found"])
async def test_what_slack_refuses_is_told_again_until_it_is_taken(
    desk: FakeDesk, slack: SlackStub, started: None, failure: object
) -> None:
    slack.failures["chat.postMessage"] = [failure] * 3
    await told(desk, desk.announce("card", "c1", ""))
    assert (len(slack.of("chat.postMessage")), len(slack.posts)) == (4, 1)


async def test_a_post_whose_answer_was_lost_is_not_made_twice(
    desk: FakeDesk, slack: SlackStub, started: None
) -> None:
    await told(desk, desk.announce("notice", "c1", "", "Earlier."))
    slack.failures["chat.postMessage"] = ["posted, then reset"]
    found = await told(desk, desk.announce("card", "c1", ""))
    assert (found, len(slack.posts)) == ([Card("C0REVIEW", "2.0001")], 2)


async def test_what_an_earlier_process_posted_and_did_not_record_is_found(
    settings: BotSettings, desk: FakeDesk, slack: SlackStub, nursery: trio.Nursery
) -> None:
    desk.keep(IN_REVIEW)
    mark = {"kind": "reply", "campaign": "c1", "id": 1}
    metadata = {"event_type": "clarion_announcement", "event_payload": mark}
    slack.posts.append({"channel": "C0REVIEW", "ts": "5.0001", "metadata": metadata})
    reply = desk.announce("reply", "c1", "", "Approved.", card=STANDING)
    nursery.start_soon(Announcer(make_client(settings), desk, settings, Pace(0.0)).run)
    await told(desk, reply)
    assert slack.of("chat.postMessage") == []


async def test_one_that_cannot_be_told_holds_its_own_campaign_only(
    desk: FakeDesk, slack: SlackStub, started: None
) -> None:
    desk.keep(msgspec.structs.replace(IN_REVIEW, id="c2", name="Other"))
    slack.failures["chat.update"] = ["internal_error"] * 3
    late = desk.announce("card", "c1", "", card=STANDING)
    reply = desk.announce("reply", "c1", "", "Approved.", card=STANDING)
    other = desk.announce("notice", "c2", "", "Hm.")
    await told(desk, late, reply, other)
    assert [each.id for each, _ in desk.told] == [other.id, late.id, reply.id]


async def test_blocks_that_slack_dislikes_are_said_as_text(
    desk: FakeDesk, slack: SlackStub, started: None
) -> None:
    slack.failures["chat.postMessage"] = ["invalid_blocks"]
    await told(desk, desk.announce("card", "c1", ""))
    assert slack.posts[0]["blocks"] == []
    assert "Spring sale" in slack.posts[0]["text"]


async def test_a_campaign_that_is_gone_holds_nothing_up(
    desk: FakeDesk, slack: SlackStub, started: None
) -> None:
    assert await told(desk, desk.announce("card", "c9", "1")) == [None]
    assert slack.of("chat.postMessage") == []


async def test_slack_is_left_alone_as_long_as_it_asks(
    settings: BotSettings, desk: FakeDesk, slack: SlackStub
) -> None:
    desk.keep(IN_REVIEW)
    speaker = Announcer(make_client(settings), desk, settings, Pace(0.0))
    slack.failures["chat.postMessage"] = [429]
    announcement = desk.announce("card", "c1", "")

    assert not await speaker._tell_all(desk.open)
    assert speaker._retries.waits(announcement)
    assert not await speaker._tell_all(desk.open)
    assert len(slack.of("chat.postMessage")) == 1


async def test_an_alert_goes_before_the_cards_that_wait(
    desk: FakeDesk, slack: SlackStub, started: None
) -> None:
    cards = [desk.announce("card", "c1", str(revision)) for revision in range(1, 4)]
    notice = desk.announce("notice", "c2", "", "It is faulted.")
    await told(desk, *cards, notice)
    assert desk.told[0][0].id == notice.id


async def test_whom_the_engine_names_slack_mentions(
    desk: FakeDesk, slack: SlackStub, started: None
) -> None:
    await told(desk, desk.announce("notice", "c1", "", "Stopped by @U0ANA00001 <!here>."))
    said = slack.of("chat.postMessage")[0].args["text"]
    assert said == "Stopped by <@U0ANA00001> &lt;!here&gt;."


async def test_the_question_about_a_test_event_stands_in_the_alerts_channel(
    desk: FakeDesk, slack: SlackStub, started: None
) -> None:
    asked = desk.announce("check", "", "ABC234")
    assert await told(desk, asked) == [Card("C0ALERTS", "1.0001")]
    assert "Did the test event arrive? Code ABC234." in slack.of("chat.postMessage")[0].args["text"]
    desk.check = msgspec.structs.replace(desk.check, answer="seen", answered_by="U0BEN")
    await told(desk, desk.announce("check", "", "ABC234", card=Card("C0ALERTS", "1.0001")))
    assert "saw the test event" in slack.of("chat.update")[0].said


@pytest.mark.parametrize(
    ("body", "title"), [("2026-03-21", "Digest of 2026-03-21"), (FINAL, "Report")]
)
async def test_a_digest_goes_with_its_picture_into_the_thread_of_the_card(
    desk: FakeDesk, slack: SlackStub, started: None, body: str, title: str
) -> None:
    await told(desk, desk.announce("digest", "c1", "", body, card=STANDING))
    (post,) = slack.of("chat.postMessage")
    assert post.args["thread_ts"] == STANDING.ts
    assert post.args["text"].startswith(f"{title}: ")
    assert any(block["type"] == "image" for block in post.args["blocks"])


async def test_a_rehearsal_goes_with_its_picture_into_the_thread_of_the_card(
    desk: FakeDesk, slack: SlackStub, started: None
) -> None:
    await told(desk, desk.announce("rehearsal", "c1", "", card=STANDING))
    (post,) = slack.of("chat.postMessage")
    assert post.args["thread_ts"] == STANDING.ts
    assert "850 messages to 800 users would have gone" in post.said
    assert any(block["type"] == "image" for block in post.args["blocks"])


async def test_a_rehearsal_of_what_was_edited_since_is_not_posted(
    desk: FakeDesk, slack: SlackStub, started: None
) -> None:
    desk.rehearsed = Refused("There is none.", "Rehearse it.")
    await told(desk, desk.announce("rehearsal", "c1", "", card=STANDING))
    assert slack.of("chat.postMessage") == []


async def test_a_direct_message_goes_to_its_person(
    desk: FakeDesk, slack: SlackStub, started: None
) -> None:
    await told(desk, desk.announce("direct", "c1", "U0ANA00001", "@U0BEN00001 asks for changes: x"))
    (post,) = slack.posts
    assert (post["channel"], post["text"]) == ("U0ANA00001", "<@U0BEN00001> asks for changes: x")


async def test_who_is_not_in_slack_is_told_nothing_and_holds_nothing_up(
    desk: FakeDesk, slack: SlackStub, started: None
) -> None:
    slack.failures["chat.postMessage"] = ["user_disabled"]
    left = desk.announce("direct", "c1", "U0GONE0001", "It came back.")
    terminal = desk.announce("direct", "c1", "ANA@EXAMPLE.COM", "It came back.")
    await told(desk, left, terminal, desk.announce("card", "c1", ""))
    assert [post["channel"] for post in slack.posts] == ["C0REVIEW"]


async def test_of_a_direct_message_too_it_is_seen_whether_an_earlier_process_posted_it(
    settings: BotSettings, desk: FakeDesk, slack: SlackStub, nursery: trio.Nursery
) -> None:
    desk.keep(IN_REVIEW)
    mark = {"kind": "direct", "campaign": "c1", "id": 1}
    metadata = {"event_type": "clarion_announcement", "event_payload": mark}
    slack.posts.append({"channel": "D0ANA00001", "ts": "5.0001", "metadata": metadata})
    direct = desk.announce("direct", "c1", "U0ANA00001", "It came back.")
    nursery.start_soon(Announcer(make_client(settings), desk, settings, Pace(0.0)).run)
    await told(desk, direct)
    assert slack.of("chat.postMessage") == []
