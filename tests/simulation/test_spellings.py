"""The table of spellings is the product's reading too: they show the same wall all year round."""

from datetime import UTC, datetime

import pytest

from domain import zones
from tests.simulation.oracle_times import zone_or
from tests.simulation.spellings import SPELLED, meant
from tests.simulation.walls import shown

MONTHS = [round(datetime(2026, m, 28, 12, tzinfo=UTC).timestamp()) * 1_000 for m in range(1, 13)]


@pytest.mark.parametrize("said", SPELLED)
def test_the_product_reads_a_zone_as_its_speller_meant_it(said: str) -> None:
    theirs = zones.normalise(said)
    assert theirs is not None
    for at_ms in MONTHS:
        wall = zones.local_wall(at_ms, theirs).replace(tzinfo=None, fold=0)
        assert wall == shown(at_ms, meant(said))


def test_a_zone_that_nobody_knows_is_the_accounts() -> None:
    assert zone_or("Mars/Olympus", "Europe/Oslo") == "Europe/Oslo"
    assert zone_or("GMT+5:30", "Europe/Oslo") == "Asia/Kolkata"
    assert zone_or("Asia/Kolkata", "Europe/Oslo") == "Asia/Kolkata"
