import pytest

from domain.campaign import Campaign, Trigger, When
from domain.recurrence import EveryDays, EveryMonths, EveryWeeks, Nth
from domain.telling_when import tell_when

START = "2026-03-02T09:00"


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (When(), "Once, as soon as it is published (Europe/Oslo)"),
        (When(start=START), "Once, on Monday 2026-03-02 at 09:00 (Europe/Oslo)"),
        (
            When(start=START, repeat=EveryDays()),
            "Every day at 09:00, from 2026-03-02 on, without end (Europe/Oslo)",
        ),
        (
            When(start=START, end="2026-06-30T00:00", repeat=EveryWeeks(("monday", "friday"), 2)),
            (
                "Every 2 weeks on Monday and Friday at 09:00, from 2026-03-02 on,"
                " until Tuesday 2026-06-30 at 00:00 (Europe/Oslo)"
            ),
        ),
        (
            When(start=START, repeat=EveryMonths(days=(1, 31), short_month="last_day")),
            (
                "Every month on day 1 and day 31 (or the last day of a shorter month) at 09:00,"
                " from 2026-03-02 on, without end (Europe/Oslo)"
            ),
        ),
        (
            When(start=START, repeat=EveryMonths(nth=(Nth("last", "friday"),), every=3)),
            (
                "Every 3 months on the last Friday at 09:00, from 2026-03-02 on, without end"
                " (Europe/Oslo)"
            ),
        ),
        (
            When(dates=("2026-04-01T09:00", START)),
            "On Monday 2026-03-02 at 09:00 and Wednesday 2026-04-01 at 09:00 (Europe/Oslo)",
        ),
    ],
)
def test_when_it_runs_is_said_in_words(when: When, said: str) -> None:
    assert tell_when(Campaign("C", "past_behaviour", when=when), "Europe/Oslo") == said


def test_when_a_live_campaign_listens_is_said_in_words() -> None:
    live = Campaign("C", "live", trigger=Trigger("Seen"), when=When(end="2026-06-30T00:00"))
    assert tell_when(live, "Europe/Oslo").startswith(
        "From publishing on, until Tuesday 2026-06-30 at 00:00 (Europe/Oslo)"
    )
