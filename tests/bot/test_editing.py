import msgspec

from actors.mail import Draft
from bot.refs import Ref
from tests.bot.fake_desk import FakeDesk
from tests.bot.samples import PAST, draft
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import ANA, Wire, opened


async def test_edit_opens_at_once_and_then_shows_what_the_campaign_is_now(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    view = desk.keep(draft(PAST))
    await wire.press(ANA, "edit", str(Ref.of(view)), ephemeral=True)
    assert slack.of("views.open")[0].args["view"]["callback_id"] == "waiting"
    shown = slack.of("views.update")[0].args["view"]
    assert shown["callback_id"] == "draft"
    assert "Order Completed" in str(shown)


async def test_what_the_form_cannot_say_is_edited_as_text(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    view = desk.keep(draft(msgspec.structs.replace(PAST, labels=("spring",))))
    await wire.press(ANA, "edit", str(Ref.of(view)))
    assert slack.of("views.update")[0].args["view"]["callback_id"] == "paste"


async def test_a_definition_too_long_for_slack_is_sent_to_the_command_line(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    labels = tuple(f"{number} {'x' * 400}" for number in range(10))
    view = desk.keep(draft(msgspec.structs.replace(PAST, labels=labels)))
    await wire.press(ANA, "edit", str(Ref.of(view)))
    assert "clarion campaign draft" in str(slack.of("views.update")[0].args["view"])


async def test_an_editor_who_closed_the_modal_meanwhile_is_left_alone(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    view = desk.keep(draft(PAST))
    slack.failures["views.update"] = ["not_found"]
    await wire.press(ANA, "edit", str(Ref.of(view)))
    assert slack.of("respond") == []


async def test_a_clone_opens_in_the_form_under_another_name_and_edits_nothing(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    desk.keep(draft(PAST, state="completed"))
    await wire.command(ANA, f"clone {PAST.name}")
    shown = slack.of("views.update")[0].args["view"]
    assert f"{PAST.name} (copy)" in str(shown)
    await wire.submit(ANA, opened(shown, {"name": f"{PAST.name} (copy)"}))
    (kept,) = [each for each in desk.asked if isinstance(each, Draft)]
    assert (kept.definition.name, kept.edits) == (f"{PAST.name} (copy)", "")


async def test_a_clone_of_a_long_name_still_fits(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    long = msgspec.structs.replace(PAST, name="x" * 80)
    desk.keep(draft(long, state="stopped"))
    await wire.command(ANA, f"clone {long.name}")
    assert f"'{'x' * 73} (copy)'" in str(slack.of("views.update")[0].args["view"])
