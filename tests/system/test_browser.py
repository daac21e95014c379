"""Marketers at a browser: from a draft in the local Slack to a message at the local Segment."""

from collections.abc import Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import trio
from playwright.sync_api import Page, expect

from clarion.stage import Stage
from sandbox.shop import backfill
from tests.system.acting import on_stage
from tests.system.person import Person, Tabs, a_browser, need_chromium

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

pytestmark = pytest.mark.browser

USERS = 60
SAFETY = 10
BUYS = 5


@pytest.fixture(autouse=True)
def chromium() -> None:
    """Say before anything is set up why a test does not run; a skip inside Trio loses its words."""
    need_chromium()


@asynccontextmanager
async def a_shop(folder: Path) -> "AsyncIterator[Stage]":
    """Set up everything, with shoppers that the daemon knows."""
    async with on_stage(folder, users=USERS) as stage, stage.sender() as sender:
        await backfill(stage.shop.identifies(), sender.post)
        yield stage


async def play(stage: Stage, scene: Callable[[Person, Page], None]) -> None:
    """Play a scene in a browser with two tabs, Slack and Segment; neither may complain."""

    def run() -> list[str]:
        with a_browser() as browser:
            tabs = Tabs(browser)
            segment = tabs.opens(stage.segment_url)
            person = Person(tabs.opens(stage.slack_url))
            scene(person, segment)
            return tabs.complaints

    complaints = await trio.to_thread.run_sync(run)
    assert complaints == []
    assert stage.slack.complaints == []


def put_into_cart(stage: Stage) -> None:
    """Let some shoppers put something into their carts, as their browsers would tell."""
    events = [
        {
            "type": "track",
            "event": "Product Added",
            "userId": shopper.user_id,
            "messageId": f"added-{shopper.user_id}",
            "properties": {"product_id": "S1", "price": 80},
        }
        for shopper in stage.shop.people[:BUYS]
    ]

    async def post() -> None:
        async with stage.sender() as sender:
            await sender.post(events)

    trio.from_thread.run(post)


async def test_a_campaign_is_drafted_refused_approved_and_its_message_seen(tmp_path: Path) -> None:
    async with a_shop(tmp_path) as stage:

        def scene(person: Person, segment: Page) -> None:
            person.becomes("Ana")
            person.types("/campaign new")
            person.fills("Name", "Cart coupon")
            person.marks("Users at the moment they do something (live)")
            person.searches("When a user does this event", "Product Added", "Product Added")
            person.goes("What")
            person.fills("Key-value pairs", "coupon = CART10\nname = {{ Profile.first_name }}")
            person.goes("Limits")
            person.fills("At most this many messages", "25")
            person.goes("Review")
            person.submits()
            person.presses(person.sees("Cart coupon", button="Submit for review"), "Submit")
            person.opens("campaign-reviews")
            card = person.sees("Cart coupon", button="Approve")
            person.presses(card, "Approve", confirm=True)
            person.sees("Only visible to you", "someone else must approve it")

            person.becomes("Ben")
            card = person.sees("Cart coupon", "In review", button="Approve")
            person.presses(card, "Approve", confirm=True)
            card = person.sees("Cart coupon", "Approved by @Ben Osei", button="Publish")
            person.presses(card, "Publish", confirm=True)
            person.sees("Cart coupon", "Running", button="Pause")
            put_into_cart(stage)

            arrived = segment.get_by_role("row").filter(has_text="Cart coupon")
            expect(arrived.filter(has_text="accepted")).to_have_count(BUYS)
            arrived.first.click()
            expect(segment.get_by_text('"coupon": "CART10"')).to_be_visible()

        await play(stage, scene)


async def test_a_run_over_its_safety_limit_is_answered_with_a_random_few(tmp_path: Path) -> None:
    async with a_shop(tmp_path) as stage:

        def scene(person: Person, segment: Page) -> None:
            person.becomes("Ana")
            person.types("/campaign new")
            person.fills("Name", "Everybody")
            person.goes("Who")
            person.adds("A property of the user")
            person.searches("Property", "ema", "email")
            person.picks("Compare", "is known")
            expect(person.modal.get_by_text(f"= get a message  {USERS}")).to_be_visible()
            person.goes("Limits")
            person.fills("Safety limit", str(SAFETY))
            person.goes("Review")
            person.submits()
            person.presses(person.sees("Everybody", button="Submit for review"), "Submit")

            person.becomes("Ben")
            person.opens("campaign-reviews")
            card = person.sees("Everybody", button="Approve")
            person.presses(card, "Approve", confirm=True)
            card = person.sees("Everybody", button="Publish")
            person.presses(card, "Publish", confirm=True)

            person.opens("campaign-alerts")
            alert = person.sees("Everybody", f"{USERS} users qualify", "Nobody has been messaged")
            expect(segment.get_by_role("row").filter(has_text="Everybody")).to_have_count(0)
            person.presses(alert, f"Send to a random {SAFETY}", confirm=True)
            person.sees("Safety limit: decided", "@Ben Osei sends to a random 10")
            arrived = segment.get_by_role("row").filter(has_text="Everybody")
            expect(arrived.filter(has_text="accepted")).to_have_count(SAFETY)

        await play(stage, scene)
