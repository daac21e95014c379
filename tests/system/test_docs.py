"""The documents: what they say is so, and what they point to is there."""

import re
import sqlite3
import tomllib
from pathlib import Path

import pytest

from domain import definition
from domain.books import SkipReason
from domain.campaign import Campaign
from domain.review import State
from domain.waits import Cause
from store import migrations

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(#[^)]*)?\)")
PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)\s]+\.png)\)")
ALT_CHARS_MIN = 15
REASONS = ROOT / "docs/reference/skip-reasons.md"
KEPT = ROOT / "docs/explanation/what-is-kept.md"
STATES = ROOT / "docs/reference/states.md"
NOW_MS = 1_790_000_000_000
_TOML = re.compile(r"^```toml\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    targets = [match.group(1) for match in LINK.finditer(page.read_text())]
    gone = [t for t in targets if "://" not in t and not (page.parent / t).exists()]
    assert gone == []


def test_the_index_of_the_documents_leads_to_every_page() -> None:
    told = (ROOT / "docs/README.md").read_text()
    pages = [page.relative_to(ROOT / "docs") for page in (ROOT / "docs").rglob("*.md")]
    parts = ("tutorial", "how-to", "reference", "explanation")
    assert [str(p) for p in pages if p.parts[0] in parts and f"({p})" not in told] == []


def test_every_picture_is_shown_and_said_in_words() -> None:
    shown = {
        Path(target).name: words
        for page in PAGES
        for words, target in PICTURE.findall(page.read_text())
    }
    assert sorted(shown) == sorted(path.name for path in (ROOT / "docs/images").iterdir())
    assert [name for name, words in shown.items() if len(words) < ALT_CHARS_MIN] == []


def test_the_table_of_skip_reasons_is_the_code() -> None:
    rows = [f"| `{reason}` | {reason.explain()} |" for reason in SkipReason]
    assert [line for line in REASONS.read_text().splitlines() if line.startswith("| `")] == rows


def test_the_tables_of_states_name_every_state_and_every_cause_of_waiting() -> None:
    named = re.findall(r"^\| `(\w+)` \|", STATES.read_text(), re.MULTILINE)
    assert named == [str(each) for each in (*State, *Cause)]


def definitions() -> list[tuple[str, str]]:
    """Return every whole definition that a page shows, with the page's name."""
    return [
        (page.name, block)
        for page in [*(ROOT / "docs/how-to").glob("*.md"), *(ROOT / "docs/tutorial").glob("*.md")]
        for block in _TOML.findall(page.read_text())
        if re.search('^kind = "(live|past_behaviour)"', block, re.MULTILINE)
    ]


@pytest.mark.parametrize(("page", "block"), definitions())
def test_a_definition_that_a_page_shows_can_be_used_as_it_stands(page: str, block: str) -> None:
    found = definition.read(tomllib.loads(block), now_ms=NOW_MS, zone="UTC")
    assert isinstance(found, Campaign), (page, found)


def test_the_limits_that_a_page_shows_go_together() -> None:
    blocks = [
        block
        for block in _TOML.findall((ROOT / "docs/how-to/limit-messages.md").read_text())
        if "[frequency]" not in block
    ]
    live = {"name": "L", "kind": "live", "trigger": {"event": "Viewed"}}
    past = {"name": "P", "kind": "past_behaviour"}
    for block in blocks:
        told = [
            definition.read(kind | tomllib.loads(block), now_ms=NOW_MS, zone="UTC")
            for kind in (live, past)
        ]
        assert any(isinstance(each, Campaign) for each in told), block
    assert len(blocks) >= 5


def test_the_page_of_what_is_kept_has_every_table_of_the_database_once() -> None:
    conn = sqlite3.connect(":memory:")
    for migration in migrations.load():
        conn.executescript(migration.sql)
    found = conn.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    tables = sorted(name for (name,) in found if not name.startswith("sqlite_"))
    conn.close()
    told = [line.split("|")[1] for line in KEPT.read_text().splitlines() if line.startswith("| `")]
    assert sorted(name for cell in told for name in re.findall(r"`(\w+)`", cell)) == tables
