"""Showing what went wrong to a person: what waits, a trail, what was paused, the connection."""

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from actors.mail_trust import Aside, Connection, PausedAll, Step, Told
from clarion.printing import say
from clarion.prose import out, safe, tell
from clarion.showing import moment
from domain.zones import local_wall

_STYLES = {"dead": "bold red", "unknown": "bold yellow", "poison": "bold magenta"}
WIDE_CHARS = 110
"""From this width on, the list is a table; below, each id has a line of its own to be copied."""


def print_aside(aside: Aside, zone: str) -> None:
    """Print what waits for a person. Times are shown in the account's zone."""
    if not aside.lines:
        say("Nothing waits for a person.")
        return
    console = out()
    if console.width >= WIDE_CHARS:
        _print_table(console, aside, zone)
    else:
        for line in aside.lines:
            state = Text.assemble((safe(line.id), "bold"), "  ", (line.state, _STYLES[line.state]))
            tell(console, state)
            said = f"{moment(line.since_ms, zone)}, “{line.campaign}”, user {line.user}"
            for text in (said, line.why):
                tell(console, Text(safe(text)), lead="  ")
    if aside.more:
        say("There are more: use `--limit`, or `--campaign`.")
    console.print()
    say(f"Times are in {zone}. `clarion dead show ID` tells the whole trail.")


def _print_table(console: Console, aside: Aside, zone: str) -> None:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for heading in ("Id", "State", "Since", "Campaign", "User", "Why"):
        fixed = heading in {"Id", "State", "Since"}
        table.add_column(heading, no_wrap=fixed, overflow="fold")
    for line in aside.lines:
        table.add_row(
            Text(safe(line.id), "bold"),
            Text(line.state, _STYLES[line.state]),
            Text(moment(line.since_ms, zone)),
            *(Text(safe(each)) for each in (line.campaign, line.user, line.why)),
        )
    console.print(table)


def print_told(told: Told) -> None:
    """Print a trail: what is known, then every step, the newest last."""
    console = out()
    say(told.message, "bold")
    for line in told.known:
        tell(console, Text(safe(line)), lead="  ")
    if not told.steps:
        return
    console.print()
    for step in told.steps:
        wall = local_wall(step.at_ms, told.zone).strftime("%Y-%m-%d %H:%M:%S %Z")
        tell(console, Text(_said(step)), lead=Text(f"{wall}  ", "dim"))
    console.print()
    say(f"Times are in {told.zone}.", "dim")


def _said(step: Step) -> str:
    """Return the step's words, and its place in the log where it has one."""
    place = f" [event {step.event_seq}]" if step.event_seq is not None else ""
    return safe(f"{step.said}{place}")


def print_paused_all(answer: PausedAll) -> None:
    """Print what is paused now, and what goes on as it is and why."""
    say(answer.message)
    for name in answer.paused:
        tell(out(), Text(safe(f"paused: {name}")), lead="  ")
    for one in answer.not_paused:
        tell(out(), Text(safe(f"not paused: {one.name}: {one.why}"), "yellow"), lead="  ")


def print_connection(connection: Connection) -> None:
    """Print how the connection to Segment stands."""
    mark = Text("✓ ", "bold green") if connection.verified else Text("! ", "bold yellow")
    tell(out(), Text(safe(connection.message)), lead=mark)
    tell(out(), Text(safe(connection.url), "dim"), lead="  ")
