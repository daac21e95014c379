import pytest
from msgspec import structs

from bot.wizard.reading import Reading
from bot.wizard.start import STEP, StartValues
from domain.behaviour import Filter
from domain.campaign import Trigger
from tests.bot.samples import LIVE, PAST


def test_a_trigger_is_asked_for_and_said_again() -> None:
    part = STEP.fill(LIVE)
    assert (part.event, part.where) == ("Order Completed", "price >= 50")
    assert STEP.say(part, True, Reading())["trigger"] == LIVE.trigger


def test_labels_stand_in_one_line() -> None:
    part = STEP.fill(structs.replace(PAST, labels=("a", "b c")))
    assert part.labels == "a, b c"
    assert STEP.say(part, False, Reading())["labels"] == ("a", "b c")


def test_a_trigger_whose_comparisons_are_longer_than_an_input_is_kept() -> None:
    trigger = Trigger("A", tuple(Filter(f"p{n}", "equals", "x" * 400) for n in range(10)))
    part = STEP.fill(structs.replace(LIVE, trigger=trigger))
    assert part.kept_trigger
    assert STEP.say(part, True, Reading())["trigger"] == trigger


@pytest.mark.parametrize(
    ("where", "block"),
    [
        ("name", "start.name"),
        ("definition", "start.name"),
        ("labels[1]", "start.labels"),
        ("trigger", "start.event"),
        ("trigger.where[0].op", "start.where"),
        ("limits.cap_total", ""),
    ],
)
def test_a_problem_has_its_place(where: str, block: str) -> None:
    assert STEP.place(StartValues(), where) == block
