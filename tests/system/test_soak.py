"""A short slice of `make soak`: the real daemon killed, suspended, and without room on its disk."""

import os
import re
from pathlib import Path
from random import Random

import pytest

from clarion.fault_env import names
from tests.system.soak import kills, stages
from tests.system.soak.pausing import percentile
from tests.system.soak.stages import STAGES, Amount

PAGE = Path(__file__).parents[2] / "docs/explanation/soak.md"
SEED = 7
FEW = Amount(
    kills=2,
    places=("admission.decisions_written", "draw.chunk_written", "ingest.answer_begins"),
    pauses=5,
    suspended_seconds=1.0,
    outage_seconds=1.0,
    users=300,
    tables=("log",),
)


def quiet(_line: str) -> None:
    """Say nothing: a test that fails shows what was found."""


def test_a_place_that_the_load_does_not_come_by_has_a_stage_that_goes_there() -> None:
    assert set(kills.ELSEWHERE) <= set(names())
    assert set(kills.ELSEWHERE.values()) <= set(STAGES)


def test_the_table_of_stages_is_the_code() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \|", PAGE.read_text(), re.MULTILINE)
    assert rows == list(STAGES)


def test_one_pause_in_a_hundred_is_slower_than_the_99th_percentile() -> None:
    hundred = [float(n) for n in range(100)]
    assert (percentile(hundred, 50), percentile(hundred, 99)) == (50, 99)
    assert percentile([7.0], 99) == 7.0


async def test_killed_at_named_places_it_loses_nothing_and_sends_nothing_twice(
    tmp_path: Path,
) -> None:
    assert (await stages.named_places(tmp_path, Random(SEED), FEW, quiet)).found == ()


async def test_killed_at_random_times_it_loses_nothing_and_sends_nothing_twice(
    tmp_path: Path,
) -> None:
    assert (await stages.random_times(tmp_path, Random(SEED), FEW, quiet)).found == ()


async def test_a_suspended_daemon_ends_when_another_has_taken_its_place(tmp_path: Path) -> None:
    assert (await stages.two_daemons(tmp_path, Random(SEED), FEW, quiet)).found == ()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
async def test_a_full_a_read_only_and_a_damaged_disk_lose_nothing_and_are_said_clearly(
    tmp_path: Path,
) -> None:
    result = await stages.bad_disks(tmp_path, Random(SEED), FEW, quiet)
    if result.told.startswith("skipped"):
        pytest.skip(result.told)
    assert result.found == ()


async def test_one_poison_message_among_500_stops_no_other(tmp_path: Path) -> None:
    assert (await stages.poisoned(tmp_path, Random(SEED), FEW, quiet)).found == ()


async def test_after_paused_no_request_begins(tmp_path: Path) -> None:
    assert (await stages.paused(tmp_path, Random(SEED), FEW, quiet)).found == ()
