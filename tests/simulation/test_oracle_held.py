"""The judge of what waits for people can fail, and lets pass what may have been right."""

from tests.simulation.history import Answered, Asked, Daemon, Entry
from tests.simulation.kinds import Calendar
from tests.simulation.made import (
    DAY,
    HOUR,
    NOON,
    SECOND,
    act,
    blast,
    books,
    broken,
    ran,
    taken,
    to,
)
from tests.simulation.walls import due_ms

RUNS = ("2026-03-21T18:00[UTC]", "2026-03-22T18:00[UTC]")
CALENDAR = Calendar(dates=tuple(run.partition("[")[0] for run in RUNS))


def by(who: str, n: int, what: str, at_ms: int, *, ok: bool = True) -> list[Entry]:
    return [Asked(at_ms, n, what, "Blast", who), Answered(at_ms + 5, n, ok=ok)]


def test_whoever_wrote_it_or_asked_for_more_does_not_approve_it() -> None:
    def approved(who: str, *, ok: bool = True) -> bool:
        written = [*by("ana", 5, "draft", NOON), *by("cyd", 6, "raise_limit", NOON + 2 * HOUR)]
        return "P15" in broken([*blast(), *written, *by(who, 7, "approve", NOON + DAY, ok=ok)])

    assert approved("ana")
    assert approved("cyd")
    assert not approved("ben")
    assert not approved("ana", ok=False)


def held(
    *states: str, stop: bool = False, acts: list[Entry] | None = None, looks: int = 1
) -> list[Entry]:
    """A campaign of two runs, held by its safety limit from the first of them on."""
    plan = blast(calendar=CALENDAR, safety_limit=1, stop_on_block=stop)
    rows = [ran(run, due_ms(run), state) for run, state in zip(RUNS, states, strict=True)]
    first = due_ms(RUNS[0])
    shown = [books(first + n * 20 * HOUR + HOUR, "Blast", "blocked") for n in range(looks + 1)]
    asked = acts or []
    return [*plan, Daemon(NOON, 1, "started"), *shown[:1], *asked, *shown[1:], *rows]


def test_a_held_run_that_is_to_stop_all_does_not_make_way() -> None:
    assert "stop_on_block" in broken(held("skipped", "blocked", stop=True))
    assert "stop_on_block" not in broken(held("skipped", "blocked"))
    answer = act(NOON + 2 * DAY, 9, "skip_run", "Blast")
    assert "stop_on_block" not in broken(held("skipped", "blocked", stop=True, acts=answer))


def test_a_held_run_that_is_to_make_way_does() -> None:
    assert "stop_on_block" in broken(held("done", "missed", looks=2))
    assert "stop_on_block" not in broken(held("done", "missed", looks=2, stop=True))
    answer = act(NOON + 2 * DAY, 9, "sample", "Blast")
    assert "stop_on_block" not in broken(held("done", "missed", acts=answer))


def regretted(*entries: Entry, seconds: int = 60) -> bool:
    return "undo" in broken([*blast(undo_seconds=seconds), *entries])


def test_what_may_be_taken_back_does_not_begin_before() -> None:
    assert regretted(*taken(NOON + 59 * SECOND, 1, to("ann", "m1")))
    assert not regretted(*taken(NOON + 60 * SECOND, 1, to("ann", "m1")))
    assert not regretted(*taken(NOON + SECOND, 1, to("ann", "m1")), seconds=0)


def test_what_was_taken_back_never_goes_unless_it_is_published_again() -> None:
    undone = act(NOON + 30 * SECOND, 5, "undo", "Blast")
    late = taken(NOON + HOUR, 1, to("ann", "m1"))
    assert regretted(*undone, *late)
    again = act(NOON + 40 * SECOND, 6, "publish", "Blast")
    assert not regretted(*undone, *again, *late)
    assert not regretted(*act(NOON + 30 * SECOND, 5, "undo", "Blast", ok=False)[:1], *late)


def test_whoever_takes_it_back_in_time_is_not_refused() -> None:
    def refused(after_ms: int, *before: Entry) -> bool:
        return regretted(*before, *act(NOON + after_ms, 5, "undo", "Blast", ok=False))

    assert refused(30 * SECOND)
    assert not refused(58 * SECOND)
    assert not refused(30 * SECOND, *act(NOON + SECOND, 4, "undo", "Blast"))
    assert not refused(30 * SECOND, *act(NOON + SECOND, 4, "pause", "Blast"))


def test_a_raise_that_nobody_approved_lets_nothing_go() -> None:
    asked = by("ana", 5, "raise_limit", NOON + SECOND)
    went = taken(NOON + HOUR, 1, to("ann", "m1"))
    plan = blast(safety_limit=1)
    assert "safety" in broken([*plan, *asked, *went])
    approved = by("ben", 6, "approve", NOON + 2 * SECOND)
    assert "safety" not in broken([*plan, *asked, *approved, *went])
