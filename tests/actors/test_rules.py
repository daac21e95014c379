import pytest

from actors.rules import forbidden
from domain.review import TABLE, Action, Forbidden, State, step
from store.campaigns import CampaignRow

WORDS = {"_", "State.", "Action."}


def row(state: State) -> CampaignRow:
    return CampaignRow("c", "Spring", "live", "U1", state, "", False, 1, None, None, "", 0, 0)


@pytest.mark.parametrize("state", State)
def test_every_refusal_of_the_life_cycle_reads_as_a_sentence(state: State) -> None:
    for action in Action:
        no = step(state, action)
        if isinstance(no, Forbidden):
            said = forbidden(row(state), no)
            assert said.what.startswith(f"“Spring” is {state.replace('_', ' ')};")
            assert said.fix.endswith(".")
            assert not any(word in said.fix + said.what.split(";")[0] for word in WORDS)


def test_what_is_possible_is_what_the_table_says() -> None:
    no = step(State.RUNNING, Action.APPROVE)
    assert isinstance(no, Forbidden)
    assert forbidden(row(State.RUNNING), no).fix == "What is possible: pause, stop."
    assert {Action.PAUSE, Action.STOP} <= set(TABLE[State.RUNNING])
