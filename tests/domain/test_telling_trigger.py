import pytest

from domain.audience import Filter
from domain.campaign import OnDate, Trigger, Without
from domain.telling_trigger import duration, tell_trigger, tell_waiting
from domain.trigger import Keyed

PAID = (Filter("total", ">", 0),)


@pytest.mark.parametrize(
    ("trigger", "lines"),
    [
        (Trigger("A", PAID), ['Whoever does "A", with total over 0']),
        (
            Trigger("A", PAID, also=(Keyed("B"),), first_time=True),
            ['Whoever does any of ("A" with total over 0; "B") for the first time ever'],
        ),
        (
            Trigger("A", delay_minutes=90, recheck=False),
            [
                'Whoever does "A"',
                "The message waits for 90 minutes",
                "Whether the user fits is asked when the event comes, and not again",
            ],
        ),
        (
            Trigger("A", without=Without("B", 60, same_property="id", property="b")),
            [
                'Whoever does "A" and then not "B" with the same id (there called b) within 1 hour',
                "Whoever does the first again while that time runs: it begins anew",
                "What arrives late is waited for 30 seconds more",
            ],
        ),
        (
            Trigger(
                "A",
                also=(Keyed("D", property="d"),),
                without=Without(
                    "B", 60, also=(Keyed("C", PAID, "c"), Keyed("E")), same_property="id"
                ),
            ),
            [
                (
                    'Whoever does any of ("A"; "D" (its id is called d)) and then not any of'
                    ' ("B"; "C" with total over 0 (its id is called c); "E") with the same id'
                    " within 1 hour"
                ),
                "Whoever does the first again while that time runs: it begins anew",
                "What arrives late is waited for 30 seconds more",
            ],
        ),
        (
            Trigger("A", without=Without("B", 1, on_repeat="keep", grace_seconds=0)),
            [
                'Whoever does "A" and then not "B" within 1 minute',
                "Whoever does the first again while that time runs: it goes on",
            ],
        ),
        (
            Trigger("A", date=OnDate("at", before_minutes=2_880, same_property="trip")),
            [
                'Whoever does "A"',
                "2 days before the date in at; a later event of the same trip replaces the date",
            ],
        ),
        (
            Trigger(
                "A",
                date=OnDate(
                    "at",
                    after_minutes=0,
                    same_property="trip",
                    cancel=(Keyed("C", property="code"),),
                ),
            ),
            [
                'Whoever does "A"',
                "At the date in at; a later event of the same trip replaces the date",
                'It is cancelled by "C" (its trip is called code) of the same trip',
            ],
        ),
        (
            Trigger("A", date=OnDate("at", after_minutes=0, cancel=(Keyed("C"),))),
            [
                'Whoever does "A"',
                "At the date in at; a later event replaces the date",
                'It is cancelled by "C"',
            ],
        ),
    ],
)
def test_a_trigger_is_told_in_plain_english(trigger: Trigger, lines: list[str]) -> None:
    assert tell_trigger(trigger) == lines


def test_a_duration_is_told_in_the_largest_unit_that_is_exact() -> None:
    said = [duration(minutes) for minutes in (1, 59, 60, 90, 120, 1_440, 1_441, 43_200)]
    assert said == [
        "1 minute", "59 minutes", "1 hour", "90 minutes",
        "2 hours", "1 day", "1441 minutes", "30 days",
    ]  # fmt: skip


def test_it_is_told_how_many_wait_and_when_the_next_falls_due() -> None:
    at = 1_774_000_000_000
    assert tell_waiting(1, None, "UTC") == "1 waits for its moment"
    assert tell_waiting(1_204, at, "Europe/Oslo") == (
        "1,204 wait for their moments, the next at 2026-03-20 10:46:40 (Europe/Oslo)"
    )
