"""The inputs of a step: each tells us at once what was entered, and has its problem beneath it."""

from collections.abc import Mapping

from bot import inputs, menus
from bot.blocks import Block, clip, context, option
from bot.ids import ActionId
from bot.wizard.step import Page, StepName, block_id

PROBLEM_CHARS_MAX = 600
MORE_HINT = "Few campaigns need them. They appear below when you tick one."


class Asking:
    """Makes the inputs of one step; each method returns the input and what is wrong with it.

    `redraws`: other inputs depend on it, so the step is drawn anew when it changes.
    """

    def __init__(self, step: StepName, page: Page) -> None:
        self._step = step
        self._page = page

    def text(
        self,
        name: str,
        label: str,
        value: str,
        *,
        placeholder: str = "",
        hint: str = "",
        optional: bool = True,
        multiline: bool = False,
        chars_max: int = inputs.TEXT_CHARS_MAX,
    ) -> list[Block]:
        """Ask for a line, or for several."""
        element = inputs.text_input(
            value, placeholder=placeholder, multiline=multiline, chars_max=chars_max
        )
        return self._asked(name, label, _typed(element), hint=hint, optional=optional)

    def number(
        self,
        name: str,
        label: str,
        value: str,
        *,
        placeholder: str = "",
        hint: str = "",
        decimal: bool = False,
        optional: bool = True,
    ) -> list[Block]:
        """Ask for a whole number of at least 0; `decimal`: for any number."""
        element = inputs.number_input(value, placeholder=placeholder, decimal=decimal)
        return self._asked(name, label, _typed(element), hint=hint, optional=optional)

    def menu(
        self,
        name: str,
        label: str,
        chosen: str,
        *,
        placeholder: str,
        hint: str = "",
        optional: bool = False,
    ) -> list[Block]:
        """Ask for a name that is searched for while somebody types; the step is drawn anew."""
        element = menus.menu(chosen, placeholder=placeholder)
        return self._asked(name, label, element, hint=hint, optional=optional)

    def menu_of_many(
        self,
        name: str,
        label: str,
        chosen: tuple[str, ...],
        *,
        placeholder: str,
        optional: bool = False,
    ) -> list[Block]:
        """Ask for several such names."""
        element = menus.menu_of_many(chosen, placeholder=placeholder)
        return self._asked(name, label, element, optional=optional)

    def select(
        self,
        name: str,
        label: str,
        choices: Mapping[str, str],
        chosen: str,
        *,
        redraws: bool = False,
        hint: str = "",
    ) -> list[Block]:
        """Ask for one of some choices (value -> words), in a menu."""
        element = inputs.select(choices, chosen, _action(redraws=redraws))
        return self._asked(name, label, element, hint=hint, optional=False)

    def radio(self, name: str, label: str, choices: Mapping[str, str], chosen: str) -> list[Block]:
        """Ask for one of at most 10 choices, all in sight; the step is drawn anew."""
        element = inputs.radio(choices, chosen, ActionId.REDRAW)
        return self._asked(name, label, element, optional=False)

    def checks(
        self,
        name: str,
        label: str,
        choices: Mapping[str, str],
        chosen: tuple[str, ...],
        *,
        redraws: bool = False,
        hint: str = "",
    ) -> list[Block]:
        """Ask which of at most 10 choices hold."""
        return self._several("checkboxes", name, label, choices, chosen, redraws=redraws, hint=hint)

    def many(
        self,
        name: str,
        label: str,
        choices: Mapping[str, str],
        chosen: tuple[str, ...],
        *,
        hint: str = "",
    ) -> list[Block]:
        """Ask which of at most 100 choices hold, in a menu."""
        return self._several(
            "multi_static_select", name, label, choices, chosen, redraws=False, hint=hint
        )

    def date(
        self, name: str, label: str, value: str, *, hint: str = "", optional: bool = True
    ) -> list[Block]:
        """Ask for a day."""
        element = _told(inputs.date_input(value))
        return self._asked(name, label, element, hint=hint, optional=optional)

    def time(
        self, name: str, label: str, value: str, *, hint: str = "", optional: bool = True
    ) -> list[Block]:
        """Ask for a time of day."""
        element = _told(inputs.time_input(value))
        return self._asked(name, label, element, hint=hint, optional=optional)

    def _several(
        self,
        kind: str,
        name: str,
        label: str,
        choices: Mapping[str, str],
        chosen: tuple[str, ...],
        *,
        redraws: bool,
        hint: str,
    ) -> list[Block]:
        options = {value: option(words, value) for value, words in choices.items()}
        element: Block = {
            "type": kind,
            "action_id": _action(redraws=redraws).value,
            "options": list(options.values()),
        }
        if first := [options[value] for value in chosen if value in options]:
            element["initial_options"] = first
        return self._asked(name, label, element, hint=hint)

    def _asked(
        self, name: str, label: str, element: Block, *, hint: str = "", optional: bool = True
    ) -> list[Block]:
        block = block_id(self._step, name)
        made = inputs.input_block(block, label, element, hint=hint, optional=optional)
        made["dispatch_action"] = True
        if said := self._page.problems.get(block):
            return [made, context(f":warning: {clip(said, PROBLEM_CHARS_MAX)}")]
        return [made]


def _action(*, redraws: bool) -> ActionId:
    return ActionId.REDRAW if redraws else ActionId.KEEP


def _told(element: Block) -> Block:
    return element | {"action_id": ActionId.KEEP.value}


def _typed(element: Block) -> Block:
    """Return an input of text that tells what is typed while it is typed, and again at Enter."""
    when = ["on_character_entered", "on_enter_pressed"]
    if element.get("multiline"):
        when = when[:1]
    return _told(element) | {"dispatch_action_config": {"trigger_actions_on": when}}
