"""Showing the limits in force to a person."""

from rich import box
from rich.table import Table
from rich.text import Text

from actors.mail_limits import LimitLine, LimitsShown
from clarion.printing import say
from clarion.prose import out, safe
from clarion.showing import moment


def print_limits(found: LimitsShown) -> None:
    """Print each limit in a row: what it allows, how full it is, when it frees."""
    of = f"“{safe(found.name)}”" if found.name else "all campaigns"
    out().print(Text.assemble(("Limits of ", "dim"), (of, "bold"), (f" ({found.zone})", "dim")))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    table.add_column("Limit", style="bold", overflow="fold")
    table.add_column("Allows", overflow="fold")
    table.add_column("Used", justify="right", overflow="fold")
    table.add_column("Frees", overflow="fold")
    for line in found.lines:
        table.add_row(safe(line.what), safe(line.allows), _used(line), _frees(line, found.zone))
    out().print(table)
    if found.waiting:
        takes = f"; at this rate it takes {found.takes}" if found.takes else ""
        waits = "message waits" if found.waiting == 1 else "messages wait"
        say(f"{found.waiting:,} {waits} to be sent{takes}.")


def _used(line: LimitLine) -> str:
    if line.used is None or line.most is None:
        return ""
    return f"{line.used:,} of {line.most:,}"


def _frees(line: LimitLine, zone: str) -> str:
    if line.frees_ms is None:
        return safe(line.frees)
    return f"{moment(line.frees_ms, zone)}{f', {safe(line.frees)}' if line.frees else ''}"
