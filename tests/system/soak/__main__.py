"""`python -m tests.system.soak`: the real daemon under load, killed, suspended, starved of disk.

Bounded in count and time, it ends by itself: 0 and a table, or 1 with every violation, the seed and
the folder that was kept. A seed repeats every choice, but not the moments at which a real process
meets them.
"""

import argparse
import secrets
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from random import Random

import trio

from tests.system.soak import kills
from tests.system.soak.stages import STAGES, Amount, Result

MINUTES = 25
KILLS = 200
PAUSES = 60
SUSPENDED_SECONDS = 60.0
OUTAGE_SECONDS = 60.0
STAGE_SECONDS_MAX = 1_200.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the stages that are asked for; return the exit code."""
    asked = _parser().parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="clarion-soak-"))
    print(f"seed {asked.seed}, in {folder}", flush=True)
    results = trio.run(partial(_run, asked, folder))
    print()
    for name, (seconds, result) in results.items():
        verdict = f"{len(result.found)} violations" if result.found else "well"
        print(f"{name:12} {seconds:6.0f} s  {verdict:14} {result.told}")
    found = [f"{name}: {one}" for name, (_, result) in results.items() for one in result.found]
    if not found:
        shutil.rmtree(folder, ignore_errors=True)
        return 0
    print(f"\n{len(found)} violations; seed {asked.seed}; what they left is in {folder}:")
    for one in found:
        print(f"  {one}")
    return 1


async def _run(asked: argparse.Namespace, folder: Path) -> dict[str, tuple[float, Result]]:
    amount = Amount(
        kills=asked.kills,
        places=tuple(kills.places()),
        pauses=asked.pauses,
        suspended_seconds=SUSPENDED_SECONDS,
        outage_seconds=OUTAGE_SECONDS,
        until=trio.current_time() + asked.minutes * 60,
    )
    results = {}
    for name in asked.only or STAGES:
        began = time.monotonic()
        print(f"{name}: {STAGES[name].__doc__}", flush=True)
        chance = Random(f"{asked.seed}/{name}")
        try:
            with trio.fail_after(STAGE_SECONDS_MAX):
                result = await STAGES[name](folder / name, chance, amount, _say)
        except Exception as error:  # noqa: BLE001 - the other stages still tell something
            _say("".join(traceback.format_exception(error)))
            result = Result("broken off", (f"{type(error).__name__}: {error}",))
        results[name] = (time.monotonic() - began, result)
        if not result.found:
            shutil.rmtree(folder / name, ignore_errors=True)
    return results


def _say(line: str) -> None:
    print(f"  {time.strftime('%H:%M:%S')} {line}", flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=MINUTES, help="the random kills end then")
    parser.add_argument("--kills", type=int, default=KILLS, help="how many at random times")
    parser.add_argument("--pauses", type=int, default=PAUSES)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1 << 30))
    parser.add_argument("--only", nargs="*", choices=list(STAGES), help="these stages alone")
    return parser


if __name__ == "__main__":
    sys.exit(main())
