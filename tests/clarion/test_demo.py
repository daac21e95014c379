"""`clarion demo --headless` plays the whole story and ends with one JSON object."""

import json
import subprocess
import sys
from typing import Any

import pytest

from clarion.story import CAP, HELD, LIVE, PAST, SAFETY
from tests.patience import WHOLE_SECONDS


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    """Play the story once, as a person would from a shell; it ends no sooner than the story."""
    command = [sys.executable, "-m", "clarion", "demo", "--headless", "--for", "1", "--json"]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=WHOLE_SECONDS
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _books(report: dict[str, Any], name: str) -> dict[str, Any]:
    (campaign,) = [c for c in report["campaigns"] if c["name"] == name]
    books: dict[str, Any] = campaign["books"]
    return books


def test_the_story_ends_well(report: dict[str, Any]) -> None:
    assert (report["ok"], report["problems"]) == (True, [])


def test_each_message_has_an_id_of_its_own(report: dict[str, Any]) -> None:
    messages = report["messages"]
    assert messages["accepted"] == messages["distinct_ids"] > CAP + SAFETY


def test_the_live_campaign_fills_its_cap_and_no_more(report: dict[str, Any]) -> None:
    assert _books(report, LIVE)["sent"] == CAP


def test_the_held_run_goes_to_a_random_few(report: dict[str, Any]) -> None:
    assert _books(report, HELD)["sent"] == SAFETY
    assert report["alerts"]


def test_the_books_balance(report: dict[str, Any]) -> None:
    for name in (LIVE, PAST, HELD):
        books = _books(report, name)
        rest = books["control"] + books["sent"] + sum(books["skipped"].values()) + books["pending"]
        assert books["qualified"] == rest


def test_every_campaign_is_over(report: dict[str, Any]) -> None:
    assert {c["state"] for c in report["campaigns"]} == {"completed"}
