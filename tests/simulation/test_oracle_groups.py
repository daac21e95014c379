"""The judges of the operator's control groups can fail."""

from tests.simulation.history import Controlled, Entry
from tests.simulation.kinds import Chosen, House
from tests.simulation.made import LAST, NOON, blast, broken, taken, to

QUIET = Chosen(groups=("quiet",), system=False)
OF_QUIET = Controlled(LAST, "Blast", "bob", "custom")
OF_SYSTEM = Controlled(LAST, "Blast", "bob", "system")
HOUSE = House(system=60, groups={"quiet": 60})


def life(*entries: Entry, chosen: Chosen = QUIET) -> set[str]:
    return broken([*blast(chosen=chosen), *entries], house=HOUSE)


def test_nobody_of_a_group_gets_anything_of_who_keeps_it_out() -> None:
    assert "control" not in life(OF_QUIET, *taken(NOON + 1, 1, to("ann", "m1")))
    assert "control" in life(OF_QUIET, *taken(NOON + 1, 1, to("bob", "m1")))
    assert "control" in life(OF_SYSTEM, *taken(NOON + 1, 1, to("bob", "m1")), chosen=Chosen())


def test_a_group_that_a_campaign_treats_leaves_nobody_out() -> None:
    assert "control" in life(OF_SYSTEM)
    assert "control" in life(OF_QUIET, chosen=Chosen())
    assert "control" in life(Controlled(LAST, "Blast", "bob", "campaign"))


def test_a_group_has_about_so_many() -> None:
    sent = [to(f"u{n}", f"m{n}") for n in range(30)]
    assert "control" in life(*taken(NOON + 1, 1, *sent))
    assert "control" not in life(*taken(NOON + 1, 1, *sent), chosen=Chosen(system=False))
