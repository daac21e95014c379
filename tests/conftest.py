"""What holds for every test: chance is seeded, slowness is no failure, the end is quiet."""

import gc

from hypothesis import settings

settings.register_profile("clarion", deadline=None, derandomize=True, database=None)
settings.load_profile("clarion")


def pytest_unconfigure() -> None:
    """Let go of what Hypothesis hears of the garbage collector by.

    It never does so itself, and what it reaches from there (the modules of tests) would outlive the
    last collection of the process: DuckDB's binding then prints a page about types left behind.
    """
    gc.callbacks.clear()
