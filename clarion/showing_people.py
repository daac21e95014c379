"""Showing one user to the operator: the only place where a user's own values are printed."""

from collections.abc import Mapping
from typing import Any

import msgspec
from rich import box
from rich.table import Table
from rich.text import Text

from actors.mail_people import UserShown
from clarion.prose import out, safe, tell
from clarion.showing import moment

_STANDING = {
    "known": "known",
    "unknown": "not known: no event and no profile of this id ever came",
    "broken": "known, but the stored profile cannot be read, so nothing is sent to them",
    "suppressed": "suppressed: nothing is sent to them",
    "erased": "erased: nothing is kept of them, and nothing is sent",
}
VALUE_CHARS_MAX = 500
"""A longer value is cut on the screen; `--json` has it whole."""


def print_user(shown: UserShown) -> None:
    """Print everything; times are in the account's zone."""
    console, zone = out(), shown.account_zone
    tell(console, Text.assemble((safe(shown.user), "bold"), f" is {_STANDING[shown.standing]}."))
    audited = f"The audit names no user: this one, erased or not, is {shown.audited_as}"
    tell(console, Text(audited, "dim"))
    if shown.other_ids:
        tell(console, Text(f"Also known as {safe(', '.join(shown.other_ids))}"))
    if shown.standing in {"unknown", "erased"} and not shown.messages:
        return
    if shown.zone is None:
        tell(console, Text(f"Time zone: not known, so {safe(zone)}, the account's."))
    else:
        tell(console, Text(f"Time zone: {safe(shown.zone)}"))
    _heading("Profile", len(shown.traits))
    _print_values(shown.traits)
    _heading("Devices", len(shown.devices))
    for device in shown.devices:
        _print_values(device)
    _heading("Lists", len(shown.lists))
    for name in shown.lists:
        tell(console, Text(safe(name)), lead="  ")
    _heading("Events", shown.events_in_all, len(shown.events))
    table = _table(3)
    for did in shown.events:
        if did.properties is None:
            table.add_row(Text(f"[{did.seq}]"), Text("cannot be read", "yellow"), Text(""))
        else:
            values = Text(_value(did.properties) if did.properties else "")
            table.add_row(Text(moment(did.at_ms, zone)), Text(safe(did.name), "bold"), values)
    out().print(table)
    _heading("Messages", shown.messages_in_all, len(shown.messages))
    table = _table(3)
    for got in shown.messages:
        reason = f" ({got.reason.replace('_', ' ')})" if got.reason else ""
        said = f"{got.state.replace('_', ' ')}{reason}"
        table.add_row(Text(moment(got.at_ms, zone)), Text(safe(got.campaign), "bold"), Text(said))
    out().print(table)
    tell(console, Text(f"Times are in {safe(zone)}. `clarion why ID CAMPAIGN` tells more.", "dim"))


def _heading(what: str, in_all: int, shown: int | None = None) -> None:
    latest = f", the latest {shown:,}" if shown is not None and shown < in_all else ""
    out().print()
    tell(out(), Text.assemble((what, "bold"), f" ({in_all:,}{latest})"))


def _print_values(values: Mapping[str, Any]) -> None:
    table = _table(2)
    for key, value in values.items():
        table.add_row(Text(safe(key)), Text(_value(value)))
    out().print(table)


def _table(columns: int) -> Table:
    table = Table(box=box.SIMPLE, show_header=False, show_edge=False, pad_edge=True)
    for column in range(columns):
        table.add_column(overflow="fold", no_wrap=columns > 2 and column == 0)
    return table


def _value(value: Any) -> str:
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return safe(text if len(text) <= VALUE_CHARS_MAX else f"{text[:VALUE_CHARS_MAX]}…")
