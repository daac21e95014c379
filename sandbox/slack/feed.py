"""Tells everyone who watches that something changed: open pages, and tests that wait."""

from collections.abc import Callable

import trio


class Feed:
    """One growing number; `changed()` raises it, `wait_beyond(n)` waits until it is past n."""

    def __init__(self) -> None:
        self.version = 0
        self._moved = trio.Event()

    def changed(self) -> None:
        """Wake everyone who waits."""
        self.version += 1
        moved, self._moved = self._moved, trio.Event()
        moved.set()

    async def wait_beyond(self, version: int) -> int:
        """The version, once it is greater than the given one."""
        while self.version <= version:
            await self._moved.wait()
        return self.version

    async def wait_until(self, true: Callable[[], bool]) -> None:
        """Return as soon as `true()` holds; it is asked again after every change."""
        while not true():
            await self.wait_beyond(self.version)
