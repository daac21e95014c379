"""What a tour of a campaign's life plays on: a shop with a past, a browser, and a camera."""

import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import trio
from playwright.sync_api import Locator, Page, expect

from clarion.stage import Stage, open_stage
from sandbox.shop import backfill
from tests.patience import PATIENCE_SECONDS
from tests.system.camera import Camera
from tests.system.effort import Logbook
from tests.system.person import Person, Tabs, a_browser

SEED = 1
"""That of `make demo`, so that a reader meets nearly the same numbers."""
USERS = 300
HISTORY_DAYS = 60
ZONE = "Europe/Oslo"
MESSAGES_PER_SECOND = 40
WIDTH, HEIGHT = 900, 2_400
"""So narrow that a picture of a message is legible beside a text; so high that a form fits."""
SEGMENT_WIDTH, SEGMENT_HEIGHT = 1_120, 800


@dataclass
class Scene:
    """A person at the local Slack, the local Segment's page, and what there is beside them."""

    person: Person
    segment: Page
    camera: Camera
    stage: Stage

    def takes(self, name: str, *parts: Locator, down_to: Locator | None = None) -> None:
        """Take a picture; a person would not wait for it."""
        with self.person.logbook.stopped():
            self.camera.takes(name, *parts, down_to=down_to)

    def takes_segment(self, name: str, words: str) -> None:
        """Take a picture of the local Segment's page, with these words in sight."""
        self.segment.get_by_text(words).evaluate("part => part.scrollTop = part.scrollHeight")
        self.camera.takes(name, self.segment.get_by_role("main"), width=SEGMENT_WIDTH)

    def does(self, event: str, users: Iterable[int], *, seconds_ago: float, **about: Any) -> None:
        """Let shoppers do something, so long ago: it comes in now, as from a phone without net."""
        at = datetime.fromtimestamp(time.time() - seconds_ago, UTC).isoformat()
        events = [
            {
                "type": "track",
                "event": event,
                "userId": self.stage.shop.people[user].user_id,
                "messageId": f"tour-{next(_numbers)}",
                "timestamp": at,
                "properties": about,
            }
            for user in users
        ]

        async def post() -> None:
            async with self.stage.sender() as sender:
                await sender.post(events)

        trio.from_thread.run(post)

    def arrived(self, campaign: str, at_least: int) -> Locator:
        """Wait for so many messages of a campaign at Segment; return their rows."""
        rows = self.segment.get_by_role("row").filter(has_text=campaign)
        rows = rows.filter(has_text="accepted")
        expect(rows.nth(at_least - 1)).to_be_visible()
        return rows


_numbers = count()


@asynccontextmanager
async def a_shop(folder: Path, users: int) -> AsyncIterator[Stage]:
    """Set up everything, with shoppers and what they did in the last two months."""
    async with (
        open_stage(
            folder,
            seed=SEED,
            users=users,
            zone=ZONE,
            rate=MESSAGES_PER_SECOND,
            ports=(0, 0, 0),
            answer_seconds_max=PATIENCE_SECONDS,
        ) as stage,
        stage.sender() as sender,
    ):
        await backfill(stage.shop.identifies(), sender.post)
        await backfill(stage.shop.history(HISTORY_DAYS), sender.post)
        yield stage


async def play(camera: Camera, *tours: Callable[[Scene], None], users: int = USERS) -> Logbook:
    """Play the tours one after the other on one stage; return what they cost a person.

    Raises AssertionError if a page or the local Slack has something to complain about.
    """
    logbook = Logbook()

    def run(stage: Stage) -> list[str]:
        with a_browser() as browser:
            slack = Tabs(browser, width=WIDTH, height=HEIGHT, zone=ZONE)
            segment = Tabs(browser, width=SEGMENT_WIDTH, height=SEGMENT_HEIGHT)
            person = Person(slack.opens(stage.slack_url), logbook)
            scene = Scene(person, segment.opens(stage.segment_url), camera, stage)
            for tour in tours:
                tour(scene)
            return slack.complaints + segment.complaints

    with tempfile.TemporaryDirectory() as folder:
        async with a_shop(Path(folder), users) as stage:
            complaints = await trio.to_thread.run_sync(run, stage)
            complaints += [str(each) for each in stage.slack.complaints]
    assert complaints == [], complaints
    return logbook
