"""The judge of draws can fail, and takes no chance that is likely for a fault."""

from random import Random

from tests.simulation.history import Daemon, Entry
from tests.simulation.kinds import Calendar
from tests.simulation.made import HOUR, NOON, act, blast, broken, of_run, taken, user
from tests.simulation.walls import due_ms

RUNS = tuple(f"2026-03-{day}T18:00[UTC]" for day in range(21, 27))
MANY = tuple(f"u{n:02}" for n in range(40))


def life(*runs: tuple[str, ...], control: int = 0, crash: bool = False) -> bool:
    """Tell whether the judge objects to runs that reached these users."""
    calendar = Calendar(dates=tuple(run.partition("[")[0] for run in RUNS[: len(runs)]))
    plan = blast(calendar=calendar, cap_per_run=10, control_percent=control)[3]
    entries: list[Entry] = [*map(user, MANY), plan, Daemon(NOON, 1, "started")]
    entries += act(NOON, 1, "publish", "Blast")
    for n, (run, users) in enumerate(zip(RUNS, runs, strict=False), start=1):
        messages = [of_run(who, f"{who}-{n}", run) for who in users]
        entries += taken(due_ms(run) + HOUR, n, *messages)
    if crash:
        entries.append(Daemon(NOON + HOUR, 1, "killed"))
    return "draw" in broken(entries)


def drawn(seed: int, upto: int = 40) -> tuple[str, ...]:
    return tuple(Random(seed).sample(MANY[:upto], 10))


def test_a_draw_is_not_of_those_who_stand_first_or_last() -> None:
    assert life(MANY[:10])
    assert life(MANY[-10:])
    assert not any(life(drawn(seed)) for seed in range(20))


def test_each_run_draws_anew() -> None:
    assert life(drawn(1), drawn(1))
    assert not life(drawn(1), drawn(2))


def test_draws_that_lean_to_one_side_are_seen_over_many_runs() -> None:
    assert life(*(drawn(seed, upto=20) for seed in range(6)))
    assert not life(*(drawn(seed) for seed in range(6)))


def test_what_other_rules_or_troubles_may_have_decided_is_no_draw() -> None:
    assert not life(MANY[:10], control=10)
    assert not life(MANY[:10], crash=True)
    assert not life(MANY[:2])  # that may be chance
