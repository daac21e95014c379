import msgspec

from actors.mail_rehearsal import Rehearse
from actors.mail_views import RehearsalView
from bot.refs import Ref
from bot.rehearsal_card import line, rehearsal_card
from tests.bot.fake_desk import FakeDesk
from tests.bot.oracle import message_problems
from tests.bot.rehearsals import REHEARSED
from tests.bot.samples import PAST, draft
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import ANA, Wire

PICTURE = {"type": "image", "slack_file": {"id": "F1"}, "alt_text": "x"}


def test_a_rehearsal_is_told_with_ten_users_whom_nobody_can_name() -> None:
    message = rehearsal_card(REHEARSED, PICTURE, trails="k")
    said = str(message.blocks)
    assert "*User 10*: 1 sent" in said
    assert "k:10" in said
    assert "secret-user" not in said
    assert "<!channel>" not in said
    assert "step 0" not in said, "a line each, and the trail at a click"
    assert message_problems(message.text, list(message.blocks)) == []


def test_long_words_still_fit() -> None:
    long = msgspec.structs.replace(REHEARSED, name="N" * 400, notes=("n" * 3_000,))
    message = rehearsal_card(long, PICTURE)
    assert message_problems(message.text, list(message.blocks)) == []


async def test_the_command_and_the_cards_button_answer_in_private_with_a_picture(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    view = desk.keep(draft(PAST, state="in_review"))
    await wire.command(ANA, "rehearse Spring sale")
    await wire.press(ANA, "rehearse", str(Ref.of(view)))
    assert [each.name for each in desk.asked if isinstance(each, Rehearse)] == [
        "Spring sale",
        view.id,
    ]
    answers = slack.of("respond")
    assert len(answers) == 2
    for answer in answers:
        assert answer.args["response_type"] == "ephemeral"
        assert any(block["type"] == "image" for block in answer.args["blocks"])


def test_the_campaigns_card_has_a_line_of_its_rehearsal_and_leads_to_the_picture() -> None:
    view = msgspec.structs.replace(draft(PAST), rehearsal=RehearsalView("done", messages=5))
    (block,) = line(view, "UTC")
    assert "5 messages to 0 users would have gone. The picture is in the thread." in str(block)
    assert line(draft(PAST), "UTC") == []


def test_why_there_is_none_is_told_and_leads_nowhere() -> None:
    refused = RehearsalView("refused", said="Too much <!channel>.")
    (block,) = line(msgspec.structs.replace(draft(PAST), rehearsal=refused), "UTC")
    assert "could not be rehearsed: Too much" in str(block)
    assert "<!channel>" not in str(block)
    assert "thread" not in str(block)
