from threading import Lock
from typing import Any

import pytest
import trio
from msgspec import structs

from actors.mail import Reach
from actors.mail_audience import Weigh
from actors.mail_names import FindNames
from bot import line
from bot.wizard import listeners, reaching
from bot.wizard.bounds import DELIVERY, LimitsValues
from bot.wizard.counted import COUNTING, FIRST
from bot.wizard.reaching import Reaching
from bot.wizard.row import Row
from bot.wizard.step import StepName
from bot.wizard.triggers import StartValues
from bot.wizard.values import Values, to_values
from bot.wizard.who import WhoValues
from domain.audience import All, Count, Did
from domain.campaign import Campaign, Limits
from tests.bot.fake_desk import FakeDesk
from tests.bot.samples import LIVE, PAST
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import ANA, Wire
from tests.bot.wizard.kit import kept, stands
from tests.patience import WHOLE_SECONDS

WHO, LIMITS, REVIEW = StepName.WHO, StepName.LIMITS, StepName.REVIEW
BOUGHT = Values(who=WhoValues((Row(0, "did", "Bought"),), open=0, next=1))


def counted(desk: FakeDesk) -> list[Campaign]:
    return [each.definition for each in desk.asked if isinstance(each, Reach)]


def drawn(slack: SlackStub) -> list[str]:
    return [str(call.args["view"]) for call in slack.of("views.update")]


async def test_the_count_follows_each_change_of_the_conditions(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    await wire.in_view(ANA, "pick", stands(desk, BOUGHT, WHO, name_0="Seen"))
    assert counted(desk) == [Campaign("Reach", "past_behaviour", who=All((Did("Seen"),)))]
    first, last = drawn(slack)
    assert COUNTING.said in first
    assert "12,345" in last
    assert "Counted in 0.01 s" in last


async def test_what_is_typed_is_counted_too_and_the_rest_of_the_view_stays(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    await wire.in_view(ANA, "keep", stands(desk, BOUGHT, WHO, count_0="3"))
    assert counted(desk)[0].who == All((Did("Bought", count=Count(value=3)),))
    (only,) = drawn(slack)
    assert "12,345" in only


async def test_an_incomplete_form_is_counted_by_what_matters_for_the_count(
    wire: Wire, desk: FakeDesk
) -> None:
    nameless = structs.replace(BOUGHT, limits=LimitsValues(cap="nonsense"))
    await wire.in_view(ANA, "keep", stands(desk, nameless, WHO, count_0="3"))
    assert counted(desk)[0].limits == Limits()


async def test_how_long_it_takes_is_told_at_the_pace_that_the_form_asks_for(
    wire: Wire, desk: FakeDesk
) -> None:
    slow = structs.replace(BOUGHT, limits=LimitsValues(topics=(DELIVERY,), pace="100"))
    await wire.in_view(ANA, "keep", stands(desk, slow, WHO, count_0="3"))
    assert counted(desk)[0].delivery.messages_per_5_minutes == 100


async def test_conditions_that_are_incomplete_are_not_counted(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    await wire.in_view(ANA, "keep", stands(desk, BOUGHT, WHO, name_0=""))
    assert counted(desk) == []
    assert FIRST.said in drawn(slack)[-1]


async def test_a_live_campaign_is_not_counted(wire: Wire, desk: FakeDesk) -> None:
    view = stands(desk, LIVE, WHO)
    assert "only as events happen" in str(view["blocks"])
    await wire.in_view(ANA, "row_add", view, value="add.did")
    assert counted(desk) == []


async def test_the_review_is_shown_at_once_and_its_count_follows(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    answer = await wire.submit(ANA, stands(desk, PAST, LIMITS))
    assert COUNTING.said in str(answer["view"])
    assert "12,345" in drawn(slack)[-1]
    await wire.in_view(ANA, "go_review", stands(desk, PAST, WHO), value="review")
    assert "12,345" in drawn(slack)[-1]


async def test_a_review_is_weighed_by_the_content_that_is_reviewed(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    desk.cautions = ("It is for 38 % of all users.",)
    for definition in (PAST, LIVE):
        answer = await wire.submit(ANA, stands(desk, definition, LIMITS))
        assert ("counting…" in str(answer["view"])) == (definition is PAST)
        assert "1. It is for 38 % of all users." in drawn(slack)[-1]
    assert [each.definition for each in desk.asked if isinstance(each, Weigh)] == [PAST, LIVE]


async def test_the_same_question_is_not_counted_twice_within_seconds(
    wire: Wire, desk: FakeDesk
) -> None:
    for _ in range(3):
        await wire.in_view(ANA, "go_who", stands(desk, PAST, LIMITS), value="who")
    assert len(counted(desk)) == 1


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits before a count, nor before it is announced."""
    monkeypatch.setattr(reaching, "SETTLE_SECONDS", 0)
    monkeypatch.setattr(reaching, "SAID_AFTER_SECONDS", 0)


@pytest.mark.usefixtures("at_once")
async def test_a_slow_count_is_announced_and_then_shown(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    desk.slow, desk.slow_for = trio.Event(), Reach
    async with trio.open_nursery() as nursery:
        view = stands(desk, BOUGHT, WHO, count_0="3")
        nursery.start_soon(wire.in_view, ANA, "keep", view)
        await slack.wait_until(lambda: len(drawn(slack)) == 1)
        assert COUNTING.said in drawn(slack)[-1]
        desk.slow.set()
    assert "12,345" in drawn(slack)[-1]


@pytest.mark.usefixtures("at_once")
async def test_of_edits_that_come_while_it_counts_only_the_newest_is_counted_next(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    desk.slow, desk.slow_for = trio.Event(), Reach
    async with trio.open_nursery() as nursery:
        nursery.start_soon(wire.in_view, ANA, "keep", stands(desk, BOUGHT, WHO, count_0="2"))
        await slack.wait_until(lambda: len(drawn(slack)) == 1)
        for n in ("3", "4", "5"):
            await wire.in_view(ANA, "keep", stands(desk, BOUGHT, WHO, count_0=n))
        assert len(counted(desk)) == 1
        desk.slow.set()
    assert [each.who for each in counted(desk)] == [
        All((Did("Bought", count=Count(value=times)),)) for times in (2, 5)
    ]
    assert kept(desk).who.rows[0].count == "5"


async def test_what_is_counted_is_what_stands_there_when_the_count_begins(
    wire: Wire, desk: FakeDesk, slack: SlackStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two edits close by, the thread of the earlier one may be the last to ask for a count."""
    answer, newer = desk._answer, structs.replace(BOUGHT.who.rows[0], count="7")

    def meanwhile(request: Any) -> Any:
        if isinstance(request, FindNames):
            stands(desk, structs.replace(BOUGHT, who=WhoValues((newer,), open=0, next=1)), WHO)
        return answer(request)

    monkeypatch.setattr(desk, "_answer", meanwhile)
    await wire.in_view(ANA, "keep", stands(desk, BOUGHT, WHO, count_0="3"))
    assert [each.who for each in counted(desk)] == [All((Did("Bought", count=Count(value=7)),))]
    assert "12,345" in drawn(slack)[-1]


async def test_a_count_never_takes_away_what_another_click_brought(
    wire: Wire, desk: FakeDesk, slack: SlackStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = desk._answer

    def meanwhile(request: Any) -> Any:
        if isinstance(request, Reach):
            stands(desk, PAST, WHO)  # somebody else's change is kept while it counts
        return answer(request)

    monkeypatch.setattr(desk, "_answer", meanwhile)
    await wire.in_view(ANA, "keep", stands(desk, BOUGHT, WHO, count_0="3"))
    assert drawn(slack) == []


async def test_a_view_that_was_drawn_anew_meanwhile_is_left_as_it_is(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    slack.failures["views.update"] = ["hash_conflict"]
    response = await wire.in_view(ANA, "keep", stands(desk, BOUGHT, WHO, count_0="3"))
    assert (response.status, len(drawn(slack))) == (200, 1)
    assert slack.of("views.update")[0].args["hash"] == "hash-0"


async def test_a_count_is_shown_though_a_click_drew_over_the_view_that_it_was_asked_in(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    """Of two requests close by, one is typed into what a count drew, which the other's view hid."""
    slack.view_hash = "hash-2"
    await wire.in_view(ANA, "pick", stands(desk, BOUGHT, WHO, count_0="2"))
    slack.failures["views.update"] = ["hash_conflict"]
    between = stands(desk, BOUGHT, WHO, count_0="3", view_hash="hash-1")
    await wire.in_view(ANA, "keep", between)
    assert [call.args["hash"] for call in slack.of("views.update")[-2:]] == ["hash-1", "hash-2"]
    assert "12,345" in drawn(slack)[-1]


async def test_of_clicks_close_by_the_one_that_slack_heard_last_is_heard_last_here(
    wire: Wire, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise the hash that is taken for the view's is an older one, and no count is shown."""
    lock, seen = Lock(), []
    drawing, hearing = line.update_if_open, Reaching.replaced

    def draws(*args: Any, **more: Any) -> str:
        seen.append(("drawn", lock.locked()))
        return drawing(*args, **more)

    def hears(self: Reaching, *args: Any) -> None:
        seen.append(("heard", lock.locked()))
        hearing(self, *args)

    monkeypatch.setattr(Reaching, "drawing", lambda *_: lock)
    monkeypatch.setattr(listeners, "update_if_open", draws)
    monkeypatch.setattr(Reaching, "replaced", hears)
    await wire.in_view(ANA, "pick", stands(desk, BOUGHT, WHO, count_0="2"))
    assert seen == [("drawn", True), ("heard", True)]


async def test_a_form_that_was_closed_while_it_counted_is_left_alone(
    wire: Wire, desk: FakeDesk, slack: SlackStub, caplog: pytest.LogCaptureFixture
) -> None:
    slack.failures["views.update"] = ["not_found"]
    await wire.in_view(ANA, "keep", stands(desk, BOUGHT, WHO, count_0="3"))
    assert not caplog.records


async def test_another_step_shows_no_count(wire: Wire, desk: FakeDesk) -> None:
    named = structs.replace(to_values(PAST), start=StartValues("A"))
    await wire.in_view(ANA, "keep", stands(desk, named, StepName.START, name="B"))
    assert counted(desk) == []


async def test_what_slack_refuses_to_show_is_not_told_to_the_person(
    wire: Wire, desk: FakeDesk, slack: SlackStub, caplog: pytest.LogCaptureFixture
) -> None:
    slack.failures["views.update"] = ["ratelimited"]
    await wire.in_view(ANA, "keep", stands(desk, BOUGHT, WHO, count_0="3"))
    assert [record.getMessage() for record in caplog.records] == [
        "The reach was not shown: ratelimited"
    ]
    assert not slack.of("chat.postEphemeral", "chat.postMessage", "respond")


@pytest.mark.usefixtures("at_once")
async def test_of_what_slack_takes_in_a_minute_announcements_leave_a_half_to_counts(
    wire: Wire, desk: FakeDesk, slack: SlackStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reaching, "DRAWN_PER_MINUTE_MAX", 3)
    monkeypatch.setattr(reaching, "MINUTE_SECONDS", WHOLE_SECONDS)
    desk.slow, desk.slow_for = trio.Event(), Reach
    async with trio.open_nursery() as nursery:
        nursery.start_soon(wire.in_view, ANA, "keep", stands(desk, BOUGHT, WHO, count_0="2"))
        await slack.wait_until(lambda: len(drawn(slack)) == 1)
        await wire.in_view(ANA, "keep", stands(desk, BOUGHT, WHO, count_0="3"))
        desk.slow.set()
    assert [COUNTING.said in view for view in drawn(slack)] == [True, False]
    assert "12,345" in drawn(slack)[-1]


@pytest.mark.usefixtures("at_once")
async def test_a_count_for_which_slack_has_no_room_is_shown_a_minute_later(
    wire: Wire, desk: FakeDesk, slack: SlackStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reaching, "DRAWN_PER_MINUTE_MAX", 1)
    monkeypatch.setattr(reaching, "MINUTE_SECONDS", 0.2)
    for count in ("2", "3"):
        await wire.in_view(ANA, "keep", stands(desk, BOUGHT, WHO, count_0=count))
    assert ["12,345" in view for view in drawn(slack)] == [True, True]


async def test_the_names_of_the_menus_are_learned_with_the_first_count(
    wire: Wire, desk: FakeDesk
) -> None:
    for count in ("3", "4"):
        await wire.in_view(ANA, "keep", stands(desk, BOUGHT, WHO, count_0=count))
    asked = [each.wanted for each in desk.asked if isinstance(each, FindNames)]
    assert asked == ["event", "trait"]
