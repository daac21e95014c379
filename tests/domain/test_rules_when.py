import msgspec
import pytest

from domain.campaign import Campaign, When
from domain.personal import UserZone
from domain.rules_when import when_notes, when_problems
from tests.domain.definitions import LIVE, NOW_MS, PAST, ZONE

IN_A_GAP = "2026-03-29T03:30"  # Kyiv's clocks go from 03:00 to 04:00


def told(campaign: Campaign, when: When, *, now_ms: int = NOW_MS) -> list[tuple[str, str]]:
    changed = msgspec.structs.replace(campaign, when=when)
    return [(p.where, p.what) for p in when_problems(changed, now_ms=now_ms, zone=ZONE)]


@pytest.mark.parametrize(
    ("campaign", "when"),
    [
        (PAST, When()),
        (PAST, When("2026-03-20T11:47")),
        (PAST, When(IN_A_GAP)),
        (LIVE, When("2020-01-01T00:00")),  # it listens from publishing on, at the earliest
        (LIVE, When("2026-04-01T00:00", "2026-04-01T00:01")),
        (LIVE, When(end="2026-03-20T09:47", zone="UTC")),
    ],
)
def test_a_time_to_come_has_no_problems(campaign: Campaign, when: When) -> None:
    assert told(campaign, when) == []


@pytest.mark.parametrize(
    ("campaign", "when", "where", "what"),
    [
        (PAST, When("tomorrow"), "when.start", '"tomorrow" is no local time.'),
        (PAST, When("2026-02-30T09:00"), "when.start", '"2026-02-30T09:00" is no local time.'),
        (PAST, When("9999-12-31T23:59"), "when.start", '"9999-12-31T23:59" is no local time.'),
        (PAST, When("0001-01-01T00:00"), "when.start", '"0001-01-01T00:00" is no local time.'),
        (PAST, When("2026-04-01"), "when.start", '"2026-04-01" is no local time.'),
        (PAST, When("2026-04-01T09:00Z"), "when.start", '"2026-04-01T09:00Z" is no local time.'),
        (
            PAST,
            When("2026-03-20T11:46"),
            "when.start",
            "This time is past: it is 2026-03-20T11:46 there now.",
        ),
        (
            PAST,
            When("2026-03-20T11:47", zone="Asia/Tokyo"),
            "when.start",
            "This time is past: it is 2026-03-20T18:46 there now.",
        ),
        (
            PAST,
            When(end="2026-05-01T00:00"),
            "when.end",
            "A past behaviour campaign that does not repeat has no end.",
        ),
        (LIVE, When(end="now"), "when.end", '"now" is no local time.'),
        (
            LIVE,
            When("2026-05-01T00:00", "2026-05-01T00:00"),
            "when.end",
            "The end is not after the start.",
        ),
        (
            LIVE,
            When(end="2026-03-20T11:46"),
            "when.end",
            "This time is past: it is 2026-03-20T11:46 there now.",
        ),
        (PAST, When(zone="Kyiv"), "when.zone", '"Kyiv" is no time zone that we know.'),
        (PAST, When(zone="../etc"), "when.zone", '"../etc" is no time zone that we know.'),
        (PAST, When(zone=""), "when.zone", '"" is no time zone that we know.'),
    ],
)
def test_a_time_that_cannot_be_is_refused(
    campaign: Campaign, when: When, where: str, what: str
) -> None:
    assert told(campaign, when) == [(where, what)]


def test_a_zone_by_another_name_is_suggested() -> None:
    campaign = msgspec.structs.replace(PAST, when=When(zone="europe/oslo"))
    (problem,) = when_problems(campaign, now_ms=NOW_MS, zone=ZONE)
    assert problem.fix == 'Did you mean "Europe/Oslo"?'


def test_a_time_in_a_gap_is_a_note_that_says_when_it_will_be() -> None:
    campaign = msgspec.structs.replace(PAST, when=When(IN_A_GAP))
    (note,) = when_notes(campaign, zone=ZONE)
    assert str(note) == (
        "when.start: 2026-03-29T03:30 does not exist in Europe/Kyiv: clocks are put forward then."
        " The first moment after it counts: 2026-03-29T04:00."
    )


def test_dates_that_are_one_moment_are_a_note_that_says_what_becomes_of_them() -> None:
    dates = ("2026-03-29T03:45", "2026-03-29T02:00", IN_A_GAP)
    campaign = msgspec.structs.replace(PAST, when=When(dates=dates))
    notes = [str(note) for note in when_notes(campaign, zone=ZONE)]
    assert notes[-1] == (
        "when.dates[0]: 2026-03-29T03:45 is the same moment as 2026-03-29T03:30."
        " One run follows the other at once; leave one out if that is too much."
    )
    assert len(notes) == 3
    own = When(dates=dates, personal=UserZone())
    assert len(list(when_notes(msgspec.structs.replace(PAST, when=own), zone=ZONE))) == 2


@pytest.mark.parametrize(
    "when", [When(), When("2026-03-29T04:00"), When("2026-10-25T03:30"), When("x"), When(zone="x")]
)
def test_a_time_that_exists_needs_no_note(when: When) -> None:
    assert list(when_notes(msgspec.structs.replace(PAST, when=when), zone=ZONE)) == []


@pytest.mark.parametrize(
    ("campaign", "cutoff", "wheres"),
    [
        (PAST, "18:00", []),
        (PAST, "24:00", ["when.cutoff"]),
        (PAST, "6 pm", ["when.cutoff"]),
        (LIVE, "18:00", ["when.cutoff"]),
    ],
)
def test_a_cut_off_is_a_time_of_day_of_a_campaign_with_runs(
    campaign: Campaign, cutoff: str, wheres: list[str]
) -> None:
    assert [where for where, _ in told(campaign, When(cutoff=cutoff))] == wheres
