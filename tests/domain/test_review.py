from pathlib import Path

import pytest

from domain.review import (
    PUBLISHED,
    TABLE,
    UNPUBLISHED,
    Action,
    Forbidden,
    State,
    diagram,
    may_approve,
    step,
)

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "lifecycle.md"
FINAL = {State.STOPPED, State.COMPLETED}
PEOPLE_AGREED = {Action.APPROVE, Action.PUBLISH}


def reachable(without: frozenset[Action] = frozenset()) -> set[State]:
    found, waiting = set[State](), [State.DRAFT]
    while waiting:
        state = waiting.pop()
        if state not in found:
            found.add(state)
            waiting += [led for action, led in TABLE[state].items() if action not in without]
    return found


def test_the_table_speaks_of_every_state() -> None:
    assert set(TABLE) == set(State)


def test_every_state_can_be_reached() -> None:
    assert reachable() == set(State)


def test_every_action_is_possible_somewhere() -> None:
    assert {action for steps in TABLE.values() for action in steps} == set(Action)


def test_from_every_state_there_is_a_way_to_the_end() -> None:
    ends = set(FINAL)
    for _ in State:
        ends |= {state for state, steps in TABLE.items() if ends & set(steps.values())}
    assert ends == set(State)


@pytest.mark.parametrize("state", sorted(FINAL))
@pytest.mark.parametrize("action", Action)
def test_nothing_leads_out_of_a_final_state(state: State, action: Action) -> None:
    assert step(state, action) == Forbidden(state, action, ())


def test_only_the_final_states_have_no_way_out() -> None:
    assert {state for state, steps in TABLE.items() if not steps} == FINAL


@pytest.mark.parametrize("action", sorted(PEOPLE_AGREED))
def test_nothing_runs_without_having_been_approved_and_published(action: Action) -> None:
    found = reachable(frozenset({action}))
    assert found.isdisjoint(PUBLISHED | {State.FAULTED, State.COMPLETED, State.STOPPED})


def test_every_edit_leads_back_to_a_draft() -> None:
    """An approval is for exactly the content that was read."""
    assert {steps[Action.EDIT] for steps in TABLE.values() if Action.EDIT in steps} == {State.DRAFT}


def test_what_is_under_way_is_not_edited() -> None:
    editable = {state for state, steps in TABLE.items() if Action.EDIT in steps}
    assert editable == UNPUBLISHED | {State.SCHEDULED, State.AWAITING_NEXT_RUN}


def test_what_was_published_can_always_be_stopped() -> None:
    stoppable = {state for state, steps in TABLE.items() if Action.STOP in steps}
    assert stoppable == PUBLISHED | {State.FAULTED}


def test_every_state_is_before_publishing_or_after_it() -> None:
    assert PUBLISHED.isdisjoint(UNPUBLISHED)
    assert set(State) == PUBLISHED | UNPUBLISHED | FINAL | {State.FAULTED}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("action", Action)
def test_the_table_is_closed(state: State, action: Action) -> None:
    answer = step(state, action)
    if action in TABLE[state]:
        assert answer is TABLE[state][action]
    else:
        assert answer == Forbidden(state, action, tuple(TABLE[state]))


@pytest.mark.parametrize(
    ("by", "may"), [("U_ANN", False), ("U_BEN", False), ("U_ZOE", True), ("u_ann", True)]
)
def test_neither_the_author_nor_an_editor_decides(by: str, may: bool) -> None:
    assert may_approve(by, author="U_ANN", editors=frozenset({"U_BEN"})) is may


def test_the_diagram_has_every_step_of_the_table() -> None:
    drawn = diagram().splitlines()
    for state, steps in TABLE.items():
        for action, led in steps.items():
            line = next(one for one in drawn if one.startswith(f"    {state} --> {led}: "))
            assert action in line.partition(": ")[2].split(", ")
    assert "    paused --> running: resume (it had started)" in drawn
    assert "    paused --> awaiting_next_run: resume (between two runs)" in drawn
    assert [line for line in drawn if "[*]" in line] == [
        "    [*] --> draft",
        "    stopped --> [*]",
        "    completed --> [*]",
    ]


def test_the_page_on_the_life_cycle_shows_the_table_as_it_is() -> None:
    assert f"```mermaid\n{diagram()}```\n" in PAGE.read_text(encoding="utf-8")


def test_the_page_on_the_life_cycle_explains_every_state() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert [state for state in State if f"| `{state}` |" not in text] == []
