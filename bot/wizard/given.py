"""What stands in a modal's inputs, out of the state that Slack sends."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from bot.menus import LongNames
from bot.wizard.step import Given

State: TypeAlias = Mapping[str, Mapping[str, Any]]
"""`view.state.values`: block id -> action id -> the element's state."""


def read_given(view: Mapping[str, Any], names: LongNames) -> Given:
    """Return what stands in the inputs that a view shows; an empty input is the empty text.

    A menu that holds a long name which was not offered of late is left out: nobody has changed it.
    """
    state: State = (view.get("state") or {}).get("values") or {}
    given: dict[str, str | tuple[str, ...]] = {}
    for block, inputs in state.items():
        element: Mapping[str, Any] = next(iter(inputs.values()), {})
        value = _plain(element)
        if str(element.get("type", "")).endswith("external_select"):
            chosen = value if isinstance(value, tuple) else (value,) if value else ()
            known = [names.named(each) for each in chosen]
            if None in known:
                continue
            read = tuple(each for each in known if each is not None)
            value = read if isinstance(value, tuple) else "".join(read)
        given[block] = value
    return given


def _plain(element: Mapping[str, Any]) -> str | tuple[str, ...]:
    """Return what one input holds."""
    if "selected_options" in element:
        chosen = element["selected_options"] or []
        return tuple(str(each.get("value", "")) for each in chosen if isinstance(each, dict))
    for name in ("value", "selected_date", "selected_time"):
        if element.get(name) is not None:
            return str(element[name])
    option = element.get("selected_option")
    return str(option.get("value", "")) if isinstance(option, dict) else ""
