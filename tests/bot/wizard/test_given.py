from msgspec import structs

from bot.menus import LongNames
from bot.wizard.bounds import LimitsValues
from bot.wizard.contents import WhatValues
from bot.wizard.given import read_given
from bot.wizard.operands import Compared
from bot.wizard.ranges import RangeValues
from bot.wizard.row import Row
from bot.wizard.schedules import WhenValues
from bot.wizard.step import StepName
from bot.wizard.steps import STEPS
from bot.wizard.triggers import StartValues
from bot.wizard.values import Values, filled
from bot.wizard.who import WhoValues
from tests.bot.wire import opened
from tests.bot.wizard.kit import view_of

FILLED = Values(
    start=StartValues(name="Spring sale", labels="a, b"),
    who=WhoValues(
        (
            Row(
                4,
                "did",
                "Order Completed",
                count="2",
                range=RangeValues("days", days="30"),
                where=(Compared(0, "category", "equals", "shoes", ("text",)),),
            ),
        ),
        open=4,
        next=5,
    ),
    what=WhatValues("a = b", "Sent"),
    when=WhenValues(start="at", start_date="2030-01-01", start_time="09:00"),
    limits=LimitsValues(cap="100", cap_each="7", quiet="delay", quiet_from="21:00"),
)
BARE = Row(4, "did", where=(Compared(0, "category", types=("text",)),))


def test_what_each_step_shows_is_what_it_reads() -> None:
    for step in STEPS:
        view = opened(view_of(structs.replace(FILLED, at=step)), {})
        bare = structs.replace(Values(), who=WhoValues((BARE,), open=4, next=5))
        assert filled(bare, step, read_given(view, LongNames())) == structs.replace(
            bare, **{step: getattr(FILLED, step)}
        )


def test_a_number_that_was_taken_out_is_gone() -> None:
    view = opened(view_of(structs.replace(FILLED, at=StepName.WHO)), {"who.count_4": ""})
    assert filled(FILLED, StepName.WHO, read_given(view, LongNames())).who.rows[0].count == ""


def test_several_choices_are_several_values() -> None:
    options = [{"value": "a", "text": {}}, {"value": "b", "text": {}}]
    state = {"values": {"x": {"keep": {"type": "checkboxes", "selected_options": options}}}}
    assert read_given({"state": state}, LongNames()) == {"x": ("a", "b")}


def test_a_view_without_state_has_nothing() -> None:
    assert read_given({"id": "V1"}, LongNames()) == {}
    assert read_given({"state": None}, LongNames()) == {}
