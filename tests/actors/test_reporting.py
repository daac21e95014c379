from pathlib import Path

import msgspec
from trio.testing import MockClock

from actors.mail import Refused
from actors.mail_report import MakeDigests, Report, ShowReport
from domain.campaign import Limits, What
from domain.goal import Goal
from domain.variants import Part, Split
from tests.actors.house import LIVE, PAST, House, open_house

AIMED = msgspec.structs.replace(
    LIVE, goal=Goal("Paid", revenue="total"), limits=Limits(control_percent=30)
)


async def report(house: House, name: str) -> Report:
    answer = await house.desk.ask(ShowReport(name))
    assert isinstance(answer, Report), answer
    held = answer.books
    assert held.qualified == held.control + held.sent + sum(held.skipped.values()) + held.pending
    return answer


async def test_a_report_counts_what_happened_seconds_ago(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(AIMED)
        everyone = [f"u{n}" for n in range(40)]
        await house.orders(everyone)
        await house.orders(["anon:device"])
        await house.idle(10)
        await house.feed(*(house.event(user, "Paid", total=2) for user in everyone))
        await house.idle(10)
        found = await report(house, AIMED.name)
        assert (found.goal, found.state) == (AIMED.goal, "running")
        assert found.target is not None
        assert found.control is not None
        assert found.target.users == found.target.converted == found.books.sent
        assert found.target.revenue == 2_000_000 * found.books.sent
        assert found.control.users + found.target.users == 40
        assert sum(one.n for one in found.delivered) == found.books.sent
        assert sum(one.users for one in found.skipped) == sum(found.books.skipped.values())


async def test_the_books_of_a_report_balance_while_messages_go(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, rate=5) as house:
        await house.people(60)
        await house.publish(PAST)
        pending = set()
        for _ in range(30):
            pending.add((await report(house, PAST.name)).books.pending)
            await house.idle(0.5)
        assert len(pending) > 5


async def test_variants_are_reported_in_the_order_of_the_definition(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    split = Split((Part("Z", 50), Part("A", 50)))
    campaign = msgspec.structs.replace(AIMED, variants=split, limits=Limits())
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(campaign)
        users = [f"u{n}" for n in range(20)]
        await house.orders(users)
        await house.idle(10)
        await house.feed(*(house.event(user, "Paid") for user in users))
        await house.idle(10)
        found = await report(house, campaign.name)
        assert [one.name for one in found.variants] == ["Z", "A"]
        assert sum(one.sent for one in found.variants) == 20
        assert all(one.outcome.converted == one.outcome.users == one.sent for one in found.variants)


async def test_a_draft_has_a_report_of_nothing_and_a_stranger_none(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.approved(LIVE)
        found = await report(house, LIVE.name)
        assert (found.books.qualified, found.delivered, found.target) == (0, (), None)
        assert isinstance(await house.desk.ask(ShowReport("Nothing")), Refused)


async def test_a_digest_is_asked_for_once_a_day(tmp_path: Path, autojump_clock: MockClock) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LIVE)
        await house.orders(["u1"])
        await house.idle(10)
        said = [(await house.asks(MakeDigests("2026-09-21"))).message for _ in range(2)]
        assert [words[:1] for words in said] == ["1", "0"]


async def test_values_that_messages_went_without_are_reported(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    what = What(key_values={"hi": "Hello {{ Profile.name }}"})
    async with open_house(tmp_path, autojump_clock) as house:
        await house.feed(house.profile("ann", name="Ann"))
        await house.running(msgspec.structs.replace(LIVE, what=what))
        await house.orders(["ann", "bo", "cy"])
        await house.idle(10)
        found = await report(house, LIVE.name)
        assert found.books.sent == 3
        assert found.blanks == {"Profile.name": 2}
