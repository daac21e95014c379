"""Faults from the environment, for tests of the real process; unset, as in production: none.

`CLARION_FAULT_POINT="live.admitted:3"` ends the process by SIGKILL the third time that this place
is reached, as a power cut would; `live.admitted:3:stop` suspends it by SIGSTOP instead; several are
separated by commas. `CLARION_FAULT_CLOCK=FILE` lets the wall clock be wrong.
"""

import os
import re
import signal
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec import Struct

from actors.clock import WallClock
from store import fault_points

VARIABLE = "CLARION_FAULT_POINT"
CLOCK_VARIABLE = "CLARION_FAULT_CLOCK"
FLOORS = ("clarion", "bot", "actors", "store", "domain")
TIMES_MAX = 1_000_000
_REACHED = re.compile(r'\breach\(\s*"([a-z_]+\.[a-z_]+)"\s*\)')
_WANTED = re.compile(r"([^:]+)(?::(\d+))?(?::(kill|stop))?")
_SIGNALS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}


class WrongFaultPoint(ValueError):  # noqa: N818 - says what is the matter
    """The variable names no place of the program; the message lists the names."""


class Wanted(Struct, frozen=True):
    """At which place, the how many-th time, what shall happen: `kill` or `stop`."""

    name: str
    times: int = 1
    act: str = "kill"


def listen(environ: Mapping[str, str]) -> None:
    """Set the listener that the environment asks for, if it does. Raises WrongFaultPoint."""
    text = environ.get(VARIABLE, "")
    if text:
        fault_points.listener = listener(parse(text, names()))


def wall_clock(environ: Mapping[str, str]) -> "WallClock | WrongClock":
    """Return the machine's clock, or the wrong one that the environment asks for."""
    file = environ.get(CLOCK_VARIABLE, "")
    return WrongClock(Path(file)) if file else WallClock()


class WrongClock:
    """The machine's clock, off by as many milliseconds as a file says now; without it, right."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._right = WallClock()

    def now_ms(self) -> int:
        """Return what this clock says, in epoch milliseconds. Raises ValueError for no number."""
        off = self._file.read_text("ascii") if self._file.exists() else "0"
        return self._right.now_ms() + int(off)


def names() -> dict[str, list[Path]]:
    """Return every place's name and the files that reach it, read from the program's own source.

    The source is the register, so none can be forgotten in it; it is read only when asked for.
    """
    root = Path(__file__).resolve().parent.parent
    found: dict[str, list[Path]] = {}
    for floor in FLOORS:
        for path in sorted((root / floor).rglob("*.py")):
            for name in _REACHED.findall(path.read_text("utf-8")):
                found.setdefault(name, []).append(path.relative_to(root))
    return dict(sorted(found.items()))


def parse(text: str, known: Mapping[str, object]) -> list[Wanted]:
    """Read the variable. Raises WrongFaultPoint with what can be written instead."""
    wanted = []
    for part in text.split(","):
        match = _WANTED.fullmatch(part.strip())
        if match is None:
            raise WrongFaultPoint(
                f"{VARIABLE}: {part.strip()!r} is not NAME, NAME:TIMES or NAME:TIMES:stop."
            )
        name, times, act = match[1], int(match[2] or 1), match[3] or "kill"
        if name not in known:
            raise WrongFaultPoint(
                f"{VARIABLE}: there is no place {name!r}. There are: {', '.join(known)}."
            )
        if not 1 <= times <= TIMES_MAX:
            raise WrongFaultPoint(f"{VARIABLE}: {name} can be reached 1 to {TIMES_MAX:,} times.")
        wanted.append(Wanted(name, times, act))
    return wanted


def listener(
    wanted: list[Wanted], *, send: Callable[[int, int], None] = os.kill
) -> Callable[[str], None]:
    """Return what counts the places that are reached; the store's threads reach some of them."""
    left = {(one.name, one.act): one.times for one in wanted}
    lock = threading.Lock()

    def reached(name: str) -> None:
        for act, number in _SIGNALS.items():
            with lock:
                if (name, act) not in left:
                    continue
                left[name, act] -= 1
                due = left[name, act] == 0
            if due:
                send(os.getpid(), number)

    return reached
