"""Named places where a test lets the process die, and production does nothing.

`reach(NAME)` stands just before or after what must survive a crash. Nothing listens unless a test
harness has set `listener`.
"""

from collections.abc import Callable

listener: Callable[[str], None] | None = None
"""What is told of each place that is reached; None, as in production: nobody."""


def reach(name: str) -> None:
    """Say that this place is reached."""
    if listener is not None:
        listener(name)
