import pytest
from msgspec import structs

from bot.wizard.alsos import Also
from bot.wizard.reading import Reading
from bot.wizard.start import STEP
from bot.wizard.step import Given, Menu, Page, StepName
from bot.wizard.triggers import StartValues
from bot.wizard.values import Values, checked
from domain.behaviour import Filter
from domain.campaign import Trigger
from tests.bot.fake_desk import NOW_MS
from tests.bot.samples import LIVE, PAST


def asked(**values: object) -> set[str]:
    part = structs.replace(StartValues(kind="live"), **values)
    shown = STEP.blocks(part, Page("UTC", live=True))
    return {each["block_id"].partition(".")[2] for each in shown if each["type"] == "input"}


def test_what_looks_back_waits_for_nothing() -> None:
    assert asked(kind="past_behaviour") == {"name", "kind", "labels"}


@pytest.mark.parametrize(
    ("wait", "more"),
    [
        ("delay", {"delay", "delay_unit", "recheck"}),
        ("without", {"not_event", "within", "within_unit", "exact"}),
        ("date", {"date", "offset", "offset_unit", "side", "date_same", "cancel", "recheck"}),
    ],
)
def test_a_way_of_waiting_asks_what_it_needs(wait: str, more: set[str]) -> None:
    assert more <= asked(wait=wait)
    assert not more & asked()


@pytest.mark.parametrize(
    ("wait", "needed"),
    [
        ("without", {"not_event", "within", "within_unit"}),
        ("date", {"date", "offset", "offset_unit", "side"}),
    ],
)
def test_a_wait_asks_for_no_more_than_it_needs(wait: str, needed: set[str]) -> None:
    part = StartValues(kind="live", wait=wait, more=("also",))
    blocks = STEP.blocks(part, Page("UTC", live=True))
    asked_for = [each for each in blocks if each["type"] == "input" and not each["optional"]]
    names = {each["block_id"].partition(".")[2] for each in asked_for}
    assert names == needed | {"name", "kind", "event", "wait"}


MORE_OF_WITHOUT = {
    "not_where", "not_also", "same", "same_there", "on_repeat", "grace", "recheck"
}  # fmt: skip


def test_what_must_not_follow_is_two_questions_until_one_wants_to_say_more() -> None:
    assert asked(wait="without") & MORE_OF_WITHOUT == set()
    assert asked(wait="without", exact=("yes",)) >= MORE_OF_WITHOUT


def test_within_how_long_has_no_unit_that_nobody_chose() -> None:
    part = StartValues(name="a", kind="live", event="A", wait="without", not_event="B", within="30")
    form = Values(start=part)
    problems = checked(form, now_ms=NOW_MS, zone="UTC").problems
    assert list(problems[StepName.START]) == ["start.within_unit"]


def test_further_events_are_asked_for_if_there_are_some() -> None:
    assert "also" not in asked()
    assert "also" in asked(more=("also",))


@pytest.mark.parametrize(
    ("name", "menu"),
    [
        ("event", Menu("event")),
        ("also", Menu("event")),
        ("cancel", Menu("event")),
        ("date", Menu("property", "A")),
        ("same", Menu("property", "A")),
        ("name", None),
    ],
)
def test_its_menus_offer_events_and_their_properties(name: str, menu: Menu | None) -> None:
    assert STEP.menu(StartValues(event="A"), f"start.{name}") == menu


def test_what_happens_in_a_pause_is_held_if_that_is_ticked() -> None:
    held = structs.replace(LIVE, on_pause="hold")
    assert STEP.fill(held).more == ("hold",)
    assert STEP.say(STEP.fill(held), True, Reading())["on_pause"] == "hold"


def test_a_trigger_is_asked_for_and_said_again() -> None:
    part = STEP.fill(LIVE)
    assert (part.event, part.where) == ("Order Completed", "price >= 50")
    assert STEP.say(part, True, Reading())["trigger"] == LIVE.trigger


def test_labels_stand_in_one_line() -> None:
    part = STEP.fill(structs.replace(PAST, labels=("a", "b c", "d, e")))
    assert part.labels == 'a, b c, "d, e"'
    assert STEP.say(part, False, Reading())["labels"] == ("a", "b c", "d, e")


def test_a_trigger_whose_comparisons_are_longer_than_an_input_is_kept() -> None:
    trigger = Trigger("A", tuple(Filter(f"p{n}", "equals", "x" * 400) for n in range(10)))
    part = STEP.fill(structs.replace(LIVE, trigger=trigger))
    assert part.kept_trigger
    assert STEP.say(part, True, Reading())["trigger"] == trigger


def test_further_events_and_what_they_must_have_are_entered_and_kept() -> None:
    part = StartValues(kind="live", more=("also",), also=(Also(0, "B", "x > 1"),))
    given: Given = {"start.also": ("B", "C"), "start.also_where_0": "x > 2", "start.event": "A"}
    read = STEP.read(part, given)
    assert read.also == (Also(0, "B", "x > 2"), Also(1, "C"))
    assert (read.event, read.not_also) == ("A", ())
    assert {"also", "also_where_0", "also_where_1"} <= asked(more=("also",), also=read.also)
    assert STEP.read(read, {"start.name": "n"}).also == read.also


@pytest.mark.parametrize(
    ("wait", "same", "events"),
    [("without", "same", ("also", "not_also")), ("date", "date_same", ("also", "cancel"))],
)
def test_where_a_property_must_be_the_same_each_further_event_may_say_its_own_name(
    wait: str, same: str, events: tuple[str, ...]
) -> None:
    some = {name: (Also(0, "B"), Also(3, "C")) for name in events}
    values: dict[str, object] = {"wait": wait, "more": ("also",), "exact": ("yes",), **some}
    inputs = {f"{name}_there_{no}" for name in events for no in (0, 3)}
    assert not inputs & asked(**values)
    assert inputs <= asked(**values, **{same: "cart_id"})


def test_the_name_that_a_property_has_in_a_further_event_is_read_and_kept() -> None:
    part = StartValues(kind="live", wait="without", same="cart", not_also=(Also(3, "C"),))
    read = STEP.read(part, {"start.not_also_there_3": "basket"})
    assert read.not_also == (Also(3, "C", "", "basket"),)
    assert STEP.read(read, {"start.name": "n"}).not_also == read.not_also


RIGHT = StartValues(
    name="a",
    kind="live",
    event="A",
    not_event="B",
    within="1",
    within_unit="hours",
    exact=("yes",),
    date="at",
)


@pytest.mark.parametrize(
    ("values", "block"),
    [
        ({"name": ""}, "start.name"),
        ({"labels": "a, a"}, "start.labels"),
        ({"event": ""}, "start.event"),
        ({"where": "nonsense"}, "start.where"),
        ({"also": (Also(0, "x" * 300),), "more": ("also",)}, "start.also"),
        (
            {"also": (Also(0, "B"), Also(3, "C", "a = ")), "more": ("also",)},
            "start.also_where_3",
        ),
        ({"wait": "without", "not_event": ""}, "start.not_event"),
        ({"wait": "without", "within": "0"}, "start.within"),
        ({"wait": "without", "grace": "9999"}, "start.grace"),
        ({"wait": "without", "same_there": "basket"}, "start.same_there"),
        (
            {"wait": "without", "same": "id", "not_also": (Also(2, "C", "", "x" * 200),)},
            "start.not_also_there_2",
        ),
        ({"wait": "date", "date": ""}, "start.date"),
        ({"wait": "date", "offset": "99999", "offset_unit": "days"}, "start.offset"),
    ],
)
def test_a_problem_stands_at_its_input(values: dict[str, object], block: str) -> None:
    form = Values(start=structs.replace(RIGHT, **values))
    problems = checked(form, now_ms=NOW_MS, zone="UTC").problems
    assert [each for errors in problems.values() for each in errors] == [block]
