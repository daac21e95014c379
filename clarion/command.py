"""How a command asks the daemon: each says what, and all of them ask and answer alike."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

import typer

from actors.mail import Request
from clarion.cli_common import ConfigOption, DataOption, JsonOption, Where, where

CALL = "call"


def group(name: str, about: str) -> typer.Typer:
    """Return a group of commands; alone it shows its help."""
    return typer.Typer(name=name, help=about, no_args_is_help=True, rich_markup_mode=None)


def asks(work: Callable[..., Request | None]) -> Callable[..., None]:
    """Return the command of a function that returns what to ask the daemon.

    It has the function's options, then `--config`, `--data` and `--json`. A first parameter named
    `call` is no option: it gets how the command was called, for a function that has more to do
    than to ask, and returns None where it has said everything itself.
    """
    options = list(inspect.signature(work).parameters.values())
    takes_call = bool(options) and options[0].name == CALL

    @wraps(work)
    def command(**given: Any) -> None:
        call = _called(**{name: given.pop(name) for name in _EVERYWHERE})
        request = work(call, **given) if takes_call else work(**given)
        if request is not None:
            call.finish(call.ask(request))

    # Typer reads both of these to learn what the command line may give.
    shown = [*options[takes_call:], *_EVERYWHERE.values()]
    command.__signature__ = inspect.Signature(shown)  # type: ignore[attr-defined]
    command.__annotations__ = {each.name: each.annotation for each in shown}
    return command


def _called(
    *, config: ConfigOption = None, data: DataOption = None, json: JsonOption = False
) -> Where:
    return where(config, data, json=json)


_EVERYWHERE = inspect.signature(_called).parameters
"""The options that every command has beside its own."""
