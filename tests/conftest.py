"""What holds for every test: chance is seeded, slowness is no failure, the end is quiet."""

import gc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "clarion",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],  # it looks at the clock, not at what is drawn
)
settings.load_profile("clarion")

TESTS = Path(__file__).parent
LONGEST_FIRST = ("system", "simulation", "clarion")
"""Folders with files that take a minute. A file is not divided: begun last, it would be waited for
while the other core has nothing left to do."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the folders whose files take longest; all else keeps its order."""
    places = {name: n for n, name in enumerate(LONGEST_FIRST)}
    last = len(places)
    items.sort(key=lambda item: places.get(item.path.relative_to(TESTS).parts[0], last))


def pytest_unconfigure() -> None:
    """Let go of what Hypothesis hears of the garbage collector by.

    It never does so itself, and what it reaches from there (the modules of tests) would outlive the
    last collection of the process: DuckDB's binding then prints a page about types left behind.
    """
    gc.callbacks.clear()
