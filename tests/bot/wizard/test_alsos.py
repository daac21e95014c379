from typing import Any

from bot.wizard.alsos import Also, also_blocks, also_given, also_of, also_with, say_also
from bot.wizard.asking import Asking
from bot.wizard.reading import Reading
from bot.wizard.step import Page, StepName
from domain.audience import Doing, Filter

TWO = (Also(0, "B", "x > 1"), Also(4, "C"))


def untyped(_no: int) -> Any:
    return None


def test_each_event_says_which_one_its_comparisons_are_about() -> None:
    ask = Asking(StepName.WHO, Page("UTC"))
    shown = also_blocks(ask, "Or one of these", TWO, lambda no: "also" if no is None else f"w{no}")
    assert [each["block_id"] for each in shown] == ["who.also", "who.w0", "who.w4"]
    assert [each["label"]["text"] for each in shown[1:]] == ["Only if “B” has", "Only if “C” has"]
    assert shown[1]["element"]["initial_value"] == "x > 1"


def test_an_event_that_stays_keeps_what_it_must_have_and_a_new_one_gets_its_own_number() -> None:
    assert also_given(TWO, ("C", "D", "E", "D", ""), untyped) == (
        Also(4, "C"),
        Also(5, "D"),
        Also(6, "E"),
    )
    assert also_given(TWO, (), untyped) == ()


def test_while_the_menu_is_not_shown_its_events_stay() -> None:
    assert also_given(TWO, None, untyped) == TWO
    assert also_given(TWO, None, {4: "y = 2"}.get) == (TWO[0], Also(4, "C", "y = 2"))


def test_they_are_said_as_a_definition_says_them_and_entered_again() -> None:
    doings = (Doing("B", (Filter("x", ">", 1),)), Doing("C"))
    reading = Reading()
    assert say_also(TWO, reading, str) == doings
    again = also_of(doings, at_most=2)
    assert again is not None
    assert say_also(again, reading, str) == doings
    assert reading.errors == {}


def test_what_cannot_be_read_is_said_at_its_event() -> None:
    reading = Reading()
    say_also((Also(7, "B", "nonsense"),), reading, str)
    assert list(reading.errors) == ["7"]


def test_what_no_menu_holds_is_not_entered() -> None:
    assert also_of((Doing("B"), Doing("B", (Filter("a", "exists"),))), at_most=9) is None
    assert also_of((Doing("B"), Doing("C")), at_most=1) is None
    assert also_of((Doing(""),), at_most=9) is None
    assert also_of((Doing("B", (Filter("a", "equals", "x" * 4_000),)),), at_most=9) is None


def test_a_problem_of_comparisons_belongs_to_its_event() -> None:
    assert also_with(TWO, "trigger.also", "trigger.also[1].where[0].value") == 4
    assert also_with(TWO, "trigger.also", "trigger.also[1].event") is None
