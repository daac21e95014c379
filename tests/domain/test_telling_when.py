import pytest

from domain.campaign import Campaign, Trigger, When
from domain.personal import BestTime, Personal, UserProperty, UserZone
from domain.recurrence import EveryDays, EveryMonths, EveryWeeks, Nth
from domain.slots import Slot
from domain.telling_when import tell_run, tell_when

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


@pytest.mark.parametrize(
    ("personal", "said"),
    [
        (UserZone(), "By the clock where each user is"),
        (UserZone(), "past at the start: they get nothing; who has no known zone: the account's"),
        (UserZone("next_day", "drop"), "on the next day; who has no known zone: they get nothing"),
        (UserProperty("minute"), "minute of the day in minute there; without one right after"),
        (UserProperty("minute", "18:00"), "without one at 18:00"),
        (BestTime("App Opened"), 'did "App Opened" most often in 180 days; who never did it right'),
    ],
)
def test_a_time_of_each_user_is_said_in_words(personal: Personal, said: str) -> None:
    campaign = Campaign(name="x", kind="past_behaviour", when=When(start=START, personal=personal))
    assert said in tell_when(campaign, "Europe/Oslo")


def test_a_run_is_said_by_the_wall_of_its_zone_or_of_each_user() -> None:
    assert tell_run(Slot(1_774_000_000_000, "2026-03-20T18:46[Asia/Tokyo]")) == (
        "Friday 2026-03-20 at 18:46 (Asia/Tokyo)"
    )
    assert tell_run(Slot(1_774_000_000_000, "2026-03-20T18:46[user]")) == (
        "Friday 2026-03-20 at 18:46 (where each user is)"
    )


def test_when_a_live_campaign_listens_is_said_in_words() -> None:
    live = Campaign("C", "live", trigger=Trigger("Seen"), when=When(end="2026-06-30T00:00"))
    assert tell_when(live, "Europe/Oslo").startswith(
        "From publishing on, until Tuesday 2026-06-30 at 00:00 (Europe/Oslo)"
    )
