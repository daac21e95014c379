"""The judges of what is kept of events can fail."""

from tests.simulation.history import Entry, Happened, Kept, Posted
from tests.simulation.kinds import House
from tests.simulation.made import DAY, HOUR, LIVE, NOON, broken, user

END = NOON + 40 * DAY
HOUSE = House(keep_days=30)
FIRST, OLD, YOUNG = "e first", "e old", "e young"


def came(at_ms: int, event_id: str, name: str = "Paid", *, late: int = 0) -> Entry:
    happened = Happened(event_id, "ann", name, at_ms - late, sent_ms=at_ms)
    return Posted(at_ms, (happened,), 200)


BEATS = [came(END - HOUR, f"beat {n}", "Beat") for n in range(12)]
LIFE: list[Entry] = [
    user("ann"),
    LIVE,
    came(NOON + HOUR, FIRST),
    came(NOON + 2 * HOUR, OLD),
    came(END - 20 * DAY, YOUNG),
    *BEATS,
]
BEAT_IDS = tuple(f"beat {n}" for n in range(12))


def judged(*log: str, copy: tuple[str, ...] | None = None, strange: int = 0) -> bool:
    ids = (*BEAT_IDS, *log)
    kept = Kept(END, ids, ids if copy is None else (*BEAT_IDS, *copy), strange)
    return "retention" in broken([*LIFE, kept], house=HOUSE)


def test_what_is_old_leaves_and_what_is_first_or_young_stays() -> None:
    assert not judged(FIRST, YOUNG)
    assert judged(FIRST, OLD, YOUNG)
    assert judged(YOUNG)
    assert judged(FIRST)


def test_the_copy_has_what_the_log_has() -> None:
    assert judged(FIRST, YOUNG, copy=(FIRST,))
    assert judged(FIRST, YOUNG, strange=1)


def test_what_was_too_old_when_it_came_is_not_kept() -> None:
    late = came(END - 2 * HOUR, "e late", late=36 * DAY)
    ids = (*BEAT_IDS, FIRST, YOUNG)
    good = Kept(END, ids, ids, 0)
    bad = Kept(END, (*ids, "e late"), (*ids, "e late"), 0)
    assert "retention" not in broken([*LIFE, late, good], house=HOUSE)
    assert "retention" in broken([*LIFE, late, bad], house=HOUSE)
