"""What every test of the command line begins with: the same terminal, and no setup of one's own."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from clarion import cli_definition
from tests.patience import PATIENCE_SECONDS


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give a terminal of 80 columns, without a `CLARION_...`, on a machine that may be busy.

    The log is as before at the end.
    """
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(cli_definition, "TOLD_SECONDS_MAX", PATIENCE_SECONDS)
    for name in [each for each in os.environ if each.startswith("CLARION_")]:
        monkeypatch.delenv(name)
    yield
    root.handlers[:] = before
    root.setLevel(level)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder of one's own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
