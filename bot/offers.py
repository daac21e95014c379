"""What a menu is answered with: the names that fit what was typed, and what was typed itself."""

from collections.abc import Sequence

from actors.mail_names import NamesFound, Offered, Wanted
from bot import words
from bot.blocks import OPTION_CHARS_MAX, Block, short
from bot.menus import OPTION_VALUE_CHARS_MAX, OPTIONS_MAX, name_option

TYPES = {
    "text": "text",
    "number": "number",
    "flag": "true or false",
    "time": "date",
    "list": "list",
    "object": "object",
}
_TYPED_AS_WELL: dict[Wanted, str] = {
    "event": "not seen yet",
    "property": "not seen yet",
    "trait": "not seen yet",
    "value": "rare and personal values are not listed",
}
"""What can be chosen though it is not offered, and the word on it. Audiences must exist."""
LEARNING = "still learning what came in"


def options(found: NamesFound, wanted: Wanted, typed: str) -> list[Block]:
    """Return the options of a menu, at most as many as Slack takes."""
    typed = typed.strip()
    exact = any(one.name == typed for one in found.names)
    itself = _itself(found, wanted, typed) if typed and not exact else []
    return [*_unlike(found.names, wanted)[: OPTIONS_MAX - len(itself)], *itself]


def _itself(found: NamesFound, wanted: Wanted, typed: str) -> list[Block]:
    remark = _TYPED_AS_WELL.get(wanted)
    if remark is None or len(typed) >= OPTION_VALUE_CHARS_MAX:
        return []
    told = remark if found.ready or wanted == "value" else LEARNING
    room = OPTION_CHARS_MAX - len(f"Use “” ({told})")
    if room < len(typed):
        return [name_option(typed, said=f"Use “{short(typed, OPTION_CHARS_MAX - 6)}”", below=told)]
    return [name_option(typed, said=f"Use “{typed}” ({told})")]


def _unlike(names: Sequence[Offered], wanted: Wanted) -> list[Block]:
    """Return an option for each name that can be shown: Slack refuses all for one without text."""
    return [name_option(one.name, below=_below(one, wanted)) for one in names if one.name]


def _below(one: Offered, wanted: Wanted) -> str:
    count = words.number(one.count)
    match wanted:
        case "event":
            return f"came {count} times" if one.count != 1 else "came once"
        case "property" | "trait":
            whose = "events" if wanted == "property" else "users"
            types = " or ".join(TYPES[each] for each in one.types)
            return f"{types}, in {count} {whose}" if one.count else types
        case "value":
            return f"{count} users"
        case _:
            return ""
