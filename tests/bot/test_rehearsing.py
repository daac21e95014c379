import pytest
import trio
from msgspec.structs import replace

from actors.mail_rehearsal import Rehearse
from bot import line
from tests.bot.fake_desk import FakeDesk
from tests.bot.samples import PAST, draft
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import ANA, Wire


async def test_who_waits_hears_how_far_it_is_and_then_what_was_found(
    wire: Wire, desk: FakeDesk, slack: SlackStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "SLOW_SECONDS", 0.05)
    monkeypatch.setattr(line, "PROGRESS_AT_SECONDS", (0.05, 0.1))
    desk.keep(draft(PAST, state="in_review"))
    desk.slow_for, desk.slow = Rehearse, trio.Event()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(wire.command, ANA, "rehearse Spring sale")
        await slack.wait_until(lambda: len(slack.of("respond")) == 3)
        desk.slow.set()
    said = [answer.said for answer in slack.of("respond")]
    assert "Working on it" in said[0]
    assert all("5 of 10 events" in each for each in said[1:3])
    assert "would have gone" in said[3]


async def test_a_name_nobody_knows_is_refused_before_anything_is_begun(
    wire: Wire, desk: FakeDesk, slack: SlackStub
) -> None:
    """A slip would keep a process busy, and everybody else's rehearsal waiting for it."""
    await wire.command(ANA, "rehearse Nothing 7 days")
    assert "There is no campaign" in slack.of("respond")[0].said
    assert [each for each in desk.asked if isinstance(each, Rehearse)] == []


@pytest.mark.parametrize(
    ("typed", "name", "days"),
    [
        ("Spring sale", "Spring sale", 30),
        ("Spring sale 7 days", "Spring sale", 7),
        ("Spring sale 7", "Spring sale", 7),
        ("Spring sale 14d", "Spring sale", 14),
        ('"Spring sale" 7 days', "Spring sale", 7),
        ("Spring sale, over 1 day", "Spring sale", 1),
        ("Back in 7 days", "Back in 7 days", 30),
        ("Back in 7 days 14 days", "Back in 7 days", 14),
    ],
)
async def test_how_many_days_is_said_after_the_name(
    wire: Wire, desk: FakeDesk, typed: str, name: str, days: int
) -> None:
    """Where there is too much for 30 days, whoever is told so must be able to ask for fewer."""
    desk.keep(draft(PAST))
    desk.keep(draft(replace(PAST, name="Back in 7 days"), id="c_2"))
    await wire.command(ANA, f"rehearse {typed}")
    assert [each for each in desk.asked if isinstance(each, Rehearse)] == [Rehearse(name, days)]
