"""Whether a thread is left behind. It is waited for: it ends a moment after its last answer."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

ENDS_SECONDS_MAX = 10.0


@contextmanager
def all_end() -> Iterator[None]:
    """Demand that every thread which begins inside ends soon after.

    Daemon threads do not count: they keep no process alive, and Trio keeps its workers for later.
    """
    before = set(threading.enumerate())
    yield
    for thread in set(threading.enumerate()) - before:
        if not thread.daemon:
            thread.join(ENDS_SECONDS_MAX)
            assert not thread.is_alive(), f"{thread.name} is left behind"
