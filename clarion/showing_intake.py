"""Showing what came in: a row for each source, and the time zones that nobody knows."""

from rich import box
from rich.table import Table
from rich.text import Text

from actors.mail_intake import Intake
from clarion.printing import say
from clarion.prose import out, safe, tell
from clarion.showing import moment

COLUMNS = {
    "accepted": "Accepted",
    "duplicate": "Duplicates",
    "rejected": "Rejected",
    "left_out": "Left out",
    "merged": "Merged",
    "not_merged": "Not merged",
}
"""What may become of what a source sends, as the store counts it."""


def print_intake(intake: Intake, zone: str) -> None:
    """Print what came in since the first start. Times are shown in the account's zone."""
    if not intake.sources:
        say("Nothing has come in yet.")
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    table.add_column("Source", overflow="fold")
    for heading in COLUMNS.values():
        table.add_column(heading, justify="right")
    table.add_column("Last heard")
    for source in intake.sources:
        counts = (f"{source.counts.get(what, 0):,}" for what in COLUMNS)
        table.add_row(
            Text(safe(source.name), "bold"), *counts, Text(moment(source.latest_ms, zone))
        )
    console = out()
    console.print(table)
    if intake.zones:
        say(f"Time zones that nobody knows; these users count in {zone}:")
        for line in intake.zones:
            tell(console, Text(f"{safe(line.said)}: {line.users:,}"), lead="  ")
        if intake.more_zones:
            say("There are more, less frequent ones.")
