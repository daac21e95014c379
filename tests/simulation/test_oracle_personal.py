"""The judge of users' own times can fail, and lets pass what may have been right."""

from typing import Any

from msgspec.structs import replace

from tests.simulation.history import Daemon, Entry, Happened, Posted, User
from tests.simulation.kinds import Calendar, Personal
from tests.simulation.made import (
    DAY,
    HOUR,
    LAST,
    NOON,
    REST,
    SECOND,
    act,
    blast,
    books,
    broken,
    ended,
    of_run,
    ran,
    taken,
)
from tests.simulation.trouble import MINUTE
from tests.simulation.walls import due_ms

RUN = "2026-03-21T18:00[user]"
DUE = NOON + DAY + 6 * HOUR  # where the wall shows UTC
KIRITIMATI = "Pacific/Kiritimati"


def life(
    *entries: Entry, own: Personal, zone: str = "UTC", minute: int = -1, cutoff: str = ""
) -> list[Entry]:
    """A run for ann alone; where she is, the wall shows the run's time."""
    run = RUN if own.by == "user_zone" else "2026-03-21T00:00[user]"
    calendar = Calendar(dates=(run.partition("[")[0],), cutoff=cutoff)
    ann = User(NOON, "ann", zone, "a", minute)
    plan, *asked = blast(calendar=calendar, personal=own)[3:]
    sent = [getattr(e, "accepted", ()) for e in entries]
    ends = [replace(ended(ids[0], campaign="Blast"), run=run) for ids in sent if ids]
    told = books(LAST, "Blast", "completed", qualified=1, sent=len(ends))
    if not ends:
        told = replace(told, skipped={"time_passed": 1})
    shown: list[Entry] = [told, ran(run, due_ms(run)), *ends]
    before = [each for each in entries if isinstance(each, Posted)]
    after = [each for each in entries if not isinstance(each, Posted)]
    return [*before, ann, plan, Daemon(NOON, 1, "started"), *asked, *after, REST, *shown]


def test_a_message_at_the_users_own_wall_is_right_and_an_hour_off_is_not() -> None:
    own = Personal()
    assert not broken(life(*taken(DUE, 1, of_run("ann", "m1", RUN)), own=own))
    east, west = "Asia/Tokyo", "America/New_York"
    on_time = {east: DUE - 9 * HOUR, west: DUE + 4 * HOUR}
    for zone, at_ms in on_time.items():
        for off in (-HOUR, 0, HOUR):
            found = broken(
                life(*taken(at_ms + off, 1, of_run("ann", "m1", RUN)), own=own, zone=zone)
            )
            assert ("personal" in found) == bool(off), (zone, off)


def test_whoever_was_due_and_got_nothing_is_seen() -> None:
    assert "personal" in broken(life(own=Personal()))


def test_whoever_is_in_no_zone_counts_in_the_accounts_or_gets_nothing() -> None:
    sent = taken(DUE, 1, of_run("ann", "m1", RUN))
    assert not broken(life(*sent, own=Personal(), zone="Mars/Olympus"))
    dropped = Personal(unknown_zone="drop")
    assert "personal" in broken(life(*sent, own=dropped, zone="Mars/Olympus"))
    assert not broken(life(own=dropped, zone="Mars/Olympus"))


def test_a_wish_is_heeded_and_without_one_the_day_after_begins() -> None:
    run, midnight = "2026-03-21T00:00[user]", NOON + DAY // 2
    wish, at = Personal(by="user_property"), midnight + 90 * MINUTE
    assert not broken(life(*taken(at, 1, of_run("ann", "m1", run)), own=wish, minute=90))
    assert "personal" in broken(life(*taken(at, 1, of_run("ann", "m1", run)), own=wish))
    assert not broken(life(*taken(midnight + DAY, 1, of_run("ann", "m1", run)), own=wish))
    noon = replace(wish, otherwise="12:00")
    assert not broken(life(*taken(NOON + DAY, 1, of_run("ann", "m1", run)), own=noon))


def test_a_habit_is_the_two_hours_with_the_most_the_earlier_of_equals() -> None:
    run, own = "2026-03-21T00:00[user]", Personal(by="best_time", event="Seen")

    def seen(n: int, hours: int) -> Posted:
        happened = Happened(f"s{n}", "ann", "Seen", NOON - 3 * DAY + hours * HOUR)
        return Posted(NOON - SECOND, (happened,), 200)

    habit = (seen(1, 4), seen(2, -4), seen(3, 28))  # at 16, 8 and 16 o'clock
    sent = taken(NOON + DAY + 4 * HOUR, 1, of_run("ann", "m1", run))
    assert not broken(life(*habit, *sent, own=own))
    assert "personal" in broken(life(*habit[:2], *sent, own=own))  # 8 o'clock is as good


def test_where_it_is_past_already_nothing_goes_or_on_the_next_day() -> None:
    """On Kiritimati it is 18 o'clock of the 20th ten hours before anybody asks for it."""
    run = "2026-03-20T18:00[user]"

    def past(own: Personal, *entries: Entry) -> set[str]:
        whole = life(*entries, own=own, zone=KIRITIMATI)
        calendar = Calendar(dates=("2026-03-20T18:00",))
        whole = [
            replace(e, calendar=calendar) if getattr(e, "calendar", None) else e for e in whole
        ]
        fixed: list[Any] = [
            ran(run, due_ms(run)) if getattr(e, "run", "") == RUN and not hasattr(e, "user") else e
            for e in whole
        ]
        return broken(fixed)

    later = taken(due_ms(run) + DAY, 1, of_run("ann", "m1", run))
    assert "personal" in past(Personal(), *later)
    assert "personal" not in past(Personal(past="next_day"), *later)
    assert "personal" not in past(Personal())
    assert "personal" in past(Personal(past="next_day"))


def test_a_pause_explains_whatever_is_late() -> None:
    pause = [*act(NOON + HOUR, 5, "pause", "Blast"), *act(DUE + HOUR, 6, "resume", "Blast")]
    sent = taken(DUE + 2 * HOUR, 1, of_run("ann", "m1", RUN))
    assert "personal" not in broken(life(*pause, *sent, own=Personal()))


def test_a_message_begins_before_the_cut_off_of_where_its_user_is() -> None:
    west, due = "America/New_York", DUE + 4 * HOUR
    for late, is_right in ((0, True), (59 * MINUTE, True), (HOUR, False), (DAY, False)):
        sent = taken(due + late, 1, of_run("ann", "m1", RUN))
        found = broken(life(*sent, own=Personal(), zone=west, cutoff="19:00"))
        assert ("cutoff" not in found) is is_right, late
    on_the_next = taken(due + DAY, 1, of_run("ann", "m1", RUN))
    own = Personal(past="next_day")
    assert "cutoff" not in broken(life(*on_the_next, own=own, zone=west, cutoff="19:00"))
    between = taken(due + DAY - HOUR, 1, of_run("ann", "m1", RUN))
    assert "cutoff" in broken(life(*between, own=own, zone=west, cutoff="19:00"))


def test_whoever_is_cut_off_within_minutes_of_their_turn_may_get_nothing() -> None:
    assert "personal" not in broken(life(own=Personal(), cutoff="18:05"))
    assert "personal" in broken(life(own=Personal(), cutoff="19:00"))
