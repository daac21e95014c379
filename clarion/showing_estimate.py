"""Showing the estimated reach to a person, as a waterfall."""

from rich.table import Table
from rich.text import Text

from actors.mail import Estimate
from clarion.prose import out, safe, tell


def print_estimate(estimate: Estimate) -> None:
    """Print how many qualify, who of them gets nothing and why, and what is left."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1))
    table.add_column()
    table.add_column()
    table.add_column(justify="right")
    table.add_row("", "Qualified", f"{estimate.qualified:,}")
    if len(estimate.control_of) > 1:
        for group, count in estimate.control_of.items():
            table.add_row("-", f"Control group: {group}", f"{count:,}")
    else:
        table.add_row("-", "Control group", f"{estimate.control:,}")
    if estimate.outside:
        table.add_row("-", "Not in the portion", f"{estimate.outside:,}")
    table.add_row("-", "No way to reach them", f"{estimate.unreachable:,}")
    if estimate.limited:
        table.add_row("-", "Over a frequency limit now", f"{estimate.limited:,}")
    table.add_row("-", "Over the cap", f"{estimate.capped:,}")
    table.add_row("=", Text("Expected messages", "bold"), Text(f"{estimate.expected:,}", "bold"))
    console = out()
    console.print()
    console.print(
        Text.assemble(("Estimated reach", "bold"), f", counted in {estimate.took_ms:,} ms")
    )
    console.print(table)
    if estimate.rate:
        console.print(Text(safe(f"{estimate.rate}.")))
    for note in estimate.notes:
        tell(console, Text(safe(f"{note}.")), lead=Text("! ", "bold yellow"))
