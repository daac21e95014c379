from bot.wizard.step import StepName
from bot.wizard.unfinished import Typed
from tests.bot.fake_desk import FakeDesk
from tests.bot.samples import PAST
from tests.bot.wire import ANA, BEN, Wire
from tests.bot.wizard.kit import kept, stands


async def test_what_was_typed_before_the_step_was_left_and_comes_later_changes_nothing(
    wire: Wire, desk: FakeDesk
) -> None:
    late = stands(desk, PAST, name="Spr")
    await wire.submit(ANA, stands(desk, PAST, name="Spring"))
    await wire.in_view(ANA, "keep", late)
    assert (kept(desk).start.name, kept(desk).at) == ("Spring", StepName.WHO)


async def test_of_what_is_typed_the_latest_counts_in_whatever_order_it_comes(
    wire: Wire, desk: FakeDesk
) -> None:
    for ts, name in (("5.2", "Spri"), ("5.1", "Spr")):
        view = stands(desk, kept(desk) if desk.forms else PAST, name=name)
        await wire.interact(
            type="block_actions",
            user={"id": ANA, "team_id": "T1"},
            view=view,
            container={"type": "view", "view_id": view["id"]},
            actions=[{"type": "plain_text_input", "action_id": "keep", "action_ts": ts}],
        )
    assert kept(desk).start.name == "Spri"


async def test_what_is_typed_into_the_next_view_counts(wire: Wire, desk: FakeDesk) -> None:
    await wire.submit(ANA, stands(desk, PAST))
    view = stands(desk, kept(desk), StepName.LIMITS, view_hash="hash-1", cap="7")
    await wire.in_view(ANA, "keep", view)
    assert kept(desk).limits.cap == "7"


async def test_nobody_fills_in_the_form_of_another(wire: Wire, desk: FakeDesk) -> None:
    await wire.in_view(BEN, "keep", stands(desk, PAST, name="Ben was here"))
    assert kept(desk).start.name == PAST.name


def test_a_request_without_a_time_or_a_hash_is_read_all_the_same() -> None:
    body = {"view": {"id": "V1"}, "actions": [{"action_ts": "soon"}]}
    assert Typed.of(body) == Typed("V1", "")


async def test_what_is_typed_before_a_click_has_drawn_the_step_anew_is_not_lost(
    wire: Wire, desk: FakeDesk
) -> None:
    clicked = stands(desk, PAST, StepName.LIMITS, quiet="discard")
    typed = stands(desk, PAST, StepName.LIMITS, cap="7", quiet="none")
    await wire.in_view(ANA, "redraw", clicked)
    await wire.in_view(ANA, "keep", typed, block="limits.cap")
    assert (kept(desk).limits.cap, kept(desk).limits.quiet) == ("7", "discard")
