from typing import Any

import trio
from msgspec import structs

from actors.mail_names import FindNames, NamesFound, Offered
from bot.line import Line
from bot.settings import BotSettings
from bot.wizard.step import StepName
from bot.wizard.unseen import unseen
from domain.audience import Did, Doing
from domain.campaign import Campaign, Trigger, When, Without
from domain.goal import Goal
from domain.personal import BestTime
from domain.trigger import Keyed
from tests.bot.fake_desk import FakeDesk
from tests.bot.samples import PAST
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import ANA, Wire
from tests.bot.wizard.kit import stands

EVERY = Campaign(
    "A",
    "live",
    trigger=Trigger("A", also=(Keyed("B"),), without=Without("C", 5)),
    who=Did("D", also=(Doing("E"),)),
    when=When(personal=BestTime("F")),
    goal=Goal("G"),
)


def knowing(desk: FakeDesk, *names: str, ready: bool = True) -> FakeDesk:
    """A desk at which only these events came in."""
    answer = desk._answer

    def found(request: Any) -> Any:
        if isinstance(request, FindNames):
            return NamesFound(tuple(Offered(name) for name in names), ready)
        return answer(request)

    desk._answer = found  # type: ignore[method-assign]  # for this test
    return desk


async def told(campaign: Campaign, desk: FakeDesk) -> tuple[str, ...]:
    line = Line(desk, BotSettings(), lambda: 0)
    return await trio.to_thread.run_sync(unseen, line, campaign)


async def test_every_event_that_a_draft_names_is_looked_for() -> None:
    assert await told(EVERY, knowing(FakeDesk())) == tuple("ABCDEFG")
    assert await told(EVERY, knowing(FakeDesk(), "B", "G")) == tuple("ACDEF")


async def test_while_the_engine_still_learns_nothing_is_said() -> None:
    desk = knowing(FakeDesk(), ready=False)
    assert await told(EVERY, desk) == ()
    assert len(desk.asked) == 1


async def test_the_review_says_which_event_never_came_in(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    knowing(desk, "Order Completed")
    slip = structs.replace(PAST, goal=Goal("Order <Complete>"))
    await wire.in_view(ANA, "go_review", stands(desk, slip, StepName.WHO), value="review")
    shown = str(slack.of("views.update")[-1].args["view"])
    assert "No event “Order &lt;Complete&gt;” has come in yet" in shown
    assert "“Order Completed” has come" not in shown
