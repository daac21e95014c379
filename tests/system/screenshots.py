"""`make screenshots`: draws the pictures of the documents, from the product as it is."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import trio
from playwright.sync_api import Page, expect

from clarion.stage import Stage, open_stage
from sandbox.shop import Sender, backfill, traffic
from tests.system.person import CHROMIUM, PATIENCE_MS, Person, Tabs, a_browser, picture

IMAGES = Path(__file__).parents[2] / "docs/images"
BYTES_MAX = 200_000
SEED = 3
USERS = 400
HISTORY_DAYS = 60
EVENTS_PER_SECOND = 25.0
SAFETY = 20
CART = """\
name = "Cart reminder"
kind = "live"
labels = ["cart", "spring"]

[trigger]
event = "Product Added"
where = [{ property = "price", op = ">=", value = 20 }]

[what]
event = "Cart Reminder Sent"
profile = ["first_name", "email"]
event_properties = ["product_id", "price"]

[what.key_values]
headline = "{{ Profile.first_name | default: 'Hello' }}, your cart is waiting"
coupon = "CART10"

[limits]
cap_per_day = 9
control_percent = 10
"""


def main() -> int:
    """Draw every picture; return 1 if something is in the way."""
    if CHROMIUM is None:
        sys.stderr.write("Debian's chromium is not installed: apt-get install chromium\n")
        return 1
    expect.set_options(timeout=PATIENCE_MS)
    IMAGES.mkdir(parents=True, exist_ok=True)
    trio.run(_draw)
    return 0


async def _draw() -> None:
    with tempfile.TemporaryDirectory() as folder:
        ports = (0, 0, 0)
        async with (
            open_stage(
                Path(folder), seed=SEED, users=USERS, zone="Europe/Oslo", rate=100, ports=ports
            ) as stage,
            stage.sender() as sender,
            trio.open_nursery() as nursery,
        ):
            await backfill(stage.shop.identifies(), sender.post)
            await backfill(stage.shop.history(HISTORY_DAYS), sender.post)
            nursery.start_soon(_traffic, stage, sender)
            await trio.to_thread.run_sync(_play, stage)
            nursery.cancel_scope.cancel()


async def _traffic(stage: Stage, sender: Sender) -> None:
    await traffic(stage.shop, sender.post, EVENTS_PER_SECOND, introduce=False)


def _play(stage: Stage) -> None:
    with a_browser() as browser:
        tabs = Tabs(browser)
        segment = tabs.opens(stage.segment_url)
        ana = Person(tabs.opens(stage.slack_url))
        _live(ana)
        _past(ana)
        _show(ana)
        _segment(segment)
        assert not tabs.complaints
        assert not stage.slack.complaints


def _live(person: Person) -> None:
    """Draft a live campaign as text and let it run: it makes the books."""
    person.becomes("Chloe")
    person.types("/campaign new")
    person.modal.get_by_role("button", name="Paste a definition").click()
    person.fills("Definition", CART)
    person.submits()
    person.presses(person.sees("Cart reminder", button="Submit for review"), "Submit")
    _approve_and_publish(person, "Cart reminder")
    with _thread(person, "Cart reminder", "Running"):
        person.sees_in_thread("Published by")
        _take(person.page, "review-thread")


def _past(person: Person) -> None:
    """Draft a past-behaviour campaign in the form, and hold its run."""
    person.becomes("Ana")
    person.opens("campaigns")
    person.types("/campaign new")
    person.fills("Name", "Win back")
    person.goes("Who")
    person.adds("Did something")
    person.searches("Event", "viewed", "Product Viewed")
    person.picks("When", "In the last days")
    person.fills("Days", "45")
    person.adds("Did not do something")
    person.searches("Event", "order", "Order Completed")
    expect(person.modal.get_by_text("= get a message")).to_be_visible()
    _take(person.page, "draft-form")
    person.goes("What")
    person.fills("Key-value pairs", "hello = Hello {{ Profile.first_name }}")
    person.goes("Limits")
    person.fills("Safety limit", str(SAFETY))
    person.goes("Review")
    _take(person.page, "draft-review")
    person.submits()
    person.presses(person.sees("Win back", button="Submit for review"), "Submit")
    person.becomes("Ben")
    person.opens("campaign-reviews")
    card = person.sees("Win back", button="Approve")
    expect(card.get_by_role("button", name="1 reply")).to_be_visible()
    _take(person.page, "review-card")
    _approve_and_publish(person, "Win back")
    person.opens("campaign-alerts")
    person.sees("Win back", button="Send to a random")
    _take(person.page, "safety-alert")


def _show(person: Person) -> None:
    """Show the books of the live campaign once every line of them has something to say."""
    person.opens("campaigns")
    person.types("/campaign show Cart reminder")
    card = person.sees("Cart reminder", "Books")
    while "Skipped" not in card.inner_text():
        person.presses(card, "Refresh")
        expect(card.get_by_role("button", name="Refresh")).to_be_enabled()
    person.page.mouse.move(0, 0)
    _take(person.page, "campaign-show")


def _segment(page: Page) -> None:
    page.bring_to_front()
    page.get_by_placeholder("Filter").fill("Cart reminder")
    page.get_by_role("row").filter(has_text="Cart reminder").first.click()
    expect(page.get_by_text('"coupon": "CART10"')).to_be_visible()
    page.mouse.move(0, 0)
    _take(page, "segment")


def _approve_and_publish(person: Person, name: str) -> None:
    person.becomes("Ben")
    person.opens("campaign-reviews")
    person.presses(person.sees(name, button="Approve"), "Approve", confirm="Approve")
    person.presses(person.sees(name, button="Publish"), "Publish", confirm="Publish")
    person.sees(name, "is published")


@contextmanager
def _thread(person: Person, *words: str) -> Iterator[None]:
    """Open the thread of a message, and close it afterwards."""
    person.sees(*words).get_by_role("button", name="replies").click()
    yield
    person.page.get_by_role("button", name="Close thread").click()


def _take(page: Page, name: str) -> None:
    path = IMAGES / f"{name}.png"
    picture(page, path)
    size = path.stat().st_size
    assert size <= BYTES_MAX, f"{path} has {size:,} bytes; at most {BYTES_MAX:,} go into the house"


if __name__ == "__main__":
    sys.exit(main())
