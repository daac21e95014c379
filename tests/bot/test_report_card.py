import msgspec

from actors.mail_report import Skipped, VariantCame
from bot import report_card as cards
from bot.figures import with_lift
from bot.report_card import report_card
from tests.bot.fake_desk import FakeDesk
from tests.bot.oracle import message_problems
from tests.bot.reports import REPORT, TESTED, judged
from tests.bot.samples import PAST, draft
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import ANA, Wire

PICTURE = {"type": "image", "slack_file": {"id": "F1"}, "alt_text": "x"}


def test_a_report_says_what_the_picture_shows() -> None:
    message = report_card(with_lift(REPORT), PICTURE)
    said = str(message.blocks)
    for words in (
        "Why some got nothing",
        "*A*",
        ":trophy:",
        "+100.0 %",
        "1.33 a user",
        "900",
        "Profile.first_name (41 ",
    ):
        assert words in said, words
    assert "<!channel>" not in said
    assert message_problems(message.text, list(message.blocks)) == []


def test_a_report_of_many_long_reasons_and_variants_still_fits() -> None:
    many = msgspec.structs.replace(
        REPORT,
        name="N" * 400,
        skipped=tuple(Skipped(f"r{n}", n, "why " * 300) for n in range(40)),
        variants=tuple(VariantCame("v" * 80 + str(n), 1, 1, 1) for n in range(50)),
        blanks={f"Profile['{n}{'<' * 900}']": 1 for n in range(9)},
    )
    message = report_card(many, PICTURE)
    assert message_problems(message.text, list(message.blocks)) == []
    assert "32 more reasons" in str(message.blocks)
    assert "40 more variants" in str(message.blocks)


def test_a_report_says_what_a_test_of_variants_found_however_many_runs() -> None:
    message = report_card(judged(*[TESTED] * 40), PICTURE)
    assert str(message.blocks).count("won the test") == 3
    assert message_problems(message.text, list(message.blocks)) == []


async def test_the_command_answers_with_the_picture_in_the_words(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    desk.keep(draft(PAST, state="running"))
    await wire.command(ANA, "report Spring sale")
    (answer,) = slack.of("respond")
    assert answer.args["response_type"] == "ephemeral"
    assert any(block["type"] == "image" for block in answer.args["blocks"])
    assert slack.uploads[0].startswith(b"\x89PNG")
    assert cards.FILE_NAME.endswith(".png")
