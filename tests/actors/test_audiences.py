import sqlite3
from pathlib import Path

import msgspec
from trio.testing import MockClock

from actors.mail import Approve, Draft, Publish, RaiseLimit, Refused, SendSample, Submit
from actors.mail_audience import (
    AudienceLine,
    Audiences,
    AudienceShown,
    AudienceUse,
    ListAudiences,
    ListLine,
    Reach,
    ReachAudience,
    ReachCampaign,
    Reached,
    SaveAudience,
    ShowAudience,
)
from domain.audience import All, CustomList, Node, Not, Property, Saved
from domain.campaign import DoNotDisturb, Limits
from store import lists
from store.lists import Entry, Published, Upload
from tests.actors.house import ANA, BEN, LIVE, PAST, START_MS, House, open_house

replace = msgspec.structs.replace
NORWAY = Property("country", "equals", "NO")
SWEDEN = Property("country", "equals", "SE")
BUYERS = replace(PAST, who=Saved("Buyers"))


async def save(house: House, name: str, who: Node) -> str:
    return (await house.asks(SaveAudience(name, who, ANA))).message


async def upload(house: House, name: str, *users: str) -> None:
    def job(conn: sqlite3.Connection) -> object:
        upload = lists.begin(conn, name, source=",".join(users), by=ANA, now_ms=START_MS)
        assert isinstance(upload, Upload)
        lists.append(conn, upload, [Entry("identity", user) for user in users], at=0)
        return lists.publish(conn, upload, by=ANA, now_ms=START_MS)

    assert isinstance(await house.store.write(job), Published)


async def countries(house: House) -> None:
    for n, country in enumerate(["NO", "SE", "NO", "SE"]):
        await house.feed(house.profile(f"u{n}", country=country, email=f"{n}@x.no"))


async def test_a_saved_audience_stands_for_its_tree(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await countries(house)
        assert await save(house, "Buyers", NORWAY) == "Saved “Buyers”, version 1."
        await house.publish(BUYERS)
        await house.until(PAST.name, "completed")
        assert sorted(house.wire.users) == ["u0", "u2"]


async def test_a_campaign_keeps_what_the_audience_was_when_it_was_drafted(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    """What was approved is what runs; a change of the audience is no way around the review."""
    async with open_house(tmp_path, autojump_clock) as house:
        await countries(house)
        await save(house, "Buyers", NORWAY)
        await house.asks(Draft(BUYERS, ANA))
        before = await house.view(PAST.name)
        said = await save(house, "Buyers", SWEDEN)
        assert said.endswith("Campaigns keep what it was until they are edited: “Win back”.")
        shown = await house.view(PAST.name)
        assert shown.hash == before.hash
        assert shown.audiences == (AudienceUse("Buyers", 1, 2, NORWAY),)
        assert shown.estimate is not None
        assert shown.estimate.qualified == 2
        await house.asks(Submit(PAST.name, ANA))
        await house.asks(Approve(PAST.name, BEN, before.hash))
        await house.asks(Publish(PAST.name, ANA))
        await house.until(PAST.name, "completed")
        assert sorted(house.wire.users) == ["u0", "u2"]


async def test_an_edit_takes_the_audience_over_and_voids_the_approval(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await save(house, "Buyers", NORWAY)
        await house.approved(BUYERS)
        first = await house.view(PAST.name)
        await save(house, "Buyers", SWEDEN)
        await house.asks(Draft(BUYERS, ANA))
        second = await house.view(PAST.name)
        assert (first.state, second.state, second.revision) == ("approved", "draft", 2)
        assert first.hash != second.hash
        assert second.audiences == (AudienceUse("Buyers", 2, 2, SWEDEN),)


async def test_a_higher_limit_is_for_the_audience_that_was_approved(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await countries(house)
        await save(house, "Buyers", NORWAY)
        await house.publish(replace(BUYERS, limits=Limits(safety_limit=1)))
        await house.until(PAST.name, "blocked")
        await save(house, "Buyers", SWEDEN)
        run = (await house.only_run(PAST.name)).run
        await house.asks(RaiseLimit(PAST.name, ANA, run, 2))
        await house.asks(Approve(PAST.name, BEN))
        await house.until(PAST.name, "completed")
        assert sorted(house.wire.users) == ["u0", "u2"]


async def test_a_circle_of_audiences_is_refused_with_its_way(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await save(house, "A", NORWAY)
        await save(house, "B", Not(Saved("A")))
        await save(house, "C", All((Saved("B"),)))
        refused = await house.refused(SaveAudience("a", Not(Saved("C")), ANA))
        (problem,) = refused.problems
        assert problem.what == "The saved audience would contain itself: A -> C -> B -> A."
        (problem,) = (await house.refused(SaveAudience("Self", Saved("Self"), ANA))).problems
        assert problem.what == "The saved audience would contain itself: Self -> Self."


async def test_names_that_are_not_there_are_refused_at_their_place(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await save(house, "Buyers", NORWAY)
        tree = All((Saved("Buyer"), CustomList("VIPs")))
        for request in (Draft(replace(PAST, who=tree), ANA), SaveAudience("X", tree, ANA)):
            refused = await house.refused(request)
            assert [each.where for each in refused.problems] == ["who.of[0].name", "who.of[1].name"]
            assert "Buyers" in refused.problems[0].fix


async def test_audiences_and_lists_are_listed_and_shown(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await countries(house)
        await upload(house, "VIPs", "u0", "nobody")
        await save(house, "Buyers", NORWAY)
        await save(house, "Buyers", All((NORWAY, CustomList("VIPs"))))
        await house.asks(Draft(BUYERS, ANA))
        listed = await house.desk.ask(ListAudiences())
        now = house.clock.now_ms()
        assert listed == Audiences(
            (AudienceLine("Buyers", 2, ANA, now),),
            (ListLine("VIPs", 1, 1, 1, 0, ANA, START_MS),),
        )
        first = await house.desk.ask(ShowAudience("buyers", 1))
        assert first == AudienceShown("Buyers", 1, 2, NORWAY, ANA, now, (PAST.name,))
        refused = await house.refused(ShowAudience("Buyers", 3))
        assert "has no version 3" in refused.what
        unknown = await house.refused(ShowAudience("Payers"))
        assert "no saved audience" in unknown.what
        assert unknown.fix.startswith("All names: `/campaign audience list`")
        assert 'Did you mean "' in (await house.refused(ReachAudience("buyer"))).fix


async def test_the_same_audience_again_is_no_new_version(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await save(house, "Buyers", NORWAY)
        assert "is unchanged" in await save(house, "Buyers", NORWAY)
        assert [row[1] for row in await house.audit()] == ["save_audience"]


async def test_who_is_in_a_saved_audience_is_counted_as_it_is_now(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await countries(house)
        await house.feed(house.profile("u9", country=5))
        await upload(house, "VIPs", "u0", "u1", "u2")
        await save(house, "Norway", NORWAY)
        await save(house, "Buyers", All((Saved("Norway"), CustomList("VIPs"))))
        for request in (ReachAudience("Buyers"), Reach(BUYERS)):
            answer = await house.desk.ask(request)
            assert isinstance(answer, Reached)
            assert answer.estimate.qualified == 2
            (note,) = answer.estimate.notes
            assert note.startswith('1 users have a "country" that is no text')
        await save(house, "Norway", SWEDEN)
        answer = await house.desk.ask(ReachAudience("Buyers"))
        assert isinstance(answer, Reached)
        assert answer.estimate.qualified == 1


async def test_a_run_that_is_held_keeps_the_list_that_it_began_with(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await countries(house)
        await upload(house, "VIPs", "u0", "u1")
        held = replace(PAST, who=CustomList("VIPs"), limits=Limits(safety_limit=1))
        await house.publish(held)
        await house.until(PAST.name, "blocked")
        await upload(house, "VIPs", "u2")
        run = (await house.only_run(PAST.name)).run
        await house.asks(SendSample(PAST.name, ANA, run, 1))
        await house.until(PAST.name, "completed")
        assert set(house.wire.users) < {"u0", "u1"}


async def test_a_message_that_waited_is_asked_for_the_list_of_its_own_run(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await countries(house)
        await upload(house, "VIPs", "u0", "u1")
        quiet = DoNotDisturb("10:00", "10:50")
        await house.publish(replace(PAST, who=CustomList("VIPs"), do_not_disturb=quiet))
        await house.idle()
        await upload(house, "VIPs", "u2")
        await house.until(PAST.name, "completed", seconds=600)
        assert sorted(house.wire.users) == ["u0", "u1"]


async def test_a_live_campaign_asks_the_list_as_it_is_when_the_event_comes(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await countries(house)
        await upload(house, "Staff", "u0")
        await house.publish(replace(LIVE, who=Not(CustomList("Staff"))))
        await house.idle()
        await house.feed(house.event("u0"), house.event("u1"))
        await house.idle()
        await upload(house, "Staff", "u1")
        await house.feed(house.event("u0"), house.event("u1"), house.event("u2"))
        await house.idle()
        assert sorted(house.wire.users) == ["u0", "u1", "u2"]


async def test_a_list_that_is_gone_stops_the_campaign_and_excludes_nobody(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await countries(house)
        await upload(house, "Staff", "u0")
        await house.publish(replace(LIVE, who=Not(CustomList("Staff"))))
        await house.idle()
        await house.store.write(lambda conn: conn.execute("UPDATE list SET version = 0"))
        await house.feed(house.event("u0"))
        await house.until(LIVE.name, "faulted")
        assert house.wire.users == []


async def test_the_reach_of_a_campaign_is_asked_by_its_name_also_while_it_runs(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await countries(house)
        await save(house, "Buyers", NORWAY)
        await house.publish(BUYERS)
        answer = await house.desk.ask(ReachCampaign(PAST.name.upper()))
        assert isinstance(answer, Reached)
        assert (answer.of, answer.estimate.qualified) == (PAST.name, 2)
        await house.running(LIVE)
        refused = await house.desk.ask(ReachCampaign(LIVE.name))
        assert isinstance(refused, Refused)
        assert "live campaign cannot be counted" in refused.what
