"""Menus that are filled while somebody types: names as options of Slack's, and back.

An option's value is the name itself behind a mark, or, if Slack takes no value so long, a reference
to it: its digest. A menu shows a name as text without markup, so that nothing in it notifies anyone
or turns into a picture. Source of the limits: Slack's reference of the external select.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Iterable

from bot.blocks import OPTION_CHARS_MAX, PLACEHOLDER_CHARS_MAX, Block, plain, short
from bot.ids import ActionId

OPTION_VALUE_CHARS_MAX = 150
OPTIONS_MAX = 100
LONG_NAMES_MAX = 10_000
DIRECT, BY_REFERENCE = "=", "#"


def value_of(name: str) -> str:
    """Return what an option of this name carries."""
    if len(name) < OPTION_VALUE_CHARS_MAX:
        return DIRECT + name
    return BY_REFERENCE + hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()


class LongNames:
    """The long names that were offered of late: what their references stand for."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, str] = OrderedDict()

    def note(self, names: Iterable[str]) -> None:
        """Remember those that are offered by reference."""
        for name in names:
            value = value_of(name)
            if value.startswith(BY_REFERENCE):
                self._known[value] = name
                self._known.move_to_end(value)
        while len(self._known) > LONG_NAMES_MAX:
            self._known.popitem(last=False)

    def named(self, value: str) -> str | None:
        """Return the name that an option's value says; None: it was not offered of late."""
        if value.startswith(DIRECT):
            return value.removeprefix(DIRECT)
        return self._known.get(value)


def name_option(name: str, *, said: str = "", below: str = "") -> Block:
    """Return the option of a name; `said` in place of the name itself, `below` in small letters."""
    shown = said or " ".join(name.split()) or f"“{name[:10]}”"
    made: Block = {"text": _words(shown), "value": value_of(name)}
    if below:
        made["description"] = _words(below)
    return made


def menu(chosen: str, *, placeholder: str) -> Block:
    """Return a menu that asks for names while somebody types, with one chosen at first."""
    made = _menu("external_select", placeholder)
    return made | ({"initial_option": name_option(chosen)} if chosen else {})


def menu_of_many(chosen: tuple[str, ...], *, placeholder: str) -> Block:
    """Return a menu of which several may be chosen."""
    made = _menu("multi_external_select", placeholder)
    first = [name_option(name) for name in dict.fromkeys(chosen) if name][:OPTIONS_MAX]
    return made | ({"initial_options": first} if first else {})


def _menu(kind: str, placeholder: str) -> Block:
    return {
        "type": kind,
        "action_id": ActionId.PICK.value,
        "min_query_length": 0,
        "placeholder": plain(short(placeholder, PLACEHOLDER_CHARS_MAX)),
    }


def _words(text: str) -> Block:
    return {"type": "plain_text", "text": short(text, OPTION_CHARS_MAX), "emoji": False}
