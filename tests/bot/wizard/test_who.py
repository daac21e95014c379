import pytest

from bot.wizard.operands import Compared
from bot.wizard.ranges import RangeValues
from bot.wizard.reading import Reading
from bot.wizard.row import KINDS, Row
from bot.wizard.row_places import NOBODY_OPEN
from bot.wizard.step import Menu, Named, Page
from bot.wizard.who import ROWS_MAX, STEP, WhoValues, done, opened_at
from domain.audience import EVERYONE, All, AnyOf, Did, Node, Not, Property
from domain.campaign import Campaign

PAGE = Page("UTC")
PLAN = Compared(property="plan", operand="pro")
PROPERTY, EVENT = Row(0, "property", compared=PLAN), Row(1, "did", "Bought")


def inputs(part: WhoValues, page: Page = PAGE) -> set[str]:
    return {each["block_id"] for each in STEP.blocks(part, page) if each["type"] == "input"}


def said(part: WhoValues) -> Node:
    who: Node = STEP.say(part, False, Reading())["who"]
    return who


def test_without_a_condition_it_is_for_everyone_and_says_so() -> None:
    assert inputs(WhoValues()) == set()
    assert "for every user" in str(STEP.blocks(WhoValues(), PAGE))
    assert "everyone who does the event" in str(STEP.blocks(WhoValues(), Page("UTC", live=True)))
    assert said(WhoValues()) == EVERYONE


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_condition_that_is_added_is_open_at_once(kind: str) -> None:
    part = done(WhoValues((PROPERTY,), next=1), f"add.{kind}")
    assert (part.rows[-1].kind, part.open, part.next) == (kind, 1, 2)
    assert any(block.endswith("_1") for block in inputs(part))


def test_only_one_condition_is_open_and_the_others_are_sentences() -> None:
    part = WhoValues((PROPERTY, EVENT), open=1, next=2)
    assert {"who.name_1", "who.count_1", "who.match"} <= inputs(part)
    assert not {"who.property_0"} & inputs(part)
    assert "plan is “pro”" in str(STEP.blocks(part, PAGE)) or "plan" in str(STEP.blocks(part, PAGE))


def test_a_number_is_never_given_twice_because_slack_keeps_what_stands_in_an_input() -> None:
    part = done(done(done(WhoValues(), "add.did"), "remove.0"), "add.did")
    assert [row.no for row in part.rows] == [1]


def test_conditions_are_opened_closed_and_taken_away() -> None:
    part = WhoValues((PROPERTY, EVENT), next=2)
    assert done(part, "open.1").open == 1
    assert done(done(part, "open.1"), "close.1").open == NOBODY_OPEN
    assert done(part, "remove.0").rows == (EVENT,)
    for nonsense in ("open.9", "remove.x", "add.nothing", "", "jump.1"):
        assert done(part, nonsense) == part


def test_comparisons_of_an_events_properties_come_and_go() -> None:
    part = done(done(WhoValues((EVENT,), open=1, next=2), "compare.1"), "compare.1")
    assert [each.no for each in part.rows[0].where] == [0, 1]
    assert {"who.where_property_1_0", "who.where_property_1_1"} <= inputs(part)
    assert [each.no for each in done(part, "uncompare.1").rows[0].where] == [0]


def test_there_is_an_end_to_conditions() -> None:
    part = WhoValues(tuple(Row(n, "did", "A") for n in range(ROWS_MAX)), next=ROWS_MAX)
    assert done(part, "add.did") == part
    assert "Add a condition" not in str(STEP.blocks(part, PAGE))


def test_they_hold_all_or_at_least_one() -> None:
    part = WhoValues((PROPERTY, EVENT), next=2)
    nodes = (Property("plan", "equals", "pro"), Did("Bought"))
    assert said(part) == All(nodes)
    assert said(STEP.read(part, {"who.match": "any"})) == AnyOf(nodes)


def test_only_what_is_shown_is_read() -> None:
    part = WhoValues((PROPERTY, EVENT), open=1, next=2)
    given = {"who.name_1": "Seen", "who.property_0": "old", "who.range_1": "days"}
    read = STEP.read(part, given)
    assert read.rows == (PROPERTY, Row(1, "did", "Seen", range=RangeValues("days")))


def test_a_problem_stands_at_its_input_or_at_the_sentence_of_its_condition() -> None:
    part = WhoValues((PROPERTY, EVENT), open=1, next=2)
    assert STEP.place(part, "who.of[1].event") == "who.name_1"
    assert STEP.place(part, "who.of[1].count") == "who.count_1"
    assert STEP.place(part, "who.of[0].value") == "who.row_0"
    assert STEP.place(part, "who") == "who.add_2"
    assert STEP.place(part, "what") == ""
    wrong = Page("UTC", problems={"who.row_0": "Too old."})
    assert "Too old." in str(STEP.blocks(part, wrong))


def test_what_cannot_be_read_is_said_where_it_is_shown() -> None:
    reading = Reading()
    empty = Row(0, "property", compared=Compared(property="plan"))
    STEP.say(WhoValues((empty,)), False, reading)
    STEP.say(WhoValues((empty,), open=0), False, reading)
    assert set(reading.errors) == {"who.row_0", "who.any_0"}


def test_an_audience_is_shown_as_it_is_and_said_again() -> None:
    who = AnyOf((Property("plan", "equals", "pro"), Not(All((Did("A"),)))))
    part = STEP.fill(Campaign("a", "past_behaviour", who=who))
    assert [row.kind for row in part.rows] == ["property", "kept"]
    assert said(part) == who
    again = done(part, "add.did")
    assert isinstance(said(again), AnyOf)


def test_the_menus_of_the_open_condition_know_what_they_are_about() -> None:
    where = (Compared(3, "category", types=("text",)),)
    part = WhoValues((Row(1, "did", "Bought", where=where),), open=1)
    assert STEP.menu(part, "who.name_1") == Menu("event")
    assert STEP.menu(part, "who.where_property_1_3") == Menu("property", "Bought")
    assert STEP.menu(part, "who.where_menu_1_3") == Menu("value", "Bought", "category")
    assert STEP.menu(part, "who.name_2") is None
    mine = WhoValues((Row(0, "property", compared=PLAN),), open=0)
    assert STEP.menu(mine, "who.property_0") == Menu("trait")
    assert STEP.menu(mine, "who.menu_0") == Menu("value", "", "plan")
    for kind, wanted in (("saved", "audience"), ("not_list", "list")):
        assert STEP.menu(WhoValues((Row(0, kind),), open=0), "who.name_0") == Menu(wanted)  # type: ignore[arg-type]


def test_the_inputs_learn_the_types_of_what_they_compare() -> None:
    part = WhoValues((PROPERTY, EVENT), open=0, next=2)
    assert STEP.names(part) == (Named("plan"),)
    learned = STEP.learn(part, lambda _: ("text",))
    assert learned.rows[0].compared.types == ("text",)
    assert "who.menu_0" in inputs(learned)
    assert "who.any_0" in inputs(part)


def test_a_closed_condition_with_a_problem_is_opened_unless_what_is_open_has_one() -> None:
    part = WhoValues((PROPERTY, EVENT), open=1, next=2)
    found = opened_at(part, {"who.row_0": "Too old."})
    assert found is not None
    assert found.open == 0
    assert opened_at(part, {"who.row_0": "Too old.", "who.name_1": "Empty."}) is None
    assert opened_at(part, {}) is None
