from domain.audience import Count, SameValue, Step, StepNot
from domain.facts import Event
from domain.same_value import same_values, typed


def events(*values: object, key: str = "p") -> list[Event]:
    return [Event(i, f"m{i}", "u", "A", 100, 100, {key: v}) for i, v in enumerate(values, 1)]


def test_values_come_newest_first_by_time_and_then_by_place() -> None:
    node = SameValue("p", (Step("A"),))
    done = events("old", "new", "newer", "old")
    assert same_values(node, [done].__getitem__) == ["old", "newer", "new"]
    late = [Event(9, "m9", "u", "A", 50, 100, {"p": "late to arrive"})]
    assert same_values(node, [done + late].__getitem__)[-1] == "late to arrive"


def test_one_value_must_meet_every_step() -> None:
    node = SameValue(
        "p", (Step("A", count=Count(">=", 2)), Step("B", property="q")), (StepNot("C"),)
    )
    a, b = events("x", "x", "y", "z", "z"), events("x", "y", "z", key="q")
    assert same_values(node, [a, b, events("z")].__getitem__) == ["x"]


def test_null_lists_and_objects_are_no_value() -> None:
    node = SameValue("p", (Step("A"),))
    assert same_values(node, [events(None, ["x"], {}, ...)].__getitem__) == []


def test_true_and_one_and_its_text_are_three() -> None:
    node = SameValue("p", (Step("A", count=Count(">=", 2)),))
    assert same_values(node, [events(True, 1, "1")].__getitem__) == []
    assert same_values(node, [events(1.0, 1)].__getitem__) == [1]
    assert len({typed(True), typed(1.0), typed("1")}) == 3
