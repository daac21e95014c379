"""The judge of portions can fail, and lets pass what other rules leave out."""

from msgspec.structs import replace

from tests.simulation.history import Daemon, Entry
from tests.simulation.kinds import Calendar
from tests.simulation.made import (
    HOUR,
    LAST,
    NOON,
    REST,
    blast,
    books,
    broken,
    ended,
    of_run,
    ran,
    taken,
    user,
)
from tests.simulation.walls import due_ms

RUNS = ("2026-03-21T18:00[UTC]", "2026-03-22T18:00[UTC]")
MANY = tuple(f"u{n:02}" for n in range(16))


def life(*runs: tuple[str, ...], portion: int = 20, dnd: tuple[str, str] | None = None) -> bool:
    """Tell whether the judge objects to runs of a campaign that reached these users."""
    calendar = Calendar(dates=tuple(run.partition("[")[0] for run in RUNS[: len(runs)]))
    _, _, _, plan, *asked = blast(calendar=calendar, portion=portion, dnd=dnd)
    entries: list[Entry] = [*map(user, MANY), plan, Daemon(NOON, 1, "started"), *asked]
    ends: list[Entry] = []
    for n, (run, users) in enumerate(zip(RUNS, runs, strict=False), start=1):
        messages = [of_run(who, f"{who}-{n}", run) for who in users]
        entries += taken(due_ms(run) + HOUR, n, *messages)
        ends += [ran(run, due_ms(run))]
        ends += [
            replace(ended(m.message_id, campaign="Blast"), run=run, user=m.user) for m in messages
        ]
    return "portion" in broken([*entries, REST, books(LAST, "Blast", "completed"), *ends])


def test_every_run_reaches_the_same_portion() -> None:
    assert not life(MANY[:3], MANY[:3])
    assert life(MANY[:3], MANY[:4])
    assert life(MANY[:3], MANY[1:3])


def test_a_portion_of_many_is_not_everybody() -> None:
    assert life(MANY, MANY)
    assert not life(MANY, MANY, portion=100)
    assert not life(MANY, MANY, portion=60)  # that may be chance


def test_what_other_rules_leave_out_is_no_portion() -> None:
    night = ("22:00", "07:00")
    assert not life(MANY[:3], MANY[:4], dnd=night)
