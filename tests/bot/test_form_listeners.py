import msgspec
import pytest

from actors.mail import Draft, Reach
from bot.form_state import Values
from bot.form_writing import to_values
from bot.forms import draft_view
from bot.modals import paste_view
from bot.paste import write_text
from bot.refs import Memo, Ref
from tests.bot.fake_desk import FakeDesk
from tests.bot.samples import LIVE, PAST, draft
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import ANA, BEN, Wire, opened

ZONE = "Europe/Oslo"
FORM = draft_view(Values(), Memo("C0MAIN"), zone=ZONE)


def filled(memo: Memo = Memo("C0MAIN"), **values: str) -> dict[str, object]:  # noqa: B008 - frozen
    shown = to_values(PAST)
    assert shown is not None
    view: dict[str, object] = opened(draft_view(shown, memo, zone=ZONE), values)
    return view


async def test_a_good_form_is_kept_as_a_draft_and_shown_to_its_author(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    answer = await wire.submit(ANA, filled())
    assert answer == {"response_action": "clear"}
    assert desk.asked[-1] == Draft(PAST, ANA, "C0MAIN")
    said = slack.of("chat.postEphemeral")[0]
    assert (said.args["user"], said.args["channel"]) == (ANA, "C0MAIN")
    assert all(action in said.said for action in ('"submit"', '"edit"'))


async def test_all_problems_of_a_form_stand_at_their_inputs(wire: Wire, desk: FakeDesk) -> None:
    answer = await wire.submit(ANA, filled(name=" ", cap="0", days_0="-1", operand_1=""))
    assert answer["response_action"] == "errors"
    assert set(answer["errors"]) == {"name", "cap", "days_0", "operand_1"}
    assert desk.asked == []


async def test_a_new_campaign_never_replaces_one_of_the_same_name(
    wire: Wire, desk: FakeDesk
) -> None:
    desk.keep(draft(PAST, author=BEN))
    answer = await wire.submit(ANA, filled())
    assert "exists already" in answer["errors"]["name"]
    assert not [request for request in desk.asked if isinstance(request, Draft)]


async def test_an_edit_is_kept_if_nobody_else_edited_meanwhile(wire: Wire, desk: FakeDesk) -> None:
    view = desk.keep(draft(PAST))
    answer = await wire.submit(ANA, filled(Memo("C0MAIN", Ref.of(view)), cap="7"))
    assert answer == {"response_action": "clear"}
    assert isinstance(desk.asked[-1], Draft)
    assert desk.asked[-1].definition.limits.cap_per_run == 7


async def test_an_edit_may_give_a_campaign_another_name(wire: Wire, desk: FakeDesk) -> None:
    view = desk.keep(draft(PAST))
    answer = await wire.submit(ANA, filled(Memo("C0MAIN", Ref.of(view)), name="Summer sale"))
    assert answer == {"response_action": "clear"}
    assert desk.campaigns["c1"].name == "Summer sale"


async def test_an_edit_never_takes_the_name_of_another_campaign(wire: Wire, desk: FakeDesk) -> None:
    view = desk.keep(draft(PAST))
    desk.keep(draft(LIVE, id="c2"))
    answer = await wire.submit(ANA, filled(Memo("C0MAIN", Ref.of(view)), name=LIVE.name))
    assert "exists already" in answer["errors"]["name"]


async def test_an_edit_that_would_undo_somebody_elses_is_refused(
    wire: Wire, desk: FakeDesk
) -> None:
    view = desk.keep(draft(PAST))
    memo = Memo("C0MAIN", Ref.of(view))
    desk.keep(msgspec.structs.replace(view, hash="another"))
    answer = await wire.submit(ANA, filled(memo))
    assert "edited this campaign since" in answer["errors"]["name"]


async def test_a_draft_outside_the_bots_channels_is_answered_directly(
    wire: Wire, slack: SlackStub
) -> None:
    slack.failures["chat.postEphemeral"] = ["channel_not_found"]
    await wire.submit(ANA, filled())
    assert slack.of("chat.postMessage")[0].args["channel"] == ANA


async def test_another_kind_asks_other_questions_and_keeps_the_answers(
    wire: Wire, slack: SlackStub
) -> None:
    view = opened(FORM, {"kind": "live", "name": "Thanks"})
    await wire.in_view(ANA, "redraw", view)
    update = slack.of("views.update")[0].args
    blocks = {block.get("block_id"): block for block in update["view"]["blocks"]}
    assert "trigger" in blocks
    assert blocks["name"]["element"]["initial_value"] == "Thanks"
    assert update["hash"] == "hash-0"


async def test_two_quick_changes_both_count(wire: Wire, slack: SlackStub) -> None:
    slack.failures["views.update"] = ["hash_conflict"]
    await wire.in_view(ANA, "redraw", opened(FORM, {"kind": "live"}))
    assert "hash" not in slack.of("views.update")[1].args


@pytest.mark.parametrize("errors", [["not_found"], ["hash_conflict", "not_found"]])
async def test_a_form_that_was_closed_meanwhile_is_left_alone(
    wire: Wire, slack: SlackStub, caplog: pytest.LogCaptureFixture, errors: list[str]
) -> None:
    slack.failures["views.update"] = list(errors)
    await wire.in_view(ANA, "redraw", opened(FORM, {"kind": "live"}))
    assert len(slack.of("views.update")) == len(errors)
    assert not slack.of("chat.postEphemeral")
    assert not caplog.records


async def test_the_reach_is_counted_into_the_form(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    await wire.in_view(ANA, "check_reach", filled())
    assert desk.asked == [Reach(PAST)]
    assert "12,345" in str(slack.of("views.update")[-1].args["view"])


async def test_the_reach_of_a_live_campaign_is_not_counted(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    shown = to_values(LIVE)
    assert shown is not None
    await wire.in_view(ANA, "check_reach", opened(draft_view(shown, Memo(), zone=ZONE), {}))
    assert desk.asked == []
    assert "only as events happen" in str(slack.of("views.update")[-1].args["view"])


async def test_a_form_with_problems_says_them_instead_of_a_reach(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    await wire.in_view(ANA, "check_reach", filled(cap="0"))
    assert desk.asked == []
    assert "first put right" in str(slack.of("views.update")[-1].args["view"])


async def test_a_reach_that_comes_after_a_change_is_not_shown(wire: Wire, slack: SlackStub) -> None:
    slack.failures["views.update"] = ["hash_conflict"]
    response = await wire.in_view(ANA, "check_reach", filled())
    assert (response.status, len(slack.of("views.update"))) == (200, 1)


async def test_what_the_form_says_is_the_start_of_the_pasted_definition(
    wire: Wire, slack: SlackStub
) -> None:
    await wire.in_view(ANA, "paste_instead", filled())
    view = slack.of("views.update")[0].args["view"]
    assert view["callback_id"] == "paste"
    assert view["blocks"][1]["element"]["initial_value"] == write_text(PAST)


async def test_one_can_go_back_to_the_form(wire: Wire, slack: SlackStub) -> None:
    await wire.in_view(ANA, "form_instead", opened(paste_view(Memo("C0MAIN")), {}))
    assert slack.of("views.update")[0].args["view"]["callback_id"] == "draft"


async def test_a_pasted_definition_is_kept_as_a_draft(wire: Wire, desk: FakeDesk) -> None:
    text = write_text(LIVE) or ""
    answer = await wire.submit(ANA, opened(paste_view(Memo("C0MAIN"), text), {}))
    assert answer == {"response_action": "clear"}
    assert desk.asked[-1] == Draft(LIVE, ANA, "C0MAIN")


async def test_every_problem_of_a_pasted_definition_is_shown_with_its_line(wire: Wire) -> None:
    text = 'name = ""\nkind = "liv"\nfoo = 1\n[limits]\ncap_total = 0\nsafety_limit = "x"'
    answer = await wire.submit(ANA, opened(paste_view(Memo(), text), {}))
    lines = answer["errors"]["text"].splitlines()
    assert [line.split(",")[0] for line in lines] == [
        "• line 1",
        "• line 2",
        "• line 3",
        "• line 5",
        "• line 6",
    ]
