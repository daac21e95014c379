import msgspec
import pytest

from actors.mail_trust import Step, Told
from actors.mail_views import BooksView, RehearsalView
from bot.rehearsal_words import line_of, played, sentences, steps_of, title_of
from domain.spans import Span
from tests.bot.rehearsals import REHEARSED


def said(**changes: object) -> str:
    return "\n".join(sentences(msgspec.structs.replace(REHEARSED, **changes)))


def test_the_findings_are_told_the_most_important_first() -> None:
    first, *others = said().splitlines()
    assert first == "850 messages to 800 users would have gone"
    held, control, quiet, cap, busiest = others
    assert held.startswith("The safety check would have held the run 2026-03-18 09:00 Europe/Oslo")
    assert held.endswith(": 700 qualify, the limit is 500")
    assert control == "100 would have been held back in control groups, to compare"
    assert quiet == "33 messages would have waited for the end of do-not-disturb"
    assert cap == "The total cap would have been full on 2026-03-19 10:46 (Europe/Oslo)"
    assert busiest.startswith("The busiest hour begins 2026-02-19 10:46 (Europe/Oslo) with 90")
    assert busiest.endswith(": 100 may go in an hour, so they would queue")


def test_an_hour_far_below_the_pace_is_told_as_a_share_of_it() -> None:
    assert "0.9 % of what may go in an hour" in said(hour_max=10_000)
    assert "less than 0.1 %" in said(hour_max=10_000_000)
    assert "may go" not in said(hour_max=0)


def test_what_waits_for_its_turn_is_told_with_the_longest_wait() -> None:
    told = said(slowed=7, slowed_ms=150_000)
    assert "7 messages would have waited for the pace or a throttle, 2 minutes at most" in told
    assert "a minute at most" in said(slowed=1, slowed_ms=60_000)


def test_what_did_not_happen_is_not_told() -> None:
    nothing = said(blocked=(), held=0, cap_filled_ms=None, busiest=None)
    assert len(nothing.splitlines()) == 2


def test_what_would_have_stopped_or_gone_on_is_told() -> None:
    told = said(paused_ms=REHEARSED.until_ms, waiting=3, queued=4, full_days=1, full_runs=2)
    assert "4 messages would have waited until the limits over all campaigns allow more" in told
    assert "The cap of 1 day would have been full" in told
    assert "The cap of 2 runs would have been full" in told
    assert "It would have paused itself on 2026-03-20 10:46 (Europe/Oslo)" in told
    assert "3 waits would not have been over at the end" in told


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"events": 0}, ": none of its events happened in these days"),
        ({"kind": "past_behaviour"}, ": it would have had no run in these days"),
        ({"kind": "past_behaviour", "runs": 2}, ""),
        ({}, ""),
    ],
)
def test_where_nobody_qualified_it_says_so_and_why_if_that_is_known(
    changes: dict[str, object], why: str
) -> None:
    nobody = BooksView(0, 0, 0, {}, 0)
    told = said(books=nobody, users=0, blocked=(), **changes)
    assert told == f"Nobody would have qualified{why}"


def test_what_was_played_is_told_with_what_was_moved() -> None:
    assert played(REHEARSED) == "4,321 events played, 7 of them late ones, in 4.2 s"
    assert title_of(REHEARSED) == "2026-02-18 to 2026-03-20"


def test_an_example_is_told_without_what_only_a_real_message_has() -> None:
    steps = (
        Step(1, "qualified, and message m1_a was written (revision 1); the variant is “A”", "m1_a"),
        Step(2, "attempt 1 to send it began", "m1_a"),
        Step(3, "Segment accepted it under the id m1_a.", "m1_a"),
    )
    assert list(steps_of(Told("ann: 1 sent.", "UTC", steps=steps))) == [
        (1, "qualified, and gets it; the variant is “A”"),
        (3, "it goes out."),
    ]


DONE = RehearsalView(
    "done", from_ms=REHEARSED.from_ms, until_ms=REHEARSED.until_ms, messages=850, users=800
)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Rehearsed over 2026-02-18 to 2026-03-20: 850 messages to 800 users would have gone"),
        ({"held_runs": 1}, "would have gone. The safety check would have held 1 run"),
        ({"paused": True}, "would have gone. It would have paused itself: too many qualified"),
        ({"busiest": 80, "hour_max": 100}, "In its busiest hour 80 would have gone, of 100"),
        ({"fullest": 80, "shared_max": 100}, "Its fullest hour would have had 80 with other"),
        ({"fullest": 79, "shared_max": 100}, "would have gone"),
        ({"busiest": 79, "hour_max": 100}, "would have gone"),
        ({"messages": 0, "users": 0}, "2026-03-20: nothing would have gone"),
        ({"state": "waits"}, "It is being rehearsed"),
        ({"state": "waits", "percent": 0, "days": 30}, "Its rehearsal begins"),
        (
            {"state": "waits", "percent": 45, "days_done": 13, "days": 30},
            "Its rehearsal has played 13 of 30 days (45 %)",
        ),
        ({"state": "refused", "said": "No."}, "It could not be rehearsed: No."),
    ],
)
def test_the_card_says_in_a_line_what_who_decides_must_know(
    changes: dict[str, object], said: str
) -> None:
    line = line_of(msgspec.structs.replace(DONE, **changes), "Europe/Oslo")
    assert said in line
    assert ("busiest" in line) is ("busiest hour" in said)


def test_what_other_campaigns_sent_in_the_same_hour_is_told() -> None:
    beside = {"fullest": Span(REHEARSED.from_ms, 90), "fullest_others": 30}
    told = said(**beside, shared_max=1_000)
    assert "Other campaigns sent 30 messages in the hour that begins 2026-02-18 10:46" in told
    assert told.endswith("in which 90 of these would have gone")
    tight = said(**beside, shared_max=150)
    assert tight.endswith("all campaigns together may send 150 in an hour, so some would wait")
