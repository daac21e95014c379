"""The judge of dates can fail, and lets pass what may have been right."""

from datetime import UTC, datetime

from msgspec.structs import replace

from tests.simulation.history import Entry, Happened, Planned, Posted
from tests.simulation.kinds import OnDate
from tests.simulation.made import (
    BEGINNING,
    HOUR,
    LAST,
    MINUTE,
    NOON,
    REST,
    SECOND,
    A,
    books,
    broken,
    ended,
    taken,
    user,
)

PLAN = Planned(NOON, "Live", "live", event="Paid", date=OnDate(-10, cancel="Cleared"))
BEGAN = NOON + 10 * SECOND
DUE = NOON + 2 * HOUR
FOR_E1 = replace(A, event="e1")


def text(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms // 1_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def did(name: str, at_ms: int, *, id: str = "e1", date: str = text(DUE + 10 * MINUTE)) -> Posted:  # noqa: A002 - the event's own word
    return Posted(at_ms, (Happened(id, "ann", name, at_ms, cart="c1", date=date),), 200)


def life(*entries: Entry, plan: Planned = PLAN, qualified: int = 1, zone: str = "") -> list[Entry]:
    """A life of a campaign that goes ten minutes before a date."""
    begun = [plan if isinstance(entry, Planned) else entry for entry in BEGINNING[1:-1]]
    told = replace(books(LAST, qualified=qualified), skipped={"cap_day": qualified})
    sent = sum(getattr(entry, "accepted", ()) != () for entry in entries)
    if sent:
        told = replace(told, sent=1, skipped={"cap_day": qualified - 1} if qualified > 1 else {})
    whole = [user("ann", zone), *begun, *entries, REST, told]
    return [*whole, ended("m1")] if sent else whole


def test_a_message_at_its_moment_is_right_and_one_before_it_is_not() -> None:
    assert not broken(life(did("Paid", BEGAN), *taken(DUE, 1, FOR_E1)))
    assert "P12" in broken(life(did("Paid", BEGAN), *taken(DUE - SECOND, 1, FOR_E1)))


def test_a_date_without_a_zone_is_one_where_the_user_is() -> None:
    wall = text(DUE + HOUR + 10 * MINUTE).removesuffix("Z")  # Oslo is an hour ahead
    posted = did("Paid", BEGAN, date=wall)
    assert not broken(life(posted, *taken(DUE, 1, FOR_E1), zone="Europe/Oslo"))
    assert "P12" in broken(life(posted, *taken(DUE, 1, FOR_E1), zone="America/New_York"))


def test_nothing_goes_without_a_date_or_for_one_that_was_long_past() -> None:
    gone = text(BEGAN - 3 * HOUR)
    assert "P12" in broken(life(did("Paid", BEGAN, date="soon"), *taken(DUE, 1, FOR_E1)))
    assert "P12" in broken(life(did("Paid", BEGAN, date=gone), *taken(DUE, 1, FOR_E1)))


def test_nothing_goes_for_a_date_that_was_cleared_or_replaced_in_time() -> None:
    first, sent = did("Paid", BEGAN), taken(DUE, 1, FOR_E1)
    assert "P13" in broken(life(first, did("Cleared", BEGAN + HOUR, id="x"), *sent))
    again = did("Paid", BEGAN + HOUR, id="e2", date=text(DUE + 3 * HOUR))
    assert "P13" in broken(life(books(BEGAN), first, again, *sent, qualified=2))


def test_what_came_too_late_or_is_of_another_cart_changes_nothing() -> None:
    first, sent = did("Paid", BEGAN), taken(DUE, 1, FOR_E1)
    assert not broken(life(first, *sent, did("Cleared", DUE + SECOND, id="x")))
    assert PLAN.date is not None
    carts = replace(PLAN, date=replace(PLAN.date, same_cart=True))
    other = Posted(BEGAN + HOUR, (Happened("x", "ann", "Cleared", BEGAN + HOUR, cart="c2"),), 200)
    assert not broken(life(first, other, *sent, plan=carts))


def test_a_date_that_nobody_decided_about_is_seen_and_one_too_many() -> None:
    assert "P12" in broken(life(books(BEGAN - SECOND), did("Paid", BEGAN), qualified=0))
    assert "P13" in broken(life(did("Paid", BEGAN), qualified=2))
