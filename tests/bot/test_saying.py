import pytest

from actors.mail import BackedUp, Done, Listed, Reached, Refused
from actors.mail_limits import LimitsShown
from actors.mail_trust import PausedAll, Told
from bot.saying import said
from tests.bot.audiences import ESTIMATE
from tests.bot.test_views import check


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (Done("It is paused."), "It is paused."),
        (Refused("No.", "Ask."), "No. Ask."),
        (Listed(()), "There is no campaign yet"),
        (Told("ann in A", "UTC"), "ann in A"),
        (Reached(ESTIMATE, "Spring"), "Spring: 10,000 messages expected"),
        (LimitsShown("", "", "UTC", ()), "Limits of all campaigns together"),
        (PausedAll("Paused 2 campaigns."), "Paused 2 campaigns."),
    ],
)
def test_an_answer_is_said_in_words_that_slack_takes(answer: object, word: str) -> None:
    message = said(answer, "UTC")  # type: ignore[arg-type]
    check(message)
    assert word in message.text


def test_what_only_the_command_line_asks_is_never_answered_in_slack() -> None:
    with pytest.raises(AssertionError, match="only the command line"):
        said(BackedUp("a", 1, 1), "UTC")
