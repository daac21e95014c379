from pathlib import Path

from trio.testing import MockClock

from actors.mail_trust import Aside, ListAside, ShowAside, Told
from tests.actors.aside import listed, picky, poison_event, refused_message
from tests.actors.house import LIVE, House, open_house


async def shown(house: House, name: str) -> Told:
    answer = await house.desk.ask(ShowAside(id=name))
    assert isinstance(answer, Told), answer
    return answer


async def test_messages_and_events_wait_in_one_list_the_latest_first(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, picky(), quiet=True) as house:
        await house.running(LIVE)
        message = await refused_message(house)
        event = await poison_event(house)
        found = await listed(house)
        assert [(line.id, line.state, line.user) for line in found] == [
            (event, "poison", "cleo"),
            (message, "dead", "bad"),
        ]
        assert {line.campaign for line in found} == {LIVE.name}
        assert "DecodeError, error E1" in found[0].why


async def test_a_list_says_that_there_is_more(tmp_path: Path, autojump_clock: MockClock) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.running(LIVE)
        await poison_event(house, "ann")
        await poison_event(house, "ben")
        answer = await house.desk.ask(ListAside(limit=1))
        assert isinstance(answer, Aside)
        assert (len(answer.lines), answer.more) == (1, True)


async def test_a_campaign_that_is_not_there_is_refused(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        assert "no campaign" in (await house.refused(ListAside(campaign="Nothing"))).what


async def test_each_is_shown_with_its_trail(tmp_path: Path, autojump_clock: MockClock) -> None:
    async with open_house(tmp_path, autojump_clock, picky(), quiet=True) as house:
        await house.running(LIVE)
        message = await shown(house, await refused_message(house))
        assert [step.said for step in message.steps][-1].startswith(
            "it is never sent again by itself"
        )
        event = await shown(house, await poison_event(house))
        assert "The event's body cannot be read." in event.known
        assert "waits for a person" in event.steps[-1].said


async def test_an_id_of_nothing_says_where_ids_are(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        for name in ("m1_nothing", "c_nothing:7", "c:x", "", "é:²"):
            assert "clarion dead list" in (await house.refused(ShowAside(id=name))).fix
