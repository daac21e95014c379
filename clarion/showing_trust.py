"""Showing what went wrong to a person: what waits, a trail, what was paused, the connection."""

from rich import box
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from actors.mail_trust import Aside, Connection, PausedAll, Step, Told
from clarion.printing import OUT, safe, say
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
    if OUT.width >= WIDE_CHARS:
        _print_table(aside, zone)
    else:
        for line in aside.lines:
            OUT.print(
                Text.assemble((safe(line.id), "bold"), "  ", (line.state, _STYLES[line.state])),
                soft_wrap=True,
            )
            said = f"{moment(line.since_ms, zone)}, “{line.campaign}”, user {line.user}"
            for text in (said, line.why):
                OUT.print(Padding(Text(safe(text)), (0, 0, 0, 2), expand=False))
    if aside.more:
        say("There are more: use --limit, or --campaign.")
    OUT.print()
    OUT.print(Text(f"Times are in {safe(zone)}. `clarion dead show ID` tells the whole trail."))


def _print_table(aside: Aside, zone: str) -> None:
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
    OUT.print(table)


def print_told(told: Told) -> None:
    """Print a trail: what is known, then every step, the newest last."""
    OUT.print(Text(safe(told.message), "bold"))
    for line in told.known:
        OUT.print(Padding(Text(safe(line)), (0, 0, 0, 2), expand=False))
    if not told.steps:
        return
    OUT.print()
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, style="dim")
    table.add_column(overflow="fold")
    for step in told.steps:
        wall = local_wall(step.at_ms, told.zone)
        table.add_row(wall.strftime("%Y-%m-%d %H:%M:%S %Z"), Text(_said(step)))
    OUT.print(table)
    OUT.print()
    OUT.print(Text(f"Times are in {safe(told.zone)}.", "dim"))


def _said(step: Step) -> str:
    """Return the step's words, and its place in the log where it has one."""
    place = f" [event {step.event_seq}]" if step.event_seq is not None else ""
    return safe(f"{step.said}{place}")


def print_paused_all(answer: PausedAll) -> None:
    """Print what is paused now, and what goes on as it is and why."""
    say(answer.message)
    for name in answer.paused:
        OUT.print(Padding(Text(f"paused: {safe(name)}"), (0, 0, 0, 2), expand=False))
    for one in answer.not_paused:
        text = Text(f"not paused: {safe(one.name)}: {safe(one.why)}", "yellow")
        OUT.print(Padding(text, (0, 0, 0, 2), expand=False))


def print_connection(connection: Connection) -> None:
    """Print how the connection to Segment stands."""
    mark = ("✓ ", "bold green") if connection.verified else ("! ", "bold yellow")
    OUT.print(Text.assemble(mark, safe(connection.message)))
    OUT.print(Text(f"  {safe(connection.url)}", "dim"))
