"""What a bot has offered in its external selects: a person may choose any of it.

While somebody types, the bot is asked several times, and an early answer may come last: the page
shows the answer to what was typed last, whichever it was. So an answer adds to what may be chosen.
"""

from collections import OrderedDict
from typing import Any, Final, TypeAlias

MENUS_MAX: Final = 1_000
OPTIONS_MAX: Final = 500

Menu: TypeAlias = tuple[str, str, str]
"""Where a select stands: the view (or the person and the message), and its block and action."""


class Offered:
    """The options of each select, as the bot gave them, by their values."""

    def __init__(self) -> None:
        self._menus: OrderedDict[Menu, OrderedDict[str, dict[str, Any]]] = OrderedDict()

    def add(self, menu: Menu, options: list[dict[str, Any]]) -> None:
        """Remember an answer; of very many, what was offered first is forgotten."""
        known = self._menus.setdefault(menu, OrderedDict())
        self._menus.move_to_end(menu)
        for option in options:
            known[option["value"]] = option
            known.move_to_end(option["value"])
        while len(known) > OPTIONS_MAX:
            known.popitem(last=False)
        while len(self._menus) > MENUS_MAX:
            self._menus.popitem(last=False)

    def of(self, menu: Menu) -> list[dict[str, Any]]:
        """Return what may be chosen, the newest last."""
        return list(self._menus.get(menu, {}).values())
