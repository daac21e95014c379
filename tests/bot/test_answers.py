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


def test_help_has_every_subcommand_once_by_what_it_is_for() -> None:
    named = [name for names in answers.PARTS.values() for name in names]
    assert sorted(named) == sorted(set(answers.USES) - {"help"})


def test_a_refusal_names_what_to_do_and_each_problem_with_its_line() -> None:
    problem = Problem("who.of[1].op", "It is no operator.", "Did you mean equals?", 4)
    said = words(list(answers.refused(Refused("Not yet.", "Correct it.", (problem,))).blocks))
    assert "Correct it." in said
    assert "line 4, `who.of[1].op`: It is no operator. Did you mean equals?" in said


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("history", "report"),
        ("yesterday", "list"),
        ("who", "show"),
        ("audit", "show"),
        ("kill", "pause"),
        ("copy", "clone"),
        ("nwe", "new"),
        ("stopp", "stop"),
        ("stpo", "stop"),
        ("pubilsh", "publish"),
        ("pubish", "publish"),
    ],
)
def test_a_word_that_is_no_command_leads_to_the_one_that_answers_it(typed: str, meant: str) -> None:
    assert f"Did you mean `/campaign {meant}`?" in answers.unknown_command(typed).text


@pytest.mark.parametrize("typed", ["users", "come"])
def test_a_word_that_is_like_nothing_is_taken_for_nothing(typed: str) -> None:
    assert "Did you mean" not in answers.unknown_command(typed).text


@pytest.mark.parametrize("typed", ["story", "top", "public", "shtop", "post"])
def test_nobody_is_led_to_what_cannot_be_taken_back(typed: str) -> None:
    said = answers.unknown_command(typed).text
    assert "/campaign publish" not in said
    assert ("/campaign stop" in said) == (typed in {"top", "shtop"})


def test_what_needs_a_user_too_says_so() -> None:
    assert "`/campaign why USER NAME`" in answers.name_missing("why").text


def test_stop_without_a_name_tells_how_everything_is_halted() -> None:
    assert "`/campaign pause` halts everything at once" in answers.name_missing("stop").text
