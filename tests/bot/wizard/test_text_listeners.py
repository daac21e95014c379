import pytest
from msgspec import structs

from actors.mail import Draft
from actors.mail_text import CheckText
from bot import paste
from bot.modals import IS_A_FILE, paste_view
from bot.paste import write_text
from bot.refs import Ref
from bot.wizard.step import StepName
from bot.wizard.text_listeners import UNREAD
from bot.wizard.values import Values, to_values
from domain.campaign import What
from domain.toml_source import TEXT_BYTES_MAX
from tests.bot.fake_desk import FakeDesk
from tests.bot.samples import LIVE, PAST
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import ANA, Wire, opened
from tests.bot.wizard.kit import MEMO, kept, stands


async def test_what_the_form_says_is_the_start_of_the_text(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    await wire.in_view(ANA, "paste_instead", stands(desk, PAST, StepName.WHO))
    view = slack.of("views.update")[0].args["view"]
    assert view["callback_id"] == "paste"
    assert view["blocks"][1]["element"]["initial_value"] == write_text(PAST)


async def test_what_the_text_says_stands_in_the_form(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    stands(desk, PAST)
    view = opened(paste_view(MEMO, write_text(LIVE) or ""), {})
    await wire.in_view(ANA, "form_instead", view)
    assert slack.of("views.update")[0].args["view"]["callback_id"] == "draft"
    assert kept(desk) == to_values(LIVE)


async def test_a_text_with_problems_changes_nothing_in_the_form(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    stands(desk, PAST)
    await wire.in_view(ANA, "form_instead", opened(paste_view(MEMO, "name ="), {}))
    assert UNREAD in str(slack.of("views.update")[0].args["view"])
    assert kept(desk) == to_values(PAST)


async def test_an_untouched_example_is_no_text(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    stands(desk, Values())
    await wire.in_view(ANA, "form_instead", opened(paste_view(MEMO), {}))
    assert kept(desk) == Values()


LONG = structs.replace(PAST, what=What(key_values={"a": "x" * 1_900, "b": "x" * 1_900}))


async def test_a_definition_too_long_for_an_input_comes_as_a_file_and_is_taken_as_one(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    await wire.in_view(ANA, "paste_instead", stands(desk, LONG))
    view = slack.of("views.update")[0].args["view"]
    assert IS_A_FILE in str(view)
    assert slack.of("chat.postMessage")[0].args["channel"] == ANA
    (slack.files["F1"],) = slack.uploads
    answer = await wire.submit(ANA, opened(view, {"file": "F1:definition.toml"}))
    assert answer == {"response_action": "clear"}
    assert desk.asked[-1] == Draft(LONG, ANA, "C0MAIN")


async def test_a_file_counts_instead_of_what_stands_above_it_also_on_the_way_to_the_form(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    stands(desk, Values())
    slack.files["F1"] = write_text(LONG).encode()
    view = opened(paste_view(MEMO), {"file": "F1:a.toml"})
    await wire.in_view(ANA, "form_instead", view)
    assert kept(desk) == to_values(LONG)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"name = 1\n", "line 1"),
        (b'name = "J\xf6rg"', "not text in UTF-8"),
        (b"#" * (TEXT_BYTES_MAX + 1), "larger than 512 KiB"),
    ],
)
async def test_what_is_wrong_with_a_file_stands_beneath_it(
    wire: Wire, desk: FakeDesk, slack: SlackStub, content: bytes, said: str
) -> None:
    slack.files["F1"] = content
    answer = await wire.submit(ANA, opened(paste_view(MEMO), {"file": "F1:a.toml"}))
    assert said in answer["errors"]["file"]
    assert [each for each in desk.asked if isinstance(each, Draft)] == []


async def test_a_slack_that_takes_no_file_is_told_in_the_form(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    slack.failures["chat.postMessage"] = ["restricted_action"]
    await wire.in_view(ANA, "paste_instead", stands(desk, LONG))
    assert "did not take the file" in str(slack.of("views.update")[0].args["view"])


async def test_a_pasted_definition_is_kept_as_a_draft(wire: Wire, desk: FakeDesk) -> None:
    stands(desk, Values())
    answer = await wire.submit(ANA, opened(paste_view(MEMO, write_text(LIVE) or ""), {}))
    assert answer == {"response_action": "clear"}
    assert desk.asked[-1] == Draft(LIVE, ANA, "C0MAIN")
    assert desk.forms == {}


async def test_every_problem_of_a_pasted_definition_is_shown_with_its_line(
    wire: Wire, desk: FakeDesk
) -> None:
    """Names that are not there too, which only the desk knows."""
    text = 'name = ""\nkind = "liv"\nfoo = 1\n[limits]\ncap_total = 0\nsafety_limit = "x"'
    answer = await wire.submit(ANA, opened(paste_view(MEMO, text), {}))
    lines = answer["errors"]["text"].splitlines()
    assert [line.split(",")[0] for line in lines] == [
        "• line 1",
        "• line 2",
        "• line 3",
        "• line 5",
        "• line 6",
        "• line 9",
    ]
    assert desk.asked[-1] == CheckText(text)


async def test_a_text_is_looked_at_as_the_edit_that_it_is(wire: Wire, desk: FakeDesk) -> None:
    memo = structs.replace(MEMO, ref=Ref(campaign="c_1", hash="f0"))
    await wire.submit(ANA, opened(paste_view(memo, "name = 5"), {}))
    assert desk.asked[-1] == CheckText("name = 5", edits="c_1")


async def test_what_the_desk_finds_in_order_is_kept_though_its_times_are_past(
    wire: Wire, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The times of a campaign that has had runs may be: the desk knows which has."""
    text = write_text(LIVE) or ""
    monkeypatch.setattr(paste, "read_text", lambda *_, **__: {"text": "• in the past"})
    answer = await wire.submit(ANA, opened(paste_view(MEMO, text), {}))
    assert answer == {"response_action": "clear"}
    assert desk.asked[-1] == Draft(LIVE, ANA, "C0MAIN")
