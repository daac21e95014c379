"""The house itself: its floors, the size of its rooms, and that each has a test."""

import subprocess
import sys
from importlib.metadata import distributions, packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FLOORS = ("clarion", "bot", "actors", "store", "domain", "sandbox")
LINES_MAX = 300
OURS = "clarion-campaigns"


SUPPORT = [
    path.relative_to(ROOT)
    for path in sorted((ROOT / "tests").rglob("*.py"))
    if not path.name.startswith("test_")
]
"""What the tests share; a test file itself may list as many examples as it needs."""
MODULES = [
    path.relative_to(ROOT) for floor in FLOORS for path in sorted((ROOT / floor).rglob("*.py"))
]


@pytest.mark.parametrize("module", [*MODULES, *SUPPORT], ids=str)
def test_a_module_is_short_enough_to_be_read_whole(module: Path) -> None:
    assert len((ROOT / module).read_text().splitlines()) <= LINES_MAX


@pytest.mark.parametrize(
    "module", [m for m in MODULES if m.name not in {"__init__.py", "__main__.py"}], ids=str
)
def test_a_module_has_its_test_in_the_mirrored_place(module: Path) -> None:
    assert (ROOT / "tests" / module.parent / f"test_{module.name}").exists()


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_module_begins_with_what_it_is(module: Path) -> None:
    assert (ROOT / module).read_text().startswith('"""')


@pytest.mark.parametrize("floor", FLOORS)
def test_no_other_distribution_ships_a_name_of_ours(floor: str) -> None:
    """The five folders are plain top-level names, so an installed namesake would be imported."""
    owners = set(packages_distributions().get(floor, [])) - {OURS}
    shipped = {
        dist.metadata["Name"]
        for dist in distributions()
        if dist.metadata["Name"] != OURS
        and any(str(file).split("/")[0] == floor for file in dist.files or ())
    }
    assert owners | shipped == set()


def test_the_lock_names_no_registry() -> None:
    locks = list(ROOT.glob("requirements*.lock"))
    assert len(locks) >= 4
    assert [lock.name for lock in locks if "://" in lock.read_text()] == []


def test_a_process_that_knows_every_module_ends_without_a_word() -> None:
    """Of a class that the last collection cannot reach DuckDB's binding prints a page."""
    names = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for folder in (*FLOORS, "bench")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if not path.name.startswith("__")
    ]
    ended = subprocess.run(
        [sys.executable, "-c", "\n".join(f"import {name}" for name in names)],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    assert ended.stdout + ended.stderr == ""
