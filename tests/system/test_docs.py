"""The documents: what they say is so, and what they point to is there."""

import re
from pathlib import Path

import pytest

from domain.books import SkipReason
from domain.review import State

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(#[^)]*)?\)")
REASONS = ROOT / "docs/reference/skip-reasons.md"
STATES = ROOT / "docs/reference/states.md"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    targets = [match.group(1) for match in LINK.finditer(page.read_text())]
    gone = [t for t in targets if "://" not in t and not (page.parent / t).exists()]
    assert gone == []


def test_the_table_of_skip_reasons_is_the_code() -> None:
    rows = [f"| `{reason}` | {reason.explain()} |" for reason in SkipReason]
    assert [line for line in REASONS.read_text().splitlines() if line.startswith("| `")] == rows


def test_the_table_of_states_names_every_state() -> None:
    named = re.findall(r"^\| `(\w+)` \|", STATES.read_text(), re.MULTILINE)
    assert named == [str(state) for state in State]
