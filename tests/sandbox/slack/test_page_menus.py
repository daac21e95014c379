"""Menus and times on the local Slack's page, beneath a person's hands in a real browser."""

import pytest
import trio
from playwright.sync_api import Page, expect

from sandbox.slack import LocalSlack
from sandbox.slack.workspace import ANA, CHLOE
from tests.sandbox.slack.bots import (
    acknowledge,
    answer_once,
    field,
    modal,
    option,
    section,
    socket_bot,
    take_one,
)
from tests.sandbox.slack.test_page import browse, let_it_know
from tests.system.person import need_chromium

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def chromium() -> None:
    """Say before anything is set up why a test does not run; a skip inside Trio loses its words."""
    need_chromium()


@pytest.mark.parametrize("several", [False, True])
async def test_an_open_menu_stays_open_while_the_form_is_drawn_anew(
    slack: LocalSlack, *, several: bool
) -> None:
    views = slack.world.views
    fruit = [option(name) for name in ("apple", "pear")]
    kind = "multi_static_select" if several else "static_select"
    menu = {"type": kind, "action_id": "fruit", "options": fruit}

    def form(words: str) -> dict[str, object]:
        return views.checked(modal(section(words), field(menu)), "modal")

    view = views.open(ANA, form("before"))

    def play(page: Page) -> None:
        dialog = page.get_by_role("dialog")
        box = dialog.locator("[data-action-id=fruit]:is(input, select)")
        box.click()
        if several:
            expect(dialog.get_by_role("option", name="pear")).to_be_visible()
        else:
            page.wait_for_function("document.querySelector('select:open')")
        trio.from_thread.run_sync(views.update, view, form("after"))
        let_it_know(page, slack)
        page.evaluate("() => new Promise(requestAnimationFrame)")
        if several:
            expect(dialog.get_by_text("after")).to_be_visible()
            dialog.get_by_role("option", name="pear").click()
            expect(dialog.locator(".chip")).to_contain_text("pear")
        else:
            assert page.evaluate("document.querySelector('select:open') !== null")
            page.keyboard.press("Escape")
            expect(dialog.get_by_text("after")).to_be_visible()

    await browse(slack.base_url, play)


async def test_a_menu_that_asks_the_bot_opens_though_the_form_is_drawn_anew_meanwhile(
    slack: LocalSlack, nursery: trio.Nursery
) -> None:
    views = slack.world.views
    menu = {"type": "external_select", "action_id": "fruit", "min_query_length": 0}

    def form(words: str) -> dict[str, object]:
        return views.checked(modal(section(words), field(menu)), "modal")

    view = views.open(ANA, form("before"))
    asked, drawn = trio.Event(), trio.Event()

    async def bot() -> None:
        async with socket_bot(slack) as connection:
            envelope = await take_one(connection)
            asked.set()
            await drawn.wait()
            answer = {"options": [option("pear")]}
            await acknowledge(connection, envelope, answer)
            while True:
                await answer_once(connection, lambda _: answer)

    def play(page: Page) -> None:
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("combobox").click()
        trio.from_thread.run(asked.wait)
        trio.from_thread.run_sync(views.update, view, form("after"))
        expect(dialog.get_by_text("after")).to_be_visible()
        trio.from_thread.run_sync(drawn.set)
        expect(dialog.get_by_role("option", name="pear")).to_be_visible()

    nursery.start_soon(bot)
    await slack.wait_until(lambda: slack.connections == 1)
    await browse(slack.base_url, play)


async def test_times_are_those_of_whoever_one_is(slack: LocalSlack) -> None:
    views = slack.world.views
    for user in (ANA, CHLOE):
        words = "<!date^1774000000^{date_num} {time}|x>"
        views.open(user, views.checked(modal(section(words)), "modal"))

    def play(page: Page) -> None:
        expect(page.get_by_role("dialog").get_by_text("10:46 AM")).to_be_visible()
        page.goto(f"{slack.base_url}/?user={CHLOE}")
        expect(page.get_by_role("dialog").get_by_text("5:46 AM")).to_be_visible()

    await browse(slack.base_url, play)
