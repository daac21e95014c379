"""A report that tests draw, print and show."""

import msgspec

from actors.mail_report import ArmView, Report, Skipped, VariantCame
from actors.mail_views import BooksView, RunView
from domain.finding import Finding, Result, Tried
from domain.goal import Goal
from domain.spans import Span

HOUR_MS = 3_600_000
REPORT = Report(
    id="c1",
    name="Win back & $5 <!channel>",
    kind="past_behaviour",
    state="running",
    reason="",
    zone="Europe/Oslo",
    at_ms=1_774_000_000_000,
    books=BooksView(1_234, 200, 900, {"unreachable": 100, "cap_run": 9}, 25),
    skipped=(
        Skipped("unreachable", 100, "The user has no value for the id."),
        Skipped("cap_run", 9, "The cap of that run was full."),
    ),
    delivered=tuple(Span(1_773_990_000_000 + n * HOUR_MS, 100 * n) for n in range(5)),
    variants=(
        VariantCame("A", 450, 50, 12, ArmView(450, 30, 31, 300_000_000)),
        VariantCame("B", 450, 59, 13, ArmView(450, 60, 66, 900_000_000), won=True),
    ),
    blanks={"Profile.first_name": 41},
    goal=Goal("Order Completed", revenue="total"),
    target=ArmView(900, 90, 97, 1_200_000_000, 88, 4.5),
    control=ArmView(200, 10, 10, 100_000_000, 9, 2.5),
)
TESTED = Finding(
    Result.WON, "B", (Tried("A", 450, 30), Tried("B", 450, 60)), 1_774_000_000_000, None
)


def judged(*findings: Finding) -> Report:
    """Return the report of a campaign whose runs were tests, and what each of them found."""
    runs = tuple(
        RunView(str(n), "done", BooksView(), finding=one)
        for n, one in enumerate(findings or (TESTED,))
    )
    return msgspec.structs.replace(REPORT, runs=runs)


def with_money(control: ArmView) -> Report:
    """Return the report where the control arm brought this."""
    return msgspec.structs.replace(REPORT, control=control)


PAYING = ArmView(200, 40, 44, 100_000_000, 39, 2.5)
"""A control arm of which enough brought something to compare it."""
