from pathlib import Path

import pytest
from trio.testing import MockClock

from actors.mail_schema import Schema, ShowSchema
from store.copy_errors import CopyNotWrittenError
from store.projection import Projection
from tests.actors.house import House, open_house


async def schema(house: House, request: ShowSchema) -> Schema:
    answer = await house.desk.ask(request)
    assert isinstance(answer, Schema), answer
    return answer


async def test_events_and_properties_are_told_as_they_came_in(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        assert await schema(house, ShowSchema()) == Schema()
        await house.people(2, city="Moss")
        await house.feed(house.event("u1", "Bought", size=38), house.event("u1", "Seen"))
        found = await schema(house, ShowSchema())
        assert [one.name for one in found.events] == ["Bought", "Seen"]
        found = await schema(house, ShowSchema("Bought"))
        assert [(one.name, one.examples) for one in found.properties] == [("size", ("38",))]
        found = await schema(house, ShowSchema(profiles=True))
        assert [(one.name, one.count) for one in found.properties] == [("city", 2)]


async def test_a_name_that_never_came_in_is_refused_with_those_that_are_like_it(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        assert (await house.refused(ShowSchema("Bought"))).fix == "No event has."
        await house.feed(house.event("u1", "Order Bought"), house.event("u1", "Seen"))
        refused = await house.refused(ShowSchema("bought"))
        assert "“Order Bought”" in refused.fix
        assert "“Seen”" not in refused.fix
        misspelt = await house.refused(ShowSchema("Ordr Bougt"))
        assert misspelt.fix.startswith('Did you mean "Order Bought"? There are ')


async def test_while_the_copy_cannot_be_written_it_is_said(
    tmp_path: Path, autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.people(1)

        def fails(_self: object, *_rows: object) -> None:
            raise CopyNotWrittenError(tmp_path, OSError())

        monkeypatch.setattr(Projection, "catch_up", fails)
        assert "cannot be read now" in (await house.refused(ShowSchema())).what
