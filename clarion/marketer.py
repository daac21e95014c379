"""A scripted marketer: acts in the local Slack by what is written there, as a person would.

Buttons are found by their text and inputs by their label, so a script breaks when a person would
be lost, and not when an id changes.
"""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, TypeVar

import trio

from sandbox.slack import CAMPAIGNS, LocalSlack, Message, Outcome, View

T = TypeVar("T")

PATIENCE_SECONDS = 60.0
"""How long a person looks for what should come at once; a busy machine is slow, and not lost."""


class Lost(Exception):  # noqa: N818 - it says what happened to the person
    """What the person looked for did not appear."""


class Marketer:
    """One person of the local Slack, lost who waited for something for `patience_seconds`."""

    def __init__(
        self, slack: LocalSlack, user: str, *, patience_seconds: float = PATIENCE_SECONDS
    ) -> None:
        self.user = user
        self._slack = slack
        self._patience = patience_seconds

    async def types(self, text: str, channel: str = CAMPAIGNS) -> Outcome:
        """Type a slash command."""
        return await self._slack.command(self.user, channel, text)

    async def sees(
        self, channel: str, *words: str, button: str = "", thread: str | None = None
    ) -> Message:
        """Wait for a message with all these words (and a button), the latest one."""

        def find() -> Message | None:
            messages = [*self._slack.messages(channel), *self._slack.ephemerals(self.user, channel)]
            if thread is not None:
                messages = self._slack.thread(channel, thread)
            for message in reversed(messages):
                said = _words(message)
                if all(word in said for word in words) and (
                    not button or _button(message.blocks, button)
                ):
                    return message
            return None

        return await self._wait(find, f"a message with {words} {button} in {channel}")

    async def presses(self, message: Message, label: str) -> Outcome:
        """Press a button of a message; its text begins with `label`."""
        found = _button(message.blocks, label)
        if found is None:
            raise Lost(f"The message has no button “{label}”: {_words(message)[:200]}")
        block, element = found
        return await self._slack.click(
            self.user,
            message.channel,
            message.ts,
            element["action_id"],
            block_id=block.get("block_id"),
        )

    async def modal(self, title: str) -> View:
        """Wait for a modal of this title to be on top."""

        def find() -> View | None:
            top = self._slack.views(self.user)[-1:]
            fits = bool(top) and top[0].definition["title"]["text"].startswith(title)
            return top[0] if fits else None

        return await self._wait(find, f"the modal “{title}”")

    async def fills(self, label: str, value: str) -> None:
        """Enter a value in the top modal's input of this label; a choice is named by its text."""
        view, block = await self._wait(lambda: self._input(label), f"an input “{label}”")
        element = block["element"]
        for option in element.get("options", ()):
            if option["text"]["text"].startswith(value):
                value = option["value"]
                break
        await self._slack.change(
            self.user, view.id, element["action_id"], value, block_id=block["block_id"]
        )

    async def uploads(self, label: str, name: str, content: bytes) -> None:
        """Put a file into the top modal's file input of this label."""
        view, block = await self._wait(lambda: self._input(label), f"a file input “{label}”")
        kept = self._slack.upload(self.user, name, content)
        await self._slack.change(
            self.user,
            view.id,
            block["element"]["action_id"],
            [kept],
            block_id=block["block_id"],
        )

    async def adds(self, condition: str) -> Outcome:
        """Add a condition in the step Who, by its words in the menu."""
        view = self._slack.views(self.user)[-1]
        for block in view.definition["blocks"]:
            for element in block.get("elements", ()):
                grouped = [each["options"] for each in element.get("option_groups", ())]
                for option in chain(element.get("options", ()), *grouped):
                    if option["text"]["text"] == condition:
                        ids, value = block["block_id"], option["value"]
                        name = element["action_id"]
                        return await self._slack.change(
                            self.user, view.id, name, value, block_id=ids
                        )
        raise Lost(f"The modal has no menu with “{condition}”.")

    async def searches(self, label: str, typed: str, wanted: str) -> Outcome:
        """Type into a menu of the top modal, and choose what it offers of this name."""
        view, block = await self._wait(lambda: self._input(label), f"a menu “{label}”")
        ids, name = block["block_id"], block["element"]["action_id"]
        found = await self._slack.suggest(self.user, view.id, name, typed, block_id=ids)
        for option in found:
            if option["text"]["text"] == wanted:
                return await self._slack.change(
                    self.user, view.id, name, option["value"], block_id=ids
                )
        raise Lost(f"The menu “{label}” offers no “{wanted}” for “{typed}”.")

    async def reads(self, words: str) -> View:
        """Wait for the top modal to say something."""

        def find() -> View | None:
            top = self._slack.views(self.user)[-1:]
            says = bool(top) and words in words_of(top[0].definition["blocks"])
            return top[0] if says else None

        def shown() -> str:
            top = self._slack.views(self.user)[-1:]
            return f" It says: {words_of(top[0].definition['blocks'])}" if top else " There is none"

        return await self._wait(find, f"“{words}” in the modal", shown)

    async def clicks(self, label: str) -> Outcome:
        """Press a button inside the top modal."""
        view = self._slack.views(self.user)[-1]
        found = _button(view.definition["blocks"], label)
        if found is None:
            raise Lost(f"The modal has no button “{label}”.")
        block, element = found
        return await self._slack.change(
            self.user, view.id, element["action_id"], None, block_id=block.get("block_id")
        )

    async def goes(self, step: str) -> None:
        """Go to a step of the wizard, and wait until it is shown."""

        def find() -> tuple[View, dict[str, Any], dict[str, Any]] | None:
            for view in self._slack.views(self.user)[-1:]:
                for block in view.definition["blocks"][:1]:
                    for button in block.get("elements", ()):
                        if button["text"]["text"].endswith(f" {step}"):
                            return view, block, button
            return None

        def is_shown() -> bool:
            found = find()
            return found is not None and found[2].get("style") == "primary"

        view, block, button = await self._wait(find, f"the step “{step}”")
        await self._slack.change(
            self.user, view.id, button["action_id"], None, block_id=block["block_id"]
        )
        await self._wait(lambda: is_shown() or None, f"the step “{step}” to be shown")

    async def submits(self) -> Outcome:
        """Press the top modal's submit button."""
        outcome = await self._slack.submit(self.user, self._slack.views(self.user)[-1].id)
        if outcome.errors:
            raise Lost(f"The form was refused: {outcome.errors}")
        return outcome

    def _input(self, label: str) -> tuple[View, dict[str, Any]] | None:
        for view in self._slack.views(self.user)[-1:]:
            for block in view.definition["blocks"]:
                if block["type"] == "input" and block["label"]["text"].startswith(label):
                    return view, block
        return None

    async def _wait(
        self, find: Callable[[], T | None], what: str, shown: Callable[[], str] = str
    ) -> T:
        with trio.move_on_after(self._patience):
            await self._slack.wait_until(lambda: find() is not None)
        if (found := find()) is None:
            raise Lost(f"{self.user} waited {self._patience:.0f} s for {what}.{shown()}")
        return found


def words_of(blocks: list[dict[str, Any]]) -> str:
    """Return every text of some blocks."""
    return "\n".join(_texts(blocks))


def _words(message: Message) -> str:
    return f"{message.text}\n{words_of(message.blocks)}"


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "text" and isinstance(inner, str):
                yield inner
            else:
                yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _button(
    blocks: list[dict[str, Any]], label: str
) -> tuple[dict[str, Any], dict[str, Any]] | None:
    for block in blocks:
        elements = [*block.get("elements", ()), *filter(None, [block.get("accessory")])]
        for element in elements:
            if element.get("type") == "button" and element["text"]["text"].startswith(label):
                return block, element
    return None
