"""The judges of audiences that are trees can fail."""

from msgspec.structs import replace

from tests.simulation.asks import OfGroup, Other
from tests.simulation.kinds import Chosen
from tests.simulation.made import (
    HOUR,
    LAST,
    NOON,
    REST,
    blast,
    books,
    broken,
    ended,
    taken,
    to,
    user,
)

EARLIER = [replace(user(name), at_ms=NOON - HOUR) for name in ("ann", "bob", "cyd")]
OF_A, OF_B = Chosen(who=OfGroup("a")), Chosen(who=Other(OfGroup("a")))


def life(chosen: Chosen, qualified: int, *users: str) -> set[str]:
    sent = [to(name, f"m {name}") for name in users]
    skipped = {"qualified": qualified, "sent": len(sent), "control": qualified - len(sent)}
    return broken(
        [
            *EARLIER,
            *blast(chosen=chosen)[3:],
            *taken(NOON + 5_000, 1, *sent),
            REST,
            books(LAST, "Blast", "completed", **skipped),
            *(ended(one.message_id, campaign="Blast") for one in sent),
        ]
    )


def test_whoever_fits_qualifies() -> None:
    assert "audience" not in life(OF_A, 3, "ann", "bob", "cyd")
    assert "audience" in life(OF_A, 2, "ann", "bob")


def test_nobody_else_gets_anything() -> None:
    assert "audience" in life(OF_B, 1, "ann")
