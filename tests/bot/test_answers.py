import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.mail import Done, Refused
from bot import answers
from bot.blocks import Message
from domain.problem import Problem
from tests.bot.oracle import words
from tests.bot.strategies import NAMES
from tests.bot.test_views import check


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


def test_a_refusal_names_what_to_do_and_each_problem_with_its_line() -> None:
    problem = Problem("who.of[1].op", "It is no operator.", "Did you mean equals?", 4)
    said = words(list(answers.refused(Refused("Not yet.", "Correct it.", (problem,))).blocks))
    assert "Correct it." in said
    assert "line 4, `who.of[1].op`: It is no operator. Did you mean equals?" in said
