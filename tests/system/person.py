"""A person at the browser: finds everything by what is to be seen, and notices any complaint."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.patience import PATIENCE_SECONDS

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTH, HEIGHT = 1280, 800
SEARCH_MS = 1_000
PATIENCE_MS = 1_000 * PATIENCE_SECONDS


class Person:
    """Whoever sits before one page of the local Slack; `becomes` changes who that is."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.modal = page.get_by_role("dialog")
        self.thread = page.get_by_role("complementary", name="Thread")
        self._messages = page.get_by_role("main").get_by_role("article")

    def becomes(self, name: str) -> None:
        """Be another marketer, as the picker top left lets one."""
        self.page.get_by_role("group", name="You are").get_by_role("button", name=name).click()
        expect(self.page.get_by_text(f"You are {name}", exact=True)).to_be_visible()

    def opens(self, channel: str) -> None:
        """Open a channel."""
        places = self.page.get_by_role("navigation", name="Workspace").get_by_role("listitem")
        places.filter(has_text=re.compile(rf"^#{channel}(?!-)")).get_by_role("button").click()
        expect(self.page.get_by_role("heading", name=f"# {channel}", exact=True)).to_be_visible()

    def types(self, text: str) -> None:
        """Type a message or a slash command, and send it."""
        box = self.page.get_by_role("textbox", name="Message", exact=True)
        box.fill(text)
        box.press("Enter")

    def sees(self, *words: str, button: str = "") -> Locator:
        """Wait for a message of the open channel with these words (and a button): the latest."""
        found = self._messages
        for each in words:
            found = found.filter(has_text=each)
        if button:
            found = found.filter(has=self.page.get_by_role("button", name=button))
        expect(found.last).to_be_visible()
        return found.last

    def sees_in_thread(self, *words: str) -> Locator:
        """Wait for a message of the open thread with these words: the latest."""
        found = self.thread.get_by_role("article")
        for each in words:
            found = found.filter(has_text=each)
        expect(found.last).to_be_visible()
        return found.last

    def presses(self, message: Locator, label: str, confirm: str = "") -> None:
        """Press a button of a message, and the one of the question that it asks."""
        message.get_by_role("button", name=label).click()
        if confirm:
            asked = self.page.get_by_role("alertdialog")
            asked.get_by_role("button", name=confirm, exact=True).click()

    def fills(self, label: str, text: str) -> None:
        """Type into an input of the modal."""
        self._input(label).fill(text)

    def picks(self, label: str, choice: str) -> None:
        """Choose from a menu of the modal."""
        self._input(label).select_option(label=choice)

    def marks(self, choice: str) -> None:
        """Choose one of the modal's radio buttons."""
        self.modal.get_by_role("radio", name=choice).check()

    def adds(self, condition: str) -> None:
        """Add a condition in the step Who."""
        self.modal.get_by_label("Add a condition").select_option(label=condition)

    def searches(self, label: str, typed: str, wanted: str) -> None:
        """Type into a menu of the modal, and choose what it offers."""
        box = self.modal.get_by_role("combobox", name=re.compile(rf"^{re.escape(label)}")).first
        box.click()
        option = self.modal.get_by_role("listbox").get_by_role("option", name=wanted).first
        while not option.is_visible():  # what has only just come in is learned while one types
            box.fill("")
            box.press_sequentially(typed)
            self.page.wait_for_timeout(SEARCH_MS)
        option.click()
        expect(box).to_have_value(re.compile(re.escape(wanted)))

    def goes(self, step: str) -> None:
        """Go to a step of the wizard, by its button on top."""
        way = self.modal.get_by_role("button", name=re.compile(rf"^\S {step}$"))
        way.click()
        expect(way).to_have_class(re.compile("primary"))

    def submits(self, label: str = "Save draft") -> None:
        """Press the modal's own button and wait until it is gone."""
        self.modal.get_by_role("button", name=label, exact=True).click()
        expect(self.modal).to_have_count(0)

    def _input(self, label: str) -> Locator:
        return self.modal.get_by_label(re.compile(rf"^{re.escape(label)}")).first


def need_chromium() -> None:
    """Say why a test that needs a browser does not run here, before it sets anything up."""
    if CHROMIUM is None:
        pytest.skip("Debian's chromium is not installed: apt-get install chromium")


@contextmanager
def a_browser() -> Iterator[Browser]:
    """Start Debian's Chromium, and end it in any case."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


class Tabs:
    """The pages that a person has open; whatever one of them complains about is remembered."""

    def __init__(self, browser: Browser) -> None:
        self.complaints: list[str] = []
        self._context = browser.new_context(
            viewport={"width": WIDTH, "height": HEIGHT}, reduced_motion="reduce"
        )
        self._context.set_default_timeout(PATIENCE_MS)

    def opens(self, url: str) -> Page:
        """Open an address in a tab of its own."""
        page = self._context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._heard)
        page.goto(url)
        return page

    def _heard(self, said: "ConsoleMessage") -> None:
        self.complaints.append(f"{said.type}: {said.text}")


def picture(page: Page, path: Path) -> None:
    """Take a picture of what is to be seen, without a blinking cursor."""
    page.screenshot(path=path, animations="disabled", caret="hide")
