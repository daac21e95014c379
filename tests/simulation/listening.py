"""What the product logs while its process lives, as whoever reads the log would find it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from clarion.logs import JsonLines, Mask
from store.errors import StoreError
from tests.simulation import daemon as processes
from tests.simulation.daemon import INGEST_KEY
from tests.simulation.world import WRITE_KEY, World

FLOORS = ("actors", "bot", "clarion", "store", "domain")


class _Ear(logging.Handler):
    """Hears everything, and remembers errors that the product's code did not expect."""

    def __init__(self, world: World) -> None:
        super().__init__(logging.INFO)
        self.setFormatter(JsonLines(Mask((WRITE_KEY, INGEST_KEY))))
        self.errors: list[str] = []
        self._world = world

    def emit(self, record: logging.LogRecord) -> None:
        daemon = processes.running.get()
        if daemon is None or not daemon.alive:
            return
        said = msgspec.json.decode(self.format(record).encode(), type=dict[str, str])
        line = f"{said['level']} {said['logger']}: {said['message']}"
        self._world.left("log", f"{line}\n{said.get('traceback', '')}".strip())
        if record.levelno < logging.ERROR or not record.exc_info:
            return
        error = record.exc_info[1]
        if not isinstance(error, StoreError):  # the disk's fault, or another daemon's
            self.errors.append(f"{record.getMessage()}: {error!r}")


@contextmanager
def heard(world: World) -> Iterator[list[str]]:
    """Listen to the log; give what errors it told of."""
    ear = _Ear(world)
    root = logging.getLogger()
    levels = {name: logging.getLogger(name).level for name in FLOORS}
    root.addHandler(ear)
    for name in FLOORS:
        logging.getLogger(name).setLevel(logging.INFO)
    try:
        yield ear.errors
    finally:
        root.removeHandler(ear)
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
