from datetime import UTC, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

from domain.recurrence import EveryDays, EveryMonths
from domain.slots import Slot, cutoff_ms, dated, is_missed, named, recurring
from tests.domain.clock_changes import EPOCH, MINUTE_MS, clock_changes, wall_minutes

BERLIN = "Europe/Berlin"
HOUR_MS = 3_600_000
DAY_MINUTES = 1_440


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).astimezone(UTC).timestamp() * 1_000)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_a_slot_has_its_local_name_for_ever() -> None:
    slot = named(wall("2026-03-28T09:00"), "Europe/Kyiv")
    assert slot == Slot(ms("2026-03-28T09:00+02:00"), "2026-03-28T09:00[Europe/Kyiv]")


def test_a_slot_in_a_gap_is_due_right_after_it_and_one_in_a_fold_the_first_time() -> None:
    assert named(wall("2026-03-29T02:30"), BERLIN).due_ms == ms("2026-03-29T03:00+02:00")
    assert named(wall("2026-10-25T02:30"), BERLIN).due_ms == ms("2026-10-25T02:30+02:00")


def test_a_recurring_campaign_keeps_its_time_of_day_over_the_clock_change() -> None:
    slots = list(islice(recurring(EveryDays(), wall("2026-03-28T09:00"), None, BERLIN), 3))
    assert [slot.due_ms for slot in slots] == [
        ms("2026-03-28T09:00+01:00"),
        ms("2026-03-29T09:00+02:00"),
        ms("2026-03-30T09:00+02:00"),
    ]


def test_the_slots_after_an_instant_are_those_of_all_that_fall_due_later() -> None:
    """Also around a gap of a whole day: 30 December 2011 is not on the calendar of Samoa."""
    for start, zone in (("2026-03-20T02:30", BERLIN), ("2011-12-25T12:00", "Pacific/Apia")):
        every = list(islice(recurring(EveryDays(), wall(start), None, zone), 20))
        for after in every[:15]:
            later = [slot for slot in every if slot.due_ms > after.due_ms][:3]
            for ms_after in (after.due_ms, after.due_ms + 1):
                found = recurring(EveryDays(), wall(start), None, zone, after_ms=ms_after)
                assert list(islice(found, 3)) == later


def test_the_end_is_still_a_run() -> None:
    until = wall("2026-05-07T09:00")
    slots = list(recurring(EveryMonths(days=(7,)), wall("2026-03-08T09:00"), until, BERLIN))
    assert [slot.name for slot in slots] == [
        "2026-04-07T09:00[Europe/Berlin]",
        "2026-05-07T09:00[Europe/Berlin]",
    ]
    earlier = until - timedelta(minutes=1)
    assert (
        len(list(recurring(EveryMonths(days=(7,)), wall("2026-03-08T09:00"), earlier, BERLIN))) == 1
    )


def test_created_on_the_seventh_after_the_time_it_runs_next_month() -> None:
    slots = recurring(EveryMonths(days=(7,)), wall("2026-03-07T09:00"), None, BERLIN)
    created_ms = ms("2026-03-07T09:00+01:00")
    first = next(slot for slot in slots if slot.due_ms > created_ms)
    assert first.name.startswith("2026-04-07")


def test_several_dates_come_in_order_and_each_once() -> None:
    """Those that the clock change leaves out, or ends with, follow each other right after it."""
    times = ("05-01T09:00", "03-29T02:45", "03-29T02:15", "03-29T03:00", "05-01T09:00")
    slots = list(dated([wall(f"2026-{time}") for time in times], BERLIN))
    change = ms("2026-03-29T03:00+02:00")
    assert [(slot.name[5:16], slot.due_ms) for slot in slots] == [
        ("03-29T02:15", change),
        ("03-29T02:45", change + 1),
        ("03-29T03:00", change + 2),
        ("05-01T09:00", ms("2026-05-01T09:00+02:00")),
    ]


def test_the_cut_off_is_the_next_one_after_the_slot() -> None:
    slot = wall("2026-03-28T22:00")
    assert cutoff_ms(slot, time(23, 30), BERLIN) == ms("2026-03-28T23:30+01:00")
    assert cutoff_ms(slot, time(22, 0), BERLIN) == ms("2026-03-29T22:00+02:00")
    assert cutoff_ms(slot, time(2, 30), BERLIN) == ms("2026-03-29T03:00+02:00")


def test_a_run_is_missed_past_two_hours_or_from_its_cut_off_on() -> None:
    assert not is_missed(0, 2 * HOUR_MS, None)
    assert is_missed(0, 2 * HOUR_MS + 1, None)
    assert not is_missed(0, HOUR_MS - 1, HOUR_MS)
    assert is_missed(0, HOUR_MS, HOUR_MS)


def test_around_every_clock_change_no_daily_run_is_skipped_or_doubled() -> None:
    """In every zone, for each hour and the odd minutes of the change itself.

    The law by the minute: a slot's instant is the first at which the wall shows its time or a
    later one of that day's, having shown an earlier one before.
    """
    wrong = []
    for zone, at_ms, before, after in clock_changes():
        rules = ZoneInfo(zone)
        first_ms = at_ms - 2 * DAY_MINUTES * MINUTE_MS
        walls = [wall_minutes(first_ms + n * 30 * MINUTE_MS, rules) for n in range(4 * 48)]
        assert after != before
        changing = wall_minutes(at_ms, rules) % DAY_MINUTES
        minutes = {hour * 60 for hour in range(24)} | {
            (changing + extra) % DAY_MINUTES for extra in (-75, -30, -1, 0, 1, 15, 30, 59)
        }
        for minute in minutes:
            start = EPOCH.replace(tzinfo=None) + timedelta(
                minutes=(walls[0] // DAY_MINUTES + 1) * DAY_MINUTES + minute
            )
            due = [s.due_ms for s in islice(recurring(EveryDays(), start, None, zone), 3)]
            days = [(start + timedelta(days=n)).date() for n in range(3)]
            for day, due_ms in zip(days, due, strict=True):
                target = (day - EPOCH.date()).days * DAY_MINUTES + minute
                shows = wall_minutes(due_ms, rules)
                just_before = wall_minutes(due_ms - MINUTE_MS, rules)
                if not just_before < target <= shows:
                    wrong.append((zone, day, minute, "early, late or again"))
                if shows != target and not before < after:
                    wrong.append((zone, day, minute, "not at its time without a gap"))
            if any(later <= sooner for sooner, later in pairwise(due)):
                wrong.append((zone, days[0], minute, "out of order"))
    assert wrong == []
