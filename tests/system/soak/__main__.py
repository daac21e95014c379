"""`python -m tests.system.soak`: the real daemon under load, killed, suspended, starved of disk.

Bounded in count and time, it ends by itself: 0 and a table, or 1 with every violation, the seed and
the folder that was kept. Told to end by SIGTERM or SIGINT it ends what it started, and then itself
with 128 and the signal's number. A seed repeats every choice, but not the moments at which a real
process meets them.
"""

import argparse
import secrets
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from random import Random

import trio
from msgspec import Struct

from tests.system.soak import ending, kills
from tests.system.soak.stages import STAGES, Amount, Result

KILLS = 200
PAUSES = 200
SUSPENDED_SECONDS = 60.0
OUTAGE_SECONDS = 60.0
STAGE_SECONDS_MAX = 1_800.0
MINUTES = 30
"""So long a stage counts on: random kills and pauses that are not done by then are a violation."""

EXIT_OF_SIGNAL = 128


class Done(Struct, frozen=True):
    """A stage that is over: how long it took, and what came out."""

    seconds: float
    result: Result


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the stages that are asked for; return the exit code."""
    asked = _parser().parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="clarion-soak-"))
    began = time.monotonic()
    print(f"seed {asked.seed}, in {folder}", flush=True)
    done: dict[str, Done] = {}
    told: signal.Signals | None = None
    try:
        told = trio.run(ending.until_told, partial(_run, asked, folder, done))
    finally:
        _print_table(done, time.monotonic() - began)
    found = [f"{name}: {one}" for name, each in done.items() for one in each.result.found]
    if told is not None:
        print(f"Told to end by {told.name}: nothing that was started is left.", flush=True)
    code = 0 if told is None else EXIT_OF_SIGNAL + told
    if not found:
        shutil.rmtree(folder, ignore_errors=True)
        return code
    print(f"\n{len(found)} violations; seed {asked.seed}; what they left is in {folder}:")
    for one in found:
        print(f"  {one}")
    return code or 1


async def _run(asked: argparse.Namespace, folder: Path, done: dict[str, Done]) -> None:
    """Run one stage after the other; what each left is kept if it found something."""
    for name in asked.only or STAGES:
        began = time.monotonic()
        print(f"{name}: {STAGES[name].__doc__}", flush=True)
        chance = Random(f"{asked.seed}/{name}")
        try:
            with trio.fail_after(STAGE_SECONDS_MAX + asked.minutes * 60):
                result = await STAGES[name](folder / name, chance, _amount(asked), _say)
        except Exception as error:  # noqa: BLE001 - the other stages still tell something
            _say("".join(traceback.format_exception(error)))
            result = Result("broken off", (f"{type(error).__name__}: {error}",))
        ending.kill_children()  # whatever a stage that was broken off has left
        done[name] = Done(time.monotonic() - began, result)
        for one in result.found:
            _say(f"VIOLATION: {one}")
        if not result.found:
            shutil.rmtree(folder / name, ignore_errors=True)


def _amount(asked: argparse.Namespace) -> Amount:
    return Amount(
        kills=asked.kills,
        places=tuple(kills.places()),
        pauses=asked.pauses,
        suspended_seconds=SUSPENDED_SECONDS,
        outage_seconds=OUTAGE_SECONDS,
        until=trio.current_time() + asked.minutes * 60,
    )


def _print_table(done: dict[str, Done], seconds: float) -> None:
    heading = ("stage", "seconds", "verdict", "events", "messages", "checks")
    print("\n{:12} {:>7}  {:14} {:>9} {:>9} {:>6}  what was done".format(*heading))
    for name, each in done.items():
        result = each.result
        verdict = f"{len(result.found)} VIOLATIONS" if result.found else "well"
        print(
            f"{name:12} {each.seconds:7.0f}  {verdict:14} {result.events:9,} {result.messages:9,}"
            f" {result.checks:6,}  {result.told}"
        )
    results = [each.result for each in done.values()]
    print(
        f"{'in all':12} {seconds:7.0f}  {'':14} {sum(r.events for r in results):9,}"
        f" {sum(r.messages for r in results):9,} {sum(r.checks for r in results):6,}",
        flush=True,
    )


def _say(line: str) -> None:
    print(f"  {time.strftime('%H:%M:%S')} {line}", flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--kills", type=int, default=KILLS, help="how many at random times")
    parser.add_argument("--pauses", type=int, default=PAUSES, help="how many clicks on Pause")
    parser.add_argument(
        "--minutes", type=float, default=MINUTES, help="for the kills and for the pauses, each"
    )
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1 << 30))
    parser.add_argument("--only", nargs="*", choices=list(STAGES), help="these stages alone")
    return parser


if __name__ == "__main__":
    sys.exit(main())
