from domain.audience import Count, SameValue, Step, StepNot
from domain.facts import Event
from domain.same_value import ByValue, same_values, step_property, typed


def events(*values: object, key: str = "p") -> list[Event]:
    return [Event(i, f"m{i}", "u", "A", 100, 100, {key: v}) for i, v in enumerate(values, 1)]


def found(node: SameValue, *steps: list[Event]) -> list[object]:
    counted = []
    for n, step in enumerate(steps):
        counted.append(ByValue(step_property(node, n)))
        for event in step:
            assert not counted[-1].add(event)
    return list(same_values(node, counted.__getitem__))


def test_values_come_newest_first_by_time_and_then_by_place() -> None:
    node = SameValue("p", (Step("A"),))
    done = events("old", "new", "newer", "old")
    assert found(node, done) == found(node, done[::-1]) == ["old", "newer", "new"]
    late = [Event(9, "m9", "u", "A", 50, 100, {"p": "late to arrive"})]
    assert found(node, done + late)[-1] == "late to arrive"


def test_one_value_must_meet_every_step() -> None:
    node = SameValue(
        "p", (Step("A", count=Count(">=", 2)), Step("B", property="q")), (StepNot("C"),)
    )
    a, b = events("x", "x", "y", "z", "z"), events("x", "y", "z", key="q")
    assert found(node, a, b, events("z")) == ["x"]


def test_null_lists_and_objects_are_no_value() -> None:
    node = SameValue("p", (Step("A"),))
    assert found(node, events(None, ["x"], {}, ...)) == []


def test_true_and_one_and_its_text_are_three() -> None:
    node = SameValue("p", (Step("A", count=Count(">=", 2)),))
    assert found(node, events(True, 1, "1")) == []
    assert found(node, events(1.0, 1)) == [1]
    assert len({typed(True), typed(1.0), typed("1")}) == 3


def test_a_step_knows_how_many_values_it_tells_apart() -> None:
    counted = ByValue("p")
    for event in events("x", "y", "x", None):
        counted.add(event)
    assert counted.size() == 2


def test_a_value_of_which_nothing_is_left_is_none() -> None:
    counted, (first, second, third, nothing) = ByValue("p"), events("x", "y", "x", None)
    for event in (first, second, third, nothing):
        counted.add(event)
    for event in (nothing, first, second):
        counted.drop(event)
    assert {value: found.times for (_, value), found in counted.found.items()} == {"x": 1}
