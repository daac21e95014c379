"""The judge of caps that leave users out can fail, and counts whoever may have had a place."""

import pytest
from msgspec.structs import replace

from tests.simulation.history import Entry
from tests.simulation.made import NOON, SECOND, blast, books, broken


def life(cap: int, sent: int, **skipped: int) -> list[Entry]:
    shown = books(NOON + SECOND, "Blast", "completed", sent=sent)
    qualified = sent + sum(skipped.values())
    return [*blast(cap_total=cap), replace(shown, qualified=qualified, skipped=skipped)]


@pytest.mark.parametrize(
    ("sent", "skipped", "wrong"),
    [
        (2, {"cap_reached": 1}, False),
        (1, {"cap_reached": 1}, True),
        (1, {"cap_reached": 1, "expired": 1}, False),
        (1, {"cap_reached": 1, "not_in_portion": 1}, True),
        (1, {"expired": 2}, False),
    ],
)
def test_nobody_is_left_out_by_a_cap_that_had_a_place(
    sent: int, skipped: dict[str, int], *, wrong: bool
) -> None:
    assert ("cap" in broken(life(2, sent, **skipped))) is wrong
