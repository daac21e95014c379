from bot.wizard.reading import Reading
from bot.wizard.step import Page
from bot.wizard.who import STEP, Row, WhoValues
from domain.audience import EVERYONE, All, Not, Property
from domain.campaign import Campaign


def blocks(part: WhoValues, *, live: bool = False) -> frozenset[str]:
    shown = STEP.blocks(part, Page("UTC", live=live))
    return frozenset(each["block_id"] for each in shown if each["type"] == "input")


def part(*rows: Row) -> WhoValues:
    return WhoValues((*rows, Row(), Row(), Row())[:3])


def test_it_asks_for_one_condition_more_than_there_are() -> None:
    assert blocks(part()) == {"who.kind_0"}
    shown = blocks(part(Row("property")))
    assert {"who.property_0", "who.kind_1"} <= shown
    assert not {"who.match", "who.kind_2"} & shown


def test_two_conditions_are_joined_as_is_said() -> None:
    shown = blocks(part(Row("did"), Row("did_not")))
    assert {"who.count_0", "who.match"} <= shown
    assert "who.count_1" not in shown


def test_a_problem_stands_in_its_own_row() -> None:
    two = part(Row(), Row("did"), Row("property"))
    assert STEP.place(two, "who.of[1].value") == "who.operand_2"
    assert STEP.place(two, "who.of[0].event") == "who.event_1"
    assert STEP.place(two, "who") == "who.kind_0"
    assert STEP.place(two, "what") == ""


def test_conditions_keep_the_number_of_their_row() -> None:
    values = part(Row(), Row("property", property="country"))
    assert [number for number, _ in values.conditions] == [1]


def test_everyone_is_no_condition_and_what_no_row_says_is_kept() -> None:
    assert STEP.fill(Campaign("a", "live", who=EVERYONE)) == WhoValues()
    who = All((Not(Property("a", "exists")),))
    kept = STEP.fill(Campaign("a", "live", who=who))
    assert kept.kept
    assert STEP.say(kept, True, Reading()) == {"who": who}
