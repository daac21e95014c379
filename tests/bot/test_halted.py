import pytest

from actors.mail import BooksView, CampaignLine
from bot.halted import paused_by_people, paused_itself
from domain.review import State


@pytest.mark.parametrize(
    ("state", "reason", "people", "itself"),
    [
        (State.PAUSED, "", True, False),
        (State.PAUSED, "all paused", True, False),
        (State.PAUSED, "safety_per_hour", False, True),
        (State.PAUSED, "template_errors", False, True),
        (State.PAUSED, "adopted", False, True),
        (State.RUNNING, "", False, False),
        (State.FAULTED, "it broke", False, False),
    ],
)
def test_a_pause_is_peoples_or_the_campaigns_own(
    state: State, reason: str, *, people: bool, itself: bool
) -> None:
    line = CampaignLine("c", "c", "live", state, "U0ANA", BooksView(), 0, reason=reason)
    assert (paused_by_people(line), paused_itself(line)) == (people, itself)
