"""Showing saved audiences and custom lists to a person."""

from typing import assert_never

from rich import box
from rich.table import Table
from rich.text import Text

from actors.mail_audience import AudienceAnswer, Audiences, AudienceShown, Exported, Reached
from actors.mail_copy import CopyStatus
from clarion.printing import say
from clarion.prose import out, safe
from clarion.showing import moment
from clarion.showing_copy import print_copy
from clarion.showing_estimate import print_estimate
from domain.telling import describe_node


def print_answer(answer: AudienceAnswer, zone: str) -> None:
    """Print what was asked about audiences."""
    match answer:
        case Reached(estimate=estimate):
            print_estimate(estimate)
        case Audiences():
            print_audiences(answer, zone)
        case AudienceShown():
            print_audience(answer, zone)
        case Exported(path=path, users=users, took_ms=took_ms):
            say(f"{path}: {users:,} users in {took_ms / 1000:.1f} s.")
        case CopyStatus():
            print_copy(answer)
        case _:
            assert_never(answer)


def print_audiences(found: Audiences, zone: str) -> None:
    """Print every saved audience and every custom list. Times are in the account's zone."""
    if not found.audiences and not found.lists:
        say("Nothing is saved yet. `clarion audience save NAME FILE --as ID` keeps an audience.")
        return
    if found.audiences:
        table = _table("Audience", "Version", "Saved by", "On")
        for each in found.audiences:
            when = moment(each.made_ms, zone)
            table.add_row(safe(each.name), str(each.version), safe(each.made_by), when)
        out().print(table)
    if found.lists:
        table = _table("List", "Version", "Users", "Unknown", "Twice", "On")
        for row in found.lists:
            counts = (row.members, row.unknown, row.duplicates)
            numbers = (f"{n:,}" for n in counts)
            when = moment(row.published_ms, zone)
            table.add_row(safe(row.name), str(row.version), *numbers, when)
        out().print(table)


def print_audience(found: AudienceShown, zone: str) -> None:
    """Print one saved audience in plain English, and which campaigns name it."""
    latest = "" if found.version == found.latest else f" (the latest is {found.latest})"
    console = out()
    console.print(Text.assemble((safe(found.name), "bold"), f"  version {found.version}{latest}"))
    console.print(
        Text(safe(f"Saved by {found.made_by}, {moment(found.made_ms, zone)} ({zone})"), "dim")
    )
    console.print()
    console.print(Text(safe("\n".join(describe_node(found.who)))))
    if found.used_by:
        console.print()
        say(f"Named by: {', '.join(found.used_by)}.")


def _table(*headings: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for i, heading in enumerate(headings):
        number = heading in {"Version", "Users", "Unknown", "Twice"}
        table.add_column(
            heading,
            justify="right" if number else "left",
            no_wrap=number or heading == "On",
            overflow="fold",
            style="bold" if i == 0 else None,
        )
    return table
