"""A short slice of `make soak`: the real daemon killed, suspended, and without room on its disk."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import cast

import pytest
import trio

from clarion.fault_env import names
from tests.patience import PATIENCE_SECONDS
from tests.system.soak import kills, pace, stages
from tests.system.soak.ground import Ground
from tests.system.soak.pausing import percentile
from tests.system.soak.stages import STAGES, Amount

PAGE = Path(__file__).parents[2] / "docs/explanation/soak.md"
ROOT = Path(__file__).parents[2]
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


@pytest.fixture(autouse=True)
def requests_may_be_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """Judge no rate by real time beside other tests: the lives in virtual time judge every rate.

    A daemon that is held up between its count of a request and the request seems to be too fast.
    """
    monkeypatch.setattr(pace, "ON_THE_WAY_SECONDS_MAX", PATIENCE_SECONDS)


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


@pytest.mark.parametrize(
    ("stage", "daemons", "number"),
    [("kills", 1, signal.SIGTERM), ("two-daemons", 2, signal.SIGINT)],
)
async def test_a_soak_that_is_told_to_end_leaves_no_daemon_behind(
    tmp_path: Path, stage: str, daemons: int, number: signal.Signals
) -> None:
    """Not even one that is suspended, with people and senders who wait for it."""
    soak = await trio.lowlevel.open_process(
        [sys.executable, "-m", "tests.system.soak", "--only", stage],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(tmp_path)},
        stdout=subprocess.DEVNULL,
    )
    try:
        with trio.fail_after(PATIENCE_SECONDS):
            while len(processes_in(tmp_path)) < daemons:  # noqa: ASYNC110 - nobody tells us
                await trio.sleep(0.1)
        soak.send_signal(number)
        with trio.fail_after(PATIENCE_SECONDS):
            await soak.wait()
    finally:
        soak.kill()
    assert (soak.returncode, processes_in(tmp_path)) == (128 + number, [])


def processes_in(folder: Path) -> list[str]:
    """Return the command lines that name the folder, of every process that runs."""
    found = []
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            told = each.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(folder) in told:
            found.append(told)
    return found


class Shy:
    """A daemon's surroundings in which it dies at a place only at the so many-th try."""

    def __init__(self, dies_at_try: int) -> None:
        self.stage, self.is_fair = self, False
        self.weather: list[bool] = []
        self._dies_at_try = dies_at_try

    async def start(self, fault_point: str = "") -> bool:
        await trio.lowlevel.checkpoint()
        if fault_point:
            self.weather.append(self.is_fair)
        return True

    async def dies(self) -> bool:
        await trio.lowlevel.checkpoint()
        return len(self.weather) == self._dies_at_try

    def fair_weather(self) -> None:
        self.is_fair = True

    async def kill_daemon(self) -> None:
        await trio.lowlevel.checkpoint()

    async def check(self, _seen: None, _told: str) -> None:
        await trio.lowlevel.checkpoint()

    def look(self) -> None:
        pass

    def so_far(self) -> str:
        return ""

    def say(self, line: str) -> None:
        pass


@pytest.mark.parametrize(
    ("at_try", "weather", "missed"),
    [(1, [False], []), (3, [False, True, True], []), (4, [False, True, True], ["a.place"])],
)
async def test_a_place_that_the_weather_hides_is_looked_for_again_in_fair_weather(
    at_try: int, weather: list[bool], missed: list[str]
) -> None:
    shy = Shy(at_try)
    ground = cast("Ground", shy)
    assert await kills.at_every_place(ground, Random(SEED), wanted=["a.place"]) == missed
    assert (shy.weather, shy.is_fair) == (weather, False)
