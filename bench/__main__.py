"""`make bench`: every measurement, side by side. Machines are noisy: read the ratios."""

import sys

from rich.console import Console
from rich.table import Table

from bench import audience, commits, decisions, inaction, layouts, live, matching, robots, slack
from bench.timing import Row

MEASURED = {
    "commits": commits.measure,
    "audience": audience.measure,
    "decisions": decisions.measure,
    "inaction": inaction.measure,
    "layouts": layouts.measure,
    "live": live.measure,
    "matching": matching.measure,
    "robots": robots.measure,
    "slack": slack.measure,
    "timers": live.measure_timers,
}


def main(names: list[str]) -> int:
    """Run the named measurements, or all."""
    unknown = sorted(set(names) - set(MEASURED))
    if unknown:
        print(f"There is no measurement {', '.join(unknown)}; there are {', '.join(MEASURED)}.")
        return 2
    table = Table("work", "way", "seconds (best of 3)", "against the slowest")
    for name in names or MEASURED:
        rows: list[Row] = MEASURED[name]()
        slowest = max(row.seconds for row in rows)
        for row in rows:
            ratio = f"{slowest / row.seconds:,.1f}x"
            table.add_row(row.work, row.way, f"{row.seconds:.4f}", ratio)
        table.add_section()
    Console().print(table)
    return 0


sys.exit(main(sys.argv[1:]))
