"""What the judge of runs finds in hand-made histories."""

from typing import Any

from msgspec.structs import replace

from tests.simulation.history import Daemon, Entry, Left
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
    of_run,
    ran,
    taken,
)

ONE, TWO = "2026-03-20T13:00[UTC]", "2026-03-21T13:00[UTC]"
DAILY = Calendar(start="2026-03-20T13:00", end="2026-03-21T20:00")
DUE = NOON + HOUR


def life(*entries: Entry, one: str = "done", two: str = "done", **plan: Any) -> list[Entry]:
    """A campaign that runs on two days, published at noon of the first."""
    begun = blast(**({"calendar": DAILY} | plan))
    rows: list[Entry] = [ran(ONE, DUE, one), ran(TWO, DUE + DAY, two)]
    shown = [books(LAST, "Blast", "completed"), *rows]
    return [*begun[:-2], Daemon(NOON, 1, "started"), *begun[-2:], *entries, REST, *shown]


def told(text: str) -> Left:
    return Left(LAST, "slack", f"*Blast*: {text}")


def test_two_days_are_two_runs() -> None:
    first = taken(DUE, 1, of_run("ann", "m1", ONE))
    second = taken(DUE + DAY, 2, of_run("ann", "m2", TWO))
    assert not broken(life(*first, *second)) & {"P16", "overlap", "missed", "P1"}


def test_a_run_before_its_time_or_of_no_slot_is_seen() -> None:
    assert "P16" in broken(life(*taken(DUE - SECOND, 1, of_run("ann", "m1", ONE))))
    late = of_run("ann", "m1", "2026-03-20T14:00[UTC]")
    assert "P16" in broken(life(*taken(DUE + HOUR, 1, late)))


def test_a_held_run_that_a_restore_gives_up_keeps_its_books_and_no_other_run_does() -> None:
    whole = life(one="missed", two="missed")[:-3]
    told_of_one = books(LAST, "Blast", "completed", qualified=1)
    shown = [replace(told_of_one, skipped={"run_skipped": 1})]
    held = [ran(ONE, DUE, "missed", n=1), ran(TWO, DUE + DAY, "missed")]
    never = [ran(ONE, DUE, "missed"), ran(TWO, DUE + DAY, "missed")]
    restored = [*whole[:-1], Daemon(DUE + HOUR, 2, "restored"), REST]
    assert "P10" in broken([*whole, *shown, *held])
    assert "P10" not in broken([*restored, *shown, *held])
    assert "P10" in broken([*restored, *shown, *never])


def test_a_slot_without_a_row_is_seen() -> None:
    whole = life()
    assert "P16" not in broken(whole)
    assert "P16" in broken([e for e in whole if e != ran(TWO, DUE + DAY)])


def test_a_row_that_there_should_not_be_is_seen() -> None:
    assert "P16" in broken([*life(), ran("2026-03-22T13:00[UTC]", DUE + 2 * DAY)])
    assert "P16" in broken([*life(), ran(ONE, DUE)])
    assert "P16" in broken(
        [replace(e, due_ms=DUE + 1) if e == ran(ONE, DUE) else e for e in life()]
    )


def test_what_fell_due_before_it_was_published_is_no_run() -> None:
    early = replace(DAILY, start="2026-03-19T11:00", end="2026-03-21T10:00")
    assert "P16" in broken(life(calendar=early))


def test_runs_that_overlap_are_seen() -> None:
    first, second = of_run("ann", "m1", ONE), of_run("ann", "m2", TWO)
    late = taken(DUE + DAY + HOUR, 3, of_run("bob", "m3", ONE))
    both = (*taken(DUE, 1, first), *taken(DUE + DAY, 2, second), *late)
    assert "overlap" in broken(life(*both))


def test_a_run_that_begins_before_the_last_answer_to_the_one_before_is_seen() -> None:
    sent, received, response = taken(DUE + DAY, 1, of_run("ann", "m1", ONE))
    second = taken(DUE + DAY, 2, of_run("ann", "m2", TWO))
    assert "overlap" not in broken(life(sent, received, response, *second))
    assert "overlap" in broken(life(sent, received, *second, response))


def test_a_run_that_is_missed_without_a_reason_is_seen() -> None:
    said = told("The run of 2026-03-21 13:00 UTC was missed: why. Draft it again.")
    assert "missed" in broken(life(said, two="missed"))
    away = [Daemon(DUE + DAY - SECOND, 1, "killed"), Daemon(DUE + DAY + 3 * HOUR, 2, "started")]
    assert "missed" not in broken(life(*away, said, two="missed"))
    assert "missed" in broken(life(*away, said))  # it is called done all the same


def test_a_run_that_is_missed_in_a_pause_may_be() -> None:
    pause = [*act(NOON + 2 * HOUR, 5, "pause", "Blast"), *act(LAST - HOUR, 6, "resume", "Blast")]
    assert "missed" not in broken(
        life(*pause, told(f"The run of {TWO} was missed: why."), two="missed")
    )


def test_a_missed_run_that_nobody_hears_of_is_seen() -> None:
    away = [Daemon(DUE - SECOND, 1, "killed"), Daemon(DUE + DAY + 3 * HOUR, 2, "started")]
    missed = life(*away, one="missed", two="missed")
    assert "missed" in broken(missed)
    assert "missed" in broken([*missed, told(f"The run of {ONE} was missed: why.")])
    both = told(f"2 runs were missed, the last of them {TWO}: why. Draft it again.")
    assert "missed" not in broken([*missed, both])


def test_what_is_sent_after_its_cutoff_is_seen() -> None:
    cut = replace(DAILY, cutoff="13:30")
    first = of_run("ann", "m1", ONE)
    assert "cutoff" not in broken(life(*taken(DUE + HOUR // 2 - 1, 1, first), calendar=cut))
    assert "cutoff" in broken(life(*taken(DUE + HOUR // 2, 1, first), calendar=cut))


def test_a_run_of_users_own_times_is_due_when_the_first_wall_shows_it() -> None:
    name = "2026-03-21T13:00[user]"
    rows: list[Entry] = [
        ran("2026-03-20T13:00[user]", NOON - 13 * HOUR),
        ran(name, NOON + 11 * HOUR),
    ]
    whole = life(calendar=DAILY, personal=Personal())[:-2] + rows
    assert "P16" not in broken(whole)
    soon = taken(NOON + 11 * HOUR - SECOND, 1, of_run("ann", "m1", name))
    assert "P16" in broken([*whole[:-4], *soon, *whole[-4:]])
