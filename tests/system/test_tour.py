"""The tours that make the pictures of the tutorials: what a marketer does, and what it costs."""

import os
from pathlib import Path

import pytest

from tests.system.camera import Camera
from tests.system.effort import Effort
from tests.system.person import need_chromium
from tests.system.tour import live, past, simple, tasks
from tests.system.tour.scene import play
from tests.system.tour.table import put, seconds, table

DRAFT_SECONDS_MAX = 90
WHOLE_LIVES = "CLARION_TOUR"
"""Set: both lives are played, too. They take a minute and a half, of which most is waiting."""


def drafts(laps: list[Effort]) -> dict[str, float]:
    return {lap.name: seconds(lap) for lap in laps if "draft" in lap.name}


@pytest.mark.browser
async def test_a_simple_campaign_takes_less_than_90_seconds_to_draft() -> None:
    need_chromium()
    logbook = await play(Camera(), simple.thank_you, users=40)
    took = drafts(logbook.laps)
    assert took[simple.DRAFTED] < DRAFT_SECONDS_MAX


@pytest.mark.browser
@pytest.mark.skipif(WHOLE_LIVES not in os.environ, reason="make tour plays the whole lives")
async def test_two_marketers_take_both_campaigns_through_their_whole_lives() -> None:
    need_chromium()
    logbook = await play(Camera(), past.win_back, live.cart_reminder)
    assert [lap.name for lap in logbook.laps if "report" in lap.name] == [
        f"{past.NAME}: report",
        f"{live.NAME}: report",
    ]


@pytest.mark.browser
@pytest.mark.skipif(WHOLE_LIVES not in os.environ, reason="make tour does the ten tasks")
async def test_each_of_the_ten_tasks_for_a_newcomer_can_be_done_in_slack_alone() -> None:
    need_chromium()
    logbook = await play(Camera(), tasks.ten_tasks)
    assert len(logbook.laps) == 10


def test_a_click_is_pointed_at_and_a_change_of_hands_costs_time() -> None:
    lap = Effort()
    lap.thinks()
    lap.clicked()
    lap.typed("ab", "Enter")
    assert lap.hands_seconds == pytest.approx(1.35 + 1.1 + 0.2 + 0.4 + 3 * 0.28)


def test_the_table_adds_up_each_life(tmp_path: Path) -> None:
    laps = [Effort("Sale: draft", clicks=2), Effort("Sale: stop", clicks=3, words=238)]
    page = tmp_path / "page.md"
    page.write_text(
        "Before\n<!-- made by make screenshots: begin -->\nold\n"
        "<!-- made by make screenshots: end -->\nAfter\n"
    )
    put(page, table(laps))
    shown = page.read_text()
    assert "| **Sale: together** | 5 | 0 | 6 | 0 | 6 | 60 |" in shown
    assert "old" not in shown
    assert shown.startswith("Before")
    assert shown.endswith("After\n")
