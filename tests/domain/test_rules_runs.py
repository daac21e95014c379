from typing import Any

import pytest
from msgspec.structs import replace

from domain.campaign import Campaign, Limits, Trigger, When
from domain.definition import problems, read
from domain.recurrence import EveryDays, EveryMonths, EveryWeeks
from domain.toml_source import check
from domain.toml_writer import write

NOW_MS = 1_774_000_000_000  # 2026-03-20T09:46:40Z
ZONE = "Europe/Kyiv"
PAST = Campaign(name="Weekly", kind="past_behaviour")
MONDAYS = EveryWeeks(("monday",))


def wrong(when: When, **more: Any) -> list[tuple[str, str]]:
    campaign = replace(PAST, when=when, **more)
    return [(one.where, one.what) for one in problems(campaign, now_ms=NOW_MS, zone=ZONE)]


@pytest.mark.parametrize(
    "when",
    [
        When(start="2026-03-02T09:00", repeat=MONDAYS),  # its start may be past: nothing in arrears
        When(start="2026-04-01T09:00", end="2026-12-31T00:00", repeat=EveryDays(3)),
        When(start="2026-04-01T09:00", repeat=EveryMonths(days=(31,), short_month="last_day")),
        When(dates=("2026-04-01T09:00", "2026-05-01T09:00")),
    ],
)
def test_a_schedule_that_can_be_kept_comes_back_from_its_own_text(when: When) -> None:
    assert wrong(when) == []
    campaign = replace(PAST, when=when)
    assert check(write(campaign), now_ms=NOW_MS, zone=ZONE) == campaign


@pytest.mark.parametrize(
    ("when", "where"),
    [
        (When(repeat=MONDAYS), ["when.start"]),
        (When(start="2026-04-01T09:00", repeat=EveryWeeks(())), ["when.repeat.weekdays"]),
        (When(start="2026-04-01T09:00", repeat=EveryDays(0)), ["when.repeat.every"]),
        (When(start="2026-04-01T09:00", repeat=EveryMonths()), ["when.repeat"]),
        (
            When(start="2026-04-01T09:00", repeat=EveryMonths(days=(0, 32, 5, 5))),
            ["when.repeat.days[0]", "when.repeat.days[1]", "when.repeat.days"],
        ),
        (
            When(start="2026-04-01T09:00", end="2026-04-04T09:00", repeat=MONDAYS),
            ["when.repeat"],
        ),
        (
            When(start="2026-04-30T09:00", repeat=EveryMonths(days=(31,), every=12)),
            [],
        ),
        (  # its days were before now
            When(start="2026-03-02T09:00", end="2026-03-22T09:00", repeat=MONDAYS),
            ["when.repeat"],
        ),
        (When(start="2026-03-02T09:00", end="2026-03-10T09:00", repeat=MONDAYS), ["when.end"]),
        (When(start="2026-04-01T09:00", dates=("2026-05-01T09:00",)), ["when.start"]),
        (When(dates=("soon", "2026-01-01T09:00")), ["when.dates[0]", "when.dates[1]"]),
        (When(dates=("2026-05-01T09:00",) * 2), ["when.dates"]),
        (
            When(dates=tuple(f"2027-01-01T{n // 60:02}:{n % 60:02}" for n in range(51))),
            ["when.dates"],
        ),
        (When(dates=("2026-05-01T09:00",), repeat=MONDAYS), ["when.repeat", "when.start"]),
    ],
)
def test_a_schedule_that_cannot_be_kept_is_refused_at_its_place(
    when: When, where: list[str]
) -> None:
    assert [place for place, _ in wrong(when)] == where


def test_a_live_campaign_has_no_runs() -> None:
    for when in (When(start="2026-04-01T09:00", repeat=MONDAYS), When(dates=("2026-05-01T09:00",))):
        live = replace(PAST, kind="live", trigger=Trigger("Seen"), when=when)
        found = problems(live, now_ms=NOW_MS, zone=ZONE)
        assert "waits for events; it has no runs" in found[0].what


def test_a_rule_of_another_kind_is_said_with_those_that_there_are() -> None:
    data = {
        "name": "W",
        "kind": "past_behaviour",
        "when": {"start": "2026-04-01T09:00", "repeat": {"unit": "fortnights"}},
    }
    found = read(data, now_ms=NOW_MS, zone=ZONE)
    assert isinstance(found, list)
    assert [one.where for one in found] == ["when.repeat.unit"]


@pytest.mark.parametrize(
    ("limits", "when", "problems_found"),
    [
        (Limits(safety_limit=5, stop_on_block=True), When(start="2026-04-01T09:00"), 1),
        (Limits(safety_limit=5, stop_on_block=True), When(dates=("2026-04-01T09:00",)), 1),
        (Limits(stop_on_block=True), When(start="2026-04-01T09:00", repeat=MONDAYS), 1),
        (
            Limits(safety_limit=5, stop_on_block=True),
            When(start="2026-04-01T09:00", repeat=MONDAYS),
            0,
        ),
        (
            Limits(safety_limit=5, stop_on_block=True),
            When(dates=("2026-04-01T09:00", "2026-04-02T09:00")),
            0,
        ),
    ],
)
def test_to_stop_when_a_run_is_held_needs_a_limit_and_later_runs(
    limits: Limits, when: When, problems_found: int
) -> None:
    places = [where for where, _ in wrong(when, limits=limits)]
    assert places == ["limits.stop_on_block"] * problems_found
