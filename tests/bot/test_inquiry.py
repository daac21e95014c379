import pytest

from actors.mail import Refused, Request
from actors.mail_content import Preview, TestSend
from actors.mail_trust import Step, Told, Why
from bot.inquiry import (
    STEPS_SHOWN_MAX,
    WHOLE_STEPS_MAX,
    request_of,
    told,
    turned,
    whole,
)
from tests.bot.fake_desk import NOW_MS, FakeDesk
from tests.bot.oracle import message_problems
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import ANA, Wire


@pytest.mark.parametrize(
    ("command", "rest", "request_"),
    [
        ("why", "ann Spring sale", Why("ann", "Spring sale")),
        ("preview", "ann Spring sale", Preview("Spring sale", ANA, "ann")),
        ("preview", "any Spring sale", Preview("Spring sale", ANA)),
        ("test", "ann  Spring sale", TestSend("Spring sale", ANA, ("ann",))),
        ("test", "any Spring sale", TestSend("Spring sale", ANA)),
        ("why", 'ann "Spring sale"', Why("ann", "Spring sale")),
        ("why", "`ann` “Spring sale”", Why("ann", "Spring sale")),
    ],
)
def test_a_user_stands_before_the_name(command: str, rest: str, request_: Request) -> None:
    assert request_of(command, rest, ANA) == request_


def test_without_a_name_what_to_type_is_told() -> None:
    answer = request_of("preview", "ann", ANA)
    assert isinstance(answer, Refused)
    assert "/campaign preview ann NAME" in answer.fix


def test_a_trail_shows_what_is_known_and_the_latest_steps() -> None:
    steps = tuple(Step(NOW_MS + n, f"step {n} <b>") for n in range(STEPS_SHOWN_MAX + 3))
    message = told(Told("ann in “Spring”: 1 sent.", "Europe/Oslo", ("The user is known.",), steps))
    shown = str(message.blocks)
    assert "The user is known." in shown
    assert "3 earlier steps before these" in shown
    assert "step 2 " not in shown
    assert f"step {STEPS_SHOWN_MAX + 2} &lt;b&gt;" in shown
    assert message_problems(message.text, list(message.blocks)) == []


def test_a_trail_has_a_paragraph_for_each_event_and_the_ids_of_messages_below() -> None:
    steps = (
        Step(NOW_MS, "did “Cart”: it triggered the campaign", event_seq=7),
        Step(NOW_MS, "qualified, and message m1_abc was written", message_id="m1_abc"),
        Step(NOW_MS, "Segment accepted it under the id m1_abc.", message_id="m1_abc"),
        Step(NOW_MS, "did “Cart”: it triggered nothing", event_seq=9),
    )
    blocks = told(Told("ann", "UTC", (), steps)).blocks
    assert "Messages: `m1_abc`." in blocks[-1]["elements"][0]["text"]
    first, second = (
        block["text"]["text"]
        for block in blocks
        if block["type"] == "section" and "did" in block["text"]["text"]
    )
    assert [line.split("* ", 1)[1] for line in first.split("\n")] == [
        "did “Cart”: it triggered the campaign",
        "qualified, and the message was written",
        "Segment accepted it.",
    ]
    assert "nothing" in second


def test_the_times_of_a_trail_are_those_of_whoever_reads_it() -> None:
    known = ("It waits until 2026-09-21 15:33:20 CEST.",)
    steps = (Step(NOW_MS, "held until 2026-09-22 08:00:00 CEST: it was do-not-disturb"),)
    said = str(told(Told("ann", "Europe/Oslo", known, steps)).blocks)
    day = "{date_short_pretty} at {time}"
    assert f"*<!date^1790000000^{day}|2026-09-21 16:13 Europe/Oslo>* held until <!date^" in said
    assert said.count("<!date^") == 3
    assert "Times are in your own zone; the account is in Europe/Oslo." in said


def test_what_is_known_is_told_without_codes() -> None:
    known = (
        "The campaign (c_s5n66p3xbk) is running.",
        "Run 2026-11-26T06:22[Europe/Oslo] is being sent; 88 qualified.",
    )
    shown = str(told(Told("ann", "UTC", known, ())).blocks)
    assert "The campaign is running." in shown
    assert "Run of 2026-11-26 06:22 Europe/Oslo is being sent" in shown


def test_what_happened_again_and_again_is_said_once() -> None:
    """Whoever asks why wants the latest, not a page of what came before the campaign."""
    before = "did “Cart”: it triggered nothing, because it came in before the campaign started"
    steps = (
        *(Step(NOW_MS + n * 60_000, before, event_seq=n) for n in range(40)),
        Step(NOW_MS + 41 * 60_000, "did “Cart”: it triggered the campaign", event_seq=41),
    )
    shown = str(told(Told("ann", "UTC", (), steps)).blocks)
    assert shown.count(before) == 1
    assert ", 40 times:" in shown
    assert "before these" not in shown


async def test_the_commands_ask_the_desk_and_answer_in_private(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    await wire.command(ANA, "why ann Spring sale")
    await wire.command(ANA, "preview ann Spring sale")
    await wire.command(ANA, "test ann Spring sale")
    await wire.command(ANA, "preview ann")
    assert desk.asked[:3] == [
        Why("ann", "Spring sale"),
        Preview("Spring sale", ANA, "ann"),
        TestSend("Spring sale", ANA, ("ann",)),
    ]
    said = [each.args for each in slack.of("respond")]
    assert {each["response_type"] for each in said} == {"ephemeral"}
    assert "needs a user" in said[3]["text"]


@pytest.mark.parametrize(
    ("step", "said", "seed"),
    [
        (
            "(the user stood at 26.90 % (seed 4:draw,29:2026-11-26T07:01[Europe/Oslo],))",
            "(the user stood at 26.90 %)",
            "4:draw,29:2026-11-26T07:01[Europe/Oslo],",
        ),
        (
            "bucket 3 of 100 (shares: A 50; seed 7:variant,4:c_4x,)",
            "bucket 3 of 100 (shares: A 50)",
            "7:variant,4:c_4x,",
        ),
    ],
)
def test_a_draw_is_told_in_words_and_its_seed_stands_below(step: str, said: str, seed: str) -> None:
    *words, small = told(Told("ann", "UTC", (), (Step(NOW_MS, step),))).blocks
    assert said in str(words)
    assert seed not in str(words)
    assert f"Seeds of the draws: `{seed}`" in small["elements"][0]["text"]


def test_a_long_trail_is_one_that_slack_takes() -> None:
    known = tuple(f"{n} {'known <!channel> ' * 20}" for n in range(10))
    message = told(Told("ann", "UTC", known, ()))
    assert message_problems(message.text, list(message.blocks)) == []
    assert "9 known" in str(message.blocks)


def test_a_user_whose_id_would_notify_a_channel_notifies_nobody() -> None:
    """The text alone is said where Slack does not take the blocks."""
    message = told(Told("<!channel> in “Spring”: 1 sent.", "UTC", (), ()))
    assert message.text == "&lt;!channel&gt; in “Spring”: 1 sent."
    assert "<!channel>" not in str(message.blocks)


def test_every_step_of_a_long_trail_stands_on_one_page_and_the_pages_lead_to_each_other() -> None:
    n = 2 * STEPS_SHOWN_MAX + 3
    trail = Told("ann", "UTC", (), tuple(Step(NOW_MS + i, f"step {i:02}.") for i in range(n)))
    asked, page, seen = Why("ann", "Spring “sale”: 2"), 0, []
    for last in (False, False, True):
        message = told(trail, asked, page)
        assert message_problems(message.text, list(message.blocks)) == []
        seen.append([i for i in range(n) if f"step {i:02}." in str(message.blocks)])
        ways = {each["action_id"]: each["value"] for each in message.blocks[-1]["elements"]}
        assert ("newer_steps" in ways, "older_steps" in ways) == (page > 0, not last)
        asked, page = turned(ways["newer_steps" if last else "older_steps"])
    assert [len(each) for each in seen] == [STEPS_SHOWN_MAX, STEPS_SHOWN_MAX, 3]
    assert sorted(i for page_ in seen for i in page_) == list(range(n))
    assert (asked, page) == (Why("ann", "Spring “sale”: 2"), 1)


def test_a_page_that_is_not_there_any_more_says_what_comes_after() -> None:
    message = told(Told("ann", "UTC", (), (Step(NOW_MS, "one."),)), Why("ann", "Sale"), 5)
    assert "1 later step after these" in str(message.blocks)


def test_a_modal_takes_more_of_a_trail_than_a_message() -> None:
    steps = tuple(Step(NOW_MS + i, f"step {i:02}.", event_seq=i) for i in range(WHOLE_STEPS_MAX))
    blocks = whole(Told("ann", "UTC", ("known",), steps))
    assert all(f"step {i:02}." in str(blocks) for i in range(WHOLE_STEPS_MAX))
    assert len(blocks) < 90
