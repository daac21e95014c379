from collections.abc import Callable

import httpx
import pytest
import trio
from playwright.sync_api import Page, expect, sync_playwright

from sandbox.segment import LocalSegment
from tests.chromium import CHROMIUM, FLAGS
from tests.sandbox.segment.conftest import WRITE_KEY, an_event

EVIL = "<img src=x onerror=\"document.title='owned'\">"

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def chromium() -> None:
    """Say before anything is set up why a test does not run; a skip inside Trio loses its words."""
    if CHROMIUM is None:
        pytest.skip("Debian's chromium is not installed: apt-get install chromium")


async def browse(url: str, play: Callable[[Page], None]) -> None:
    """Play in a real browser; anything that the page complains about fails the test."""
    complaints: list[str] = []

    def run() -> None:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            page = browser.new_page(viewport={"width": 1360, "height": 820})
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("console", lambda said: complaints.append(said.text))
            page.goto(url)
            play(page)
            browser.close()

    await trio.to_thread.run_sync(run)
    assert complaints == []


def post(url: str, *events: dict[str, object]) -> None:
    httpx.post(f"{url}/v1/batch", json={"batch": events}, auth=(WRITE_KEY, ""))


async def test_what_arrives_is_shown_live_with_its_outcome_and_opens_as_json(url: str) -> None:
    def play(page: Page) -> None:
        expect(page.locator("#messages-empty")).to_be_visible()
        post(
            url,
            an_event(1, properties={"campaign_name": "Winter sale", "price": 7}),
            an_event(1),
            an_event(2, userId=None),
        )
        first = page.locator('tr[data-message-id="m-1"][data-outcome="accepted"]')
        expect(first).to_contain_text("Winter sale")
        expect(page.locator('tr[data-outcome="duplicate"]')).to_have_count(1)
        expect(page.locator('tr[data-outcome="dropped"]')).to_contain_text("no_user_anon_id")
        expect(page.locator('[data-counter="dropped"]')).to_have_text("1")
        first.click()
        expect(page.locator("#detail-json")).to_contain_text('"price": 7')
        page.fill("#filter", "no_user")
        expect(page.locator("#message-rows tr")).to_have_count(1)

    await browse(url, play)


async def test_hostile_text_is_shown_as_text(url: str) -> None:
    def play(page: Page) -> None:
        evil = {"event": EVIL, "userId": EVIL, "messageId": EVIL}
        post(url, an_event(1, **evil, properties={"campaign_name": EVIL}))
        row = page.locator("#message-rows tr")
        expect(row).to_contain_text("<img src=x")
        row.click()
        expect(page.locator("#detail-title")).to_have_text(EVIL)
        expect(page.locator("#detail-json")).to_contain_text("<img src=x")
        expect(page.locator("img")).to_have_count(0)
        expect(page).to_have_title("Local Segment")

    await browse(url, play)


async def test_a_button_makes_something_go_wrong_and_another_heals_it(
    url: str, segment: LocalSegment
) -> None:
    def play(page: Page) -> None:
        page.fill("#fault-count", "3")
        page.get_by_role("button", name="Redirect").click()
        page.get_by_role("button", name="401 from now on").click()
        expect(page.locator("#banner-text")).to_contain_text("redirect (3 more)")
        assert [row["kind"] for row in segment.faults.state()] == ["redirect", "unauthorized"]
        page.locator("#heal").click()
        expect(page.locator("#banner")).to_be_hidden()
        assert segment.faults.state() == []

    await browse(url, play)


async def test_every_button_sets_the_fault_that_it_names(url: str, segment: LocalSegment) -> None:
    def play(page: Page) -> None:
        for button in page.locator("#fault-buttons button").all():
            segment.faults.clear()
            with page.expect_response("**/control/faults"):
                button.click()
            (state,) = segment.faults.state()
            assert state["kind"] == button.get_attribute("data-fault")

    await browse(url, play)
