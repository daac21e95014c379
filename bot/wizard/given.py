"""What stands in a modal's inputs, out of the state that Slack sends."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from bot.wizard.step import Given

State: TypeAlias = Mapping[str, Mapping[str, Any]]
"""`view.state.values`: block id -> action id -> the element's state."""


def read_given(view: Mapping[str, Any]) -> Given:
    """Return what stands in the inputs that a view shows; an empty input is the empty text."""
    state: State = (view.get("state") or {}).get("values") or {}
    return {block: _plain(next(iter(inputs.values()), {})) for block, inputs in state.items()}


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
