"""A person at the browser: finds everything by what is to be seen, and notices any complaint."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.chromium import CHROMIUM, FLAGS
from tests.patience import PATIENCE_SECONDS
from tests.system.effort import Effort, Logbook

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage

WIDTH, HEIGHT = 1280, 800
SEARCH_MS = 1_000
SEARCHES_MAX = 60
PATIENCE_MS = 1_000 * PATIENCE_SECONDS
START_MS_MAX = 5 * PATIENCE_MS
"""The first start after Chromium was installed reads all of it from a cold disk."""


class Person:
    """Whoever sits before one page of the local Slack; `becomes` changes who that is.

    Whatever is done is noted in the logbook, as what it costs a person.
    """

    def __init__(self, page: Page, logbook: Logbook | None = None) -> None:
        self.page = page
        self.logbook = logbook or Logbook()
        self.modal = page.get_by_role("dialog")
        self.thread = page.get_by_role("complementary", name="Thread")
        self._messages = page.get_by_role("main").get_by_role("article")

    @property
    def _effort(self) -> Effort:
        return self.logbook.now

    def becomes(self, name: str) -> None:
        """Be another marketer, as the picker top left lets one; at work that is another person."""
        self.page.get_by_role("group", name="You are").get_by_role("button", name=name).click()
        expect(self.page.get_by_text(f"You are {name}", exact=True)).to_be_visible()

    def opens(self, channel: str) -> None:
        """Open a channel."""
        places = self.page.get_by_role("navigation", name="Workspace").get_by_role("listitem")
        self._clicks(places.filter(has_text=re.compile(rf"^#{channel}(?!-)")).get_by_role("button"))
        expect(self.page.get_by_role("heading", name=f"# {channel}", exact=True)).to_be_visible()

    def types(self, text: str) -> None:
        """Type a message or a slash command, and send it."""
        box = self.page.get_by_role("textbox", name="Message", exact=True)
        self._clicks(box)
        self._effort.typed(text, "Enter")
        box.fill(text)
        box.press("Enter")

    def asks(self, command: str, *words: str) -> Locator:
        """Type a command, and wait for an answer with these words, however often it was asked."""
        answers = _with(self._messages, words)
        before = answers.count()
        self.types(command)
        expect(answers.nth(before)).to_be_visible()
        return answers.nth(before)

    def sees(self, *words: str, button: str = "") -> Locator:
        """Wait for a message of the open channel with these words (and a button): the latest."""
        found = _with(self._messages, words)
        if button:
            found = found.filter(has=self._way(self.page, button))
        expect(found.last).to_be_visible()
        return found.last

    def sees_in_thread(self, *words: str) -> Locator:
        """Wait for a message of the open thread with these words: the latest."""
        found = _with(self.thread.get_by_role("article"), words)
        expect(found.last).to_be_visible()
        return found.last

    def reads(self, shown: Locator) -> None:
        """Read all the words of something."""
        self._effort.read(shown.inner_text())

    def presses(self, message: Locator, label: str, *, confirm: bool = False) -> None:
        """Press a button of a message, or choose from its "More"; `confirm` what it asks then."""
        way = self._way(message, label).first
        expect(way).to_be_attached()
        if way.evaluate("node => node.tagName") == "OPTION":
            self._chosen(way.locator("xpath=.."), way.text_content() or "")
        else:
            self._clicks(way)
        if confirm:
            self.confirms()

    def confirms(self) -> None:
        """Say yes to what a button asks first."""
        self._clicks(self.page.get_by_role("alertdialog").get_by_role("button").last)

    def fills(self, label: str, text: str) -> None:
        """Type into an input of the modal, over what stands there."""
        box = self._input(label)
        self._clicks(box)
        self._effort.typed(text, *(["Ctrl", "A"] if box.input_value() else []))
        box.fill(text)

    def picks(self, label: str, choice: str) -> None:
        """Choose from a menu of the modal."""
        self._chosen(self._input(label), choice)

    def marks(self, choice: str) -> None:
        """Choose one of the modal's radio buttons, or tick one of its boxes."""
        radio = self.modal.get_by_role("radio", name=choice)
        box = self.modal.get_by_role("checkbox", name=choice)
        self._effort.thinks()
        self._effort.clicked()
        radio.or_(box).first.check()

    def adds(self, condition: str) -> None:
        """Add a condition in the step Who."""
        self._chosen(self.modal.get_by_label("Add a condition"), condition)

    def searches(self, label: str, typed: str, wanted: str) -> None:
        """Type into a menu of the modal, and choose what it offers."""
        box = self.modal.get_by_role("combobox", name=re.compile(rf"^{re.escape(label)}")).first
        self._clicks(box)
        option = self.modal.get_by_role("listbox").get_by_role("option", name=wanted).first
        for _ in range(SEARCHES_MAX):  # what has only just come in is learned while one types
            with suppress(PlaywrightTimeout):
                option.click(timeout=SEARCH_MS)  # it is gone if the form is drawn anew just now
                break
            box.fill("")
            box.press_sequentially(typed)
        self._effort.typed(typed)
        self._effort.clicked()
        expect(box).to_have_value(re.compile(re.escape(wanted)))

    def goes(self, step: str) -> None:
        """Go to a step of the wizard, by its button on top."""
        way = self._step(step)
        self._clicks(way)
        expect(way).to_have_class(re.compile("primary"))

    def goes_on(self, step: str) -> None:
        """Go on to the next step of the wizard, which is this one, by the button below."""
        self._clicks(self._own_button)
        expect(self._step(step)).to_have_class(re.compile("primary"))

    def answers(self, text: str) -> None:
        """Type into the one box of a small modal."""
        box = self.modal.get_by_role("textbox")
        self._clicks(box)
        self._effort.typed(text)
        box.fill(text)

    def submits(self) -> None:
        """Press the modal's own button and wait until it is gone."""
        self._clicks(self._own_button)
        expect(self.modal).to_have_count(0)

    @property
    def _own_button(self) -> Locator:
        """The button that takes a modal on or ends it: the last one, whatever it is called."""
        return self.modal.get_by_role("button").last

    def _step(self, name: str) -> Locator:
        return self.modal.get_by_role("button", name=re.compile(rf"^(?!Next).*{name}$"))

    def _input(self, label: str) -> Locator:
        return self.modal.get_by_label(re.compile(rf"^{re.escape(label)}")).first

    def _way(self, inside: Page | Locator, label: str) -> Locator:
        """Return a button, or what the menu "More actions" offers, by its words."""
        option = inside.locator("select.overflow option").filter(has_text=label)
        return inside.get_by_role("button", name=label).or_(option)

    def _clicks(self, what: Locator) -> None:
        self._effort.thinks()
        self._effort.clicked()
        what.click()

    def _chosen(self, menu: Locator, choice: str) -> None:
        self._effort.thinks()
        self._effort.clicked(2)
        menu.select_option(label=choice)


def _with(messages: Locator, words: tuple[str, ...]) -> Locator:
    """Return those that have all the words."""
    for each in words:
        messages = messages.filter(has_text=each)
    return messages


def need_chromium() -> None:
    """Say why a test that needs a browser does not run here, before it sets anything up."""
    if CHROMIUM is None:
        pytest.skip("Debian's chromium is not installed: apt-get install chromium")


@contextmanager
def a_browser() -> Iterator[Browser]:
    """Start Debian's Chromium, and end it in any case; what is expected is awaited patiently."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=FLAGS, timeout=START_MS_MAX
        )
        try:
            yield browser
        finally:
            browser.close()


class Tabs:
    """The pages that a person has open; whatever one of them complains about is remembered."""

    def __init__(
        self, browser: Browser, *, width: int = WIDTH, height: int = HEIGHT, zone: str | None = None
    ) -> None:
        self.complaints: list[str] = []
        self._context = browser.new_context(
            viewport={"width": width, "height": height}, reduced_motion="reduce", timezone_id=zone
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
