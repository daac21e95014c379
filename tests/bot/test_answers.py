import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.mail import BooksView, CampaignLine, Done, Refused
from bot import answers
from bot.blocks import Message
from domain.problem import Problem
from domain.review import State
from tests.bot.oracle import words
from tests.bot.strategies import LINES, NAMES
from tests.bot.test_views import check


@given(st.lists(LINES, max_size=70).map(tuple), st.integers(min_value=-1, max_value=9))
def test_every_list_is_one_that_slack_takes(lines: tuple[CampaignLine, ...], page: int) -> None:
    check(answers.listing(lines, page))


@given(NAMES, NAMES, st.lists(st.builds(Problem, NAMES, NAMES, NAMES), max_size=60).map(tuple))
def test_every_refusal_is_one_that_slack_takes(
    what: str, fix: str, problems: tuple[Problem, ...]
) -> None:
    check(answers.refused(Refused(f"No: {what}", fix, problems)))


@pytest.mark.parametrize(
    "message",
    [
        answers.help_text(),
        answers.unknown_command("<!channel>"),
        answers.name_missing("show"),
        answers.done(Done("<!here> is done.")),
        answers.stale(),
        answers.working(),
        answers.went_wrong("ABC123"),
        answers.not_for_you("Guests of this workspace may do nothing here."),
        answers.decided("U0BEN"),
    ],
)
def test_every_other_answer_is_one_that_slack_takes(message: Message) -> None:
    check(message)


def line(name: str, state: State, updated_ms: int = 0) -> CampaignLine:
    return CampaignLine(name, name, "live", state, "U0ANA", BooksView(), updated_ms)


def test_campaigns_that_need_somebody_come_first_and_the_latest_first_within_a_state() -> None:
    lines = (
        line("stopped", State.STOPPED),
        line("older", State.RUNNING, 1),
        line("newer", State.RUNNING, 2),
        line("held", State.BLOCKED),
    )
    said = words(list(answers.listing(lines).blocks))
    order = [said.index(f"*{name}*") for name in ("held", "newer", "older", "stopped")]
    assert order == sorted(order)


def test_every_state_has_its_place_in_the_list() -> None:
    assert set(answers._RANK) == set(State)


def test_a_list_has_pages_of_twenty() -> None:
    lines = tuple(line(f"n{number}", State.DRAFT) for number in range(41))
    said = words(list(answers.listing(lines, 2).blocks))
    assert "Page 3 of 3" in said
    assert said.count("*n") == 1


def test_a_refusal_names_what_to_do_and_each_problem_with_its_line() -> None:
    problem = Problem("who.of[1].op", "It is no operator.", "Did you mean equals?", 4)
    said = words(list(answers.refused(Refused("Not yet.", "Correct it.", (problem,))).blocks))
    assert "Correct it." in said
    assert "line 4, `who.of[1].op`: It is no operator. Did you mean equals?" in said
