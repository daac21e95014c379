"""The local Slack's page beneath a person's hands, in a real browser."""

import re
import time
from collections.abc import Callable

import pytest
import trio
from playwright.sync_api import FilePayload, Page, expect

from sandbox.slack import LocalSlack
from sandbox.slack.workspace import ANA
from tests.sandbox.slack.bots import (
    actions,
    answer_once,
    button,
    field,
    modal,
    option,
    section,
    socket_bot,
    text_field,
)
from tests.system.person import PATIENCE_MS, Tabs, a_browser, need_chromium

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def chromium() -> None:
    """Say before anything is set up why a test does not run; a skip inside Trio loses its words."""
    need_chromium()


async def browse(url: str, play: Callable[[Page], None], *complaints: str) -> None:
    """Play in a real browser; what the page complains about is what the test says, or nothing."""

    def run() -> list[str]:
        with a_browser() as browser:
            tabs = Tabs(browser)
            play(tabs.opens(f"{url}/?user={ANA}"))
            return tabs.complaints

    expect.set_options(timeout=PATIENCE_MS)
    assert await trio.to_thread.run_sync(run) == list(complaints)


def let_it_know(page: Page, slack: LocalSlack) -> None:
    """Wait until the page knows of all that has changed, though it may draw it only later."""
    version = trio.from_thread.run_sync(lambda: slack.world.feed.version)
    page.wait_for_function("least => Number(document.body.dataset.version) >= least", arg=version)


@pytest.mark.parametrize("held_by", ["mouse", "keyboard"])
async def test_a_press_counts_though_the_bot_draws_the_modal_anew_in_its_middle(
    slack: LocalSlack, nursery: trio.Nursery, held_by: str
) -> None:
    views = slack.world.views

    def drawn(words: str) -> dict[str, object]:
        return views.checked(modal(section(words), actions(button())), "modal")

    view = views.open(ANA, drawn("before"))
    pressed: list[str] = []

    async def bot() -> None:
        async with socket_bot(slack) as connection:
            envelope = await answer_once(connection, lambda _: None)
            pressed.append(envelope["payload"]["actions"][0]["action_id"])
            views.update(view, drawn("pressed"))

    def play(page: Page) -> None:
        go = page.get_by_role("dialog").get_by_role("button", name="Go")
        expect(page.get_by_text("before")).to_be_visible()
        if held_by == "mouse":
            go.hover()
            page.mouse.down()
        else:
            go.focus()
            page.keyboard.down("Space")
        trio.from_thread.run_sync(views.update, view, drawn("while it is held"))
        let_it_know(page, slack)
        page.evaluate("() => new Promise(requestAnimationFrame)")
        if held_by == "mouse":
            page.mouse.up()
        else:
            page.keyboard.up("Space")
        expect(page.get_by_text("pressed")).to_be_visible()

    nursery.start_soon(bot)
    await slack.wait_until(lambda: slack.connections == 1)
    await browse(slack.base_url, play)
    assert pressed == ["go"]


async def test_what_came_while_a_press_was_held_is_shown_after_it(slack: LocalSlack) -> None:
    views = slack.world.views
    view = views.open(ANA, views.checked(modal(section("before")), "modal"))

    def play(page: Page) -> None:
        page.get_by_text("before").hover()
        page.mouse.down()
        fresh = views.checked(modal(section("after")), "modal")
        trio.from_thread.run_sync(views.update, view, fresh)
        let_it_know(page, slack)
        expect(page.get_by_text("before")).to_be_visible()
        page.mouse.up()
        expect(page.get_by_text("after")).to_be_visible()

    await browse(slack.base_url, play)


async def test_what_could_not_be_asked_once_is_asked_again(slack: LocalSlack) -> None:
    words = (
        "Failed to load resource: the server responded with a status of 503 (Service Unavailable)"
    )

    def play(page: Page) -> None:
        page.route("**/page-api/state*", lambda route: route.fulfill(status=503), times=1)
        trio.from_thread.run_sync(slack.say, ANA, "C0CAMPAIGN", "nobody asks for this twice")
        expect(page.get_by_text("The local Slack did not answer.")).to_be_visible()
        expect(page.get_by_text("nobody asks for this twice")).to_be_visible()

    await browse(slack.base_url, play, f"error: {words}")


async def test_what_is_wrong_above_comes_into_sight(
    slack: LocalSlack, nursery: trio.Nursery
) -> None:
    boxes = {"type": "checkboxes", "options": [option("a", "A box")]}
    long = [section("long " * 200) for _ in range(3)]
    form = modal(field(boxes, "first", optional=True), *long, text_field("last", optional=True))
    slack.world.views.open(ANA, slack.world.views.checked(form, "modal"))

    async def bot() -> None:
        wrong = {"response_action": "errors", "errors": {"first": "Tick it."}}
        async with socket_bot(slack) as connection:
            await answer_once(connection, lambda _: wrong)

    def play(page: Page) -> None:
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Label").last.scroll_into_view_if_needed()
        dialog.get_by_role("button", name="Save").click()
        expect(dialog.get_by_text("Tick it.")).to_be_in_viewport()

    nursery.start_soon(bot)
    await slack.wait_until(lambda: slack.connections == 1)
    await browse(slack.base_url, play)


@pytest.mark.parametrize(("block", "word"), [("other", "top"), ("last", "bottom")])
async def test_another_page_of_a_modal_begins_at_its_top_and_the_same_one_stays(
    slack: LocalSlack, block: str, word: str
) -> None:
    views, long = slack.world.views, [section("long " * 200) for _ in range(3)]
    form = modal(section("before"), *long, text_field("last", optional=True))
    view = views.open(ANA, views.checked(form, "modal"))
    fresh = modal(section("top"), *long, section("bottom"), text_field(block, optional=True))

    def play(page: Page) -> None:
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Label").scroll_into_view_if_needed()
        trio.from_thread.run_sync(views.update, view, views.checked(fresh, "modal"))
        expect(dialog.get_by_text(word, exact=True)).to_be_in_viewport()

    await browse(slack.base_url, play)


async def test_a_pretty_date_near_today_is_a_word_and_another_is_a_date(slack: LocalSlack) -> None:
    views = slack.world.views
    now = int(time.time())
    shown = " / ".join(
        f"<!date^{now + days * 86_400}^{{date_short_pretty}}|x>" for days in (-1, 0, 1, 9)
    )
    views.open(ANA, views.checked(modal(section(shown)), "modal"))

    def play(page: Page) -> None:
        said = page.get_by_role("dialog").get_by_text("yesterday")
        expect(said.first).to_be_visible()
        words = page.get_by_role("dialog").inner_text()
        assert "yesterday / today / tomorrow / " in words
        assert re.search(r"tomorrow / \w{3} \d+, \d{4}", words)

    await browse(slack.base_url, play)


async def test_what_was_typed_last_is_told_before_a_modal_is_closed(
    slack: LocalSlack, nursery: trio.Nursery
) -> None:
    told = {"dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]}}
    form = modal(text_field(element=told, dispatch_action=True), notify_on_close=True)
    slack.world.views.open(ANA, slack.world.views.checked(form, "modal"))
    heard: list[tuple[str, object]] = []

    async def bot() -> None:
        async with socket_bot(slack) as connection:
            for _ in range(2):
                payload = (await answer_once(connection, lambda _: None))["payload"]
                heard.append((payload["type"], payload.get("actions", [{}])[0].get("value")))

    def play(page: Page) -> None:
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Label").fill("77")
        dialog.get_by_role("button", name="Close").click()
        expect(dialog).to_have_count(0)

    nursery.start_soon(bot)
    await slack.wait_until(lambda: slack.connections == 1)
    await browse(slack.base_url, play)
    assert heard == [("block_actions", "77"), ("view_closed", None)]


async def test_a_file_is_chosen_taken_away_chosen_again_and_submitted(
    slack: LocalSlack, nursery: trio.Nursery
) -> None:
    form = modal(field({"type": "file_input", "filetypes": ["csv"], "max_files": 1}))
    slack.world.views.open(ANA, slack.world.views.checked(form, "modal"))
    sent: list[str] = []

    async def bot() -> None:
        async with socket_bot(slack) as connection:
            view = (await answer_once(connection, lambda _: None))["payload"]["view"]
            sent.extend(each["name"] for each in view["state"]["values"]["field"]["value"]["files"])

    def a_file(name: str) -> FilePayload:
        return {"name": name, "mimeType": "text/csv", "buffer": b"Identity\nu1\n"}

    def play(page: Page) -> None:
        dialog = page.get_by_role("dialog")
        picker = dialog.get_by_label("Label")
        picker.set_input_files(a_file("a.txt"))
        expect(dialog.get_by_text("Only files of type csv.")).to_be_visible()
        picker.set_input_files(a_file("a.csv"))
        dialog.get_by_role("button", name="Take away a.csv").click()
        picker.set_input_files(a_file("b.csv"))
        expect(dialog.get_by_text("b.csv")).to_be_visible()
        dialog.get_by_role("button", name="Save").click()
        expect(dialog).to_have_count(0)

    nursery.start_soon(bot)
    await slack.wait_until(lambda: slack.connections == 1)
    await browse(slack.base_url, play)
    assert sent == ["b.csv"]
