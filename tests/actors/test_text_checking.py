from pathlib import Path

import pytest
from msgspec.structs import replace
from trio.testing import MockClock

from actors.mail import Done, Refused
from actors.mail_audience import SaveAudience
from actors.mail_text import CheckText
from domain import toml_writer
from domain.audience import AnyOf, Did
from domain.campaign import Limits, What, When
from tests.actors.house import ANA, PAST, House, open_house
from tests.actors.timing import QUARTER, then

WRONG = """\
name = ""
kind = "past_behaviour"
labels = ["a", "a"]
[who]
type = "any"
of = [
  { type = "saved", name = "Buyer" },
  { type = "list", name = "VIPs" },
  { type = "did", event = "Bought", count = { op = "<", value = 0 } },
]
[limits]
cap_totl = 5
control_groups = ["Spring"]
"""


async def lines(house: House, text: str, **how: str) -> list[tuple[int | None, str]]:
    answer = await house.desk.ask(CheckText(text, **how))
    if isinstance(answer, Done):
        return []
    assert isinstance(answer, Refused), answer
    return [(problem.line, problem.where) for problem in answer.problems]


async def test_the_shape_the_rules_and_the_names_are_told_in_one_answer(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        await house.asks(SaveAudience("Buyers", Did("Bought"), ANA))
        assert await lines(house, WRONG) == [
            (1, "name"),
            (3, "labels"),
            (7, "who.of[0].name"),
            (8, "who.of[1].name"),
            (9, "who.of[2].count"),
            (12, "limits.cap_totl"),
            (13, "limits.control_groups[0]"),
        ]


async def test_what_is_wrong_inside_a_saved_audience_is_told_beside_the_rest(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    twelve = ", ".join(['{ type = "saved", name = "Buyers" }'] * 12)
    text = f'name = ""\nkind = "past_behaviour"\n[who]\ntype = "any"\nof = [{twelve}]\n'
    async with open_house(tmp_path, autojump_clock) as house:
        await house.asks(SaveAudience("Buyers", AnyOf((Did("Bought"),) * 90), ANA))
        assert await lines(house, text) == [(1, "name"), (3, "who")]


@pytest.mark.parametrize("text", ["name = ", "name = 5", ""])
async def test_a_text_that_is_no_definition_is_told_what_it_lacks(
    tmp_path: Path, autojump_clock: MockClock, text: str
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        assert await lines(house, text) != []


async def test_a_text_without_problems_is_in_order_and_nothing_is_kept(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock) as house:
        assert await lines(house, toml_writer.write(PAST)) == []
        assert await house.rows("SELECT count(*) FROM campaign") == [(0,)]


async def test_an_edit_of_what_has_had_runs_may_have_past_times_and_change_what_it_says(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    dates = replace(PAST, when=When(dates=("2026-03-20T11:00", "2026-03-20T12:00")))
    said = replace(dates, what=What(key_values={"offer": "new"}))
    wider = replace(said, name="Renamed", limits=Limits(cap_per_run=9))
    async with open_house(tmp_path, autojump_clock) as house:
        await house.people(2)
        await house.publish(dates)
        await then(house, PAST.name, "awaiting_next_run", seconds=QUARTER)
        assert await lines(house, toml_writer.write(said)) == []
        places = [
            where for _, where in await lines(house, toml_writer.write(replace(said, name="New")))
        ]
        assert places == ["when.dates[0]"]
        places = [
            where for _, where in await lines(house, toml_writer.write(wider), edits=PAST.name)
        ]
        assert places == ["limits"]
        broken = toml_writer.write(wider).replace("cap_per_run = 9", "cap_per_run = 0")
        places = [where for _, where in await lines(house, broken, edits=PAST.name)]
        assert places == ["limits", "limits.cap_per_run"]


async def test_of_very_many_problems_the_first_are_told(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    labels = ", ".join(['""'] * 1_500)
    text = f'name = "a"\nkind = "past_behaviour"\nlabels = [{labels}]\n'
    async with open_house(tmp_path, autojump_clock) as house:
        answer = await house.refused(CheckText(text))
        assert len(answer.problems) == 1_000
        assert answer.what.startswith("The definition has 1502 problems")
