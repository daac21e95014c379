"""Showing which events and properties were seen, with examples, to the operator alone."""

from collections.abc import Sequence

from rich import box
from rich.table import Table
from rich.text import Text

from actors.mail_schema import Schema
from clarion.printing import say
from clarion.prose import out, safe, tell
from clarion.showing import moment
from store.vocabulary import EventSeen, PropertySeen


def print_schema(schema: Schema, zone: str) -> None:
    """Print events as a table, or the properties of one event or of users."""
    if schema.events:
        _print_events(schema.events, zone)
    elif schema.properties:
        _print_properties(schema.properties)
    elif schema.event:
        say(f"“{schema.event}” has no properties.")
    else:
        say("Nothing has come in yet.")


def _print_events(events: Sequence[EventSeen], zone: str) -> None:
    table = _table("Event", "Count", "Latest", "Properties", "Conflicts")
    for one in events:
        table.add_row(
            Text(safe(one.name), "bold"),
            Text(f"{one.count:,}"),
            Text(moment(one.latest_ms, zone)),
            Text(f"{one.properties:,}"),
            Text(f"{one.conflicts:,}" if one.conflicts else "", "yellow"),
        )
    out().print(table)
    hint = "`clarion schema EVENT` shows the properties of one, `clarion schema --profiles` traits."
    tell(out(), Text(f"Times are in {safe(zone)}. {hint}", "dim"))


def _print_properties(properties: Sequence[PropertySeen]) -> None:
    table = _table("Property", "Type", "In", "Examples")
    for one in properties:
        table.add_row(
            Text(safe(one.name), "bold"),
            Text(_types(one), "yellow" if one.conflict else ""),
            Text(f"{one.count:,}"),
            Text(", ".join(safe(each).replace("\n", " ") for each in one.examples)),
        )
    out().print(table)
    if any(one.conflict for one in properties):
        said = (
            "Where several types are named, senders disagree: a comparison finds only the values of"
            " its own type."
        )
        tell(out(), Text(said, "yellow"))


def _types(one: PropertySeen) -> str:
    if not one.conflict:
        return next(iter(one.types))
    return ", ".join(f"{kind} {n:,}" for kind, n in one.types.items())


def _table(*headings: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for heading in headings:
        right = heading in {"Count", "Properties", "Conflicts", "In"}
        table.add_column(heading, justify="right" if right else "left", overflow="fold")
    return table
