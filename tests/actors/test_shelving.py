from pathlib import Path

import msgspec
import pytest
import trio
from trio.testing import MockClock

from actors.mail import Draft, ListAll, Listed, Stop, Submit
from actors.mail_shelf import Archive, Clone
from domain.review import State
from tests.actors.house import ANA, BEN, LIVE, PAST, House, open_house


async def names(house: House, *, archived: bool = False) -> list[str]:
    listed = await house.desk.ask(ListAll(archived=archived))
    assert isinstance(listed, Listed)
    return [each.name for each in listed.campaigns]


async def test_a_copy_has_the_content_and_nothing_of_the_life(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LIVE)
        copy = (await house.asks(Clone(LIVE.name, BEN, "Again"))).campaign
        assert copy is not None
        assert copy.definition == msgspec.structs.replace(LIVE, name="Again")
        assert (copy.state, copy.author, copy.approved_by) == (State.DRAFT, BEN, "")
        assert copy.books.qualified == 0
        assert (await house.view(LIVE.name)).state == State.RUNNING


async def test_a_copy_never_takes_the_place_of_another_campaign(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.asks(Draft(definition=LIVE, by=ANA))
        await house.asks(Draft(definition=PAST, by=ANA))
        before = await house.snapshot()
        for name in (LIVE.name, PAST.name.upper()):
            assert "is taken" in (await house.refused(Clone(LIVE.name, BEN, name))).what
        assert "no campaign" in (await house.refused(Clone("Nothing", BEN, "New"))).what
        assert await house.snapshot() == before


async def test_a_copy_that_would_be_wrong_today_is_refused_with_every_problem(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    when = msgspec.structs.replace(PAST.when, start="2026-03-21T12:00")
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.asks(Draft(definition=msgspec.structs.replace(PAST, when=when), by=ANA))
        await trio.sleep(7 * 86_400)
        no = await house.refused(Clone(PAST.name, BEN, "Again"))
        assert [each.where for each in no.problems] == ["when.start"]
        assert "--definition" in no.fix


async def test_what_is_over_goes_into_the_archive_and_comes_back(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.running(LIVE)
        assert "cannot be archived" in (await house.refused(Archive(LIVE.name, ANA))).what
        await house.asks(Stop(LIVE.name, ANA))
        await house.asks(Archive(LIVE.name, ANA))
        assert (await names(house), await names(house, archived=True)) == ([], [LIVE.name])
        assert (await house.view(LIVE.name)).archived
        again = await house.asks(Archive(LIVE.name, ANA))
        assert "already" in again.message
        await house.asks(Archive(LIVE.name, ANA, archived=False))
        assert await names(house) == [LIVE.name]
        acts = [action for _, action, _ in await house.audit()]
        assert acts[-2:] == ["archive", "unarchive"]


async def test_work_on_an_archived_draft_brings_it_back(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.asks(Draft(definition=LIVE, by=ANA))
        await house.asks(Archive(LIVE.name, ANA))
        await house.asks(Submit(LIVE.name, ANA))
        assert await names(house) == [LIVE.name]


@pytest.mark.parametrize("state", [State.IN_REVIEW, State.APPROVED, State.PAUSED, State.FAULTED])
async def test_what_waits_for_somebody_stays_in_sight(
    tmp_path: Path, autojump_clock: MockClock, state: State
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.asks(Draft(definition=LIVE, by=ANA))
        await house.store.write(
            lambda conn: conn.execute("UPDATE campaign SET state = ?", (state.value,))
        )
        assert "cannot be archived" in (await house.refused(Archive(LIVE.name, ANA))).what
