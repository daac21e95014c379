"""Showing a report to a person in the terminal."""

from collections.abc import Sequence

from rich.text import Text

from actors.mail_report import Report, Skipped
from actors.mail_views import BooksView
from bot import figures
from bot.report_csv import arms
from clarion.fitting_table import Row, print_bars, print_table
from clarion.printing import say
from clarion.prose import out, safe, tell
from clarion.showing import moment
from clarion.showing_variants import print_blanks
from domain.spans import Span
from domain.zones import local_wall

SPANS_SHOWN_MAX = 31


def print_report(report: Report) -> None:
    """Print all of a report: books, skips, delivery, variants, and what the goal says."""
    console = out()
    tell(console, Text.assemble((safe(report.name), "bold"), f"  {safe(figures.headline(report))}"))
    print_books(report.books)
    if not report.books.qualified:
        say("Nobody has qualified yet.")
    print_skipped(report.skipped)
    if report.delivered:
        print_delivery(report.delivered, report.zone)
    if report.variants:
        _print_variants(report)
    if report.blanks:
        console.print()
        print_blanks(report.blanks)
    if report.goal is not None:
        _print_goal(report)
    console.print()
    tell(
        console,
        Text(
            f"As of {moment(report.at_ms, report.zone)}; times are in {safe(report.zone)}.", "dim"
        ),
    )


def print_books(held: BooksView) -> None:
    """Print where everyone who qualified is."""
    parts = (
        ("Qualified", held.qualified),
        ("= control group", held.control),
        ("+ sent", held.sent),
        ("+ skipped", sum(held.skipped.values())),
        ("+ pending", held.pending),
    )
    print_table(("Books", "Users"), [(name, f"{n:,}") for name, n in parts])


def print_skipped(skipped: Sequence[Skipped]) -> None:
    """Print why some got nothing, the most frequent reason first."""
    if skipped:
        rows = [(Text(safe(one.said)), f"{one.users:,}") for one in skipped]
        print_table(("Why some got nothing", "Users"), rows)


def print_delivery(spans: Sequence[Span], zone: str) -> None:
    """Print the latest spans as bars of characters."""
    shown = spans[-SPANS_SHOWN_MAX:]
    moments = [(local_wall(one.from_ms, zone), one) for one in shown]
    rows = [
        (f"{at:%Y-%m-%d}" if one.days else f"{at:%Y-%m-%d %H:%M}", one.n) for at, one in moments
    ]
    print_bars(("Accepted", "Messages"), rows)
    if len(shown) < len(spans):
        earlier = sum(one.n for one in spans[: len(spans) - len(shown)])
        say(f"Before that {earlier:,} more; `--csv` has all of them.")


def _print_variants(report: Report) -> None:
    headings = ("Variant", "Sent", "Skipped", "Pending", "Users", "Converted", "Rate")
    rows: list[Row] = []
    for one in report.variants:
        came = one.outcome
        counts = (one.sent, one.skipped, one.pending, came.users, came.converted)
        rows.append(
            (
                Text(safe(one.name) + (" (won)" if one.won else ""), "bold" if one.won else ""),
                *(f"{n:,}" for n in counts),
                f"{100 * came.rate.share:.1f} %" if came.users else "",
            )
        )
    print_table(headings, rows)
    for said in figures.findings(report):
        say(said)


def _print_goal(report: Report) -> None:
    assert report.goal is not None, "its caller has asked"
    money = ("Revenue", "A user") if report.goal.revenue else ()
    out().print()
    tell(out(), Text(safe(figures.goal_line(report)), "bold"))
    rows = []
    for name, arm in arms(report):
        if name == "control" and not arm.users:
            continue  # the line below says that there is none
        brought = (f"{arm.revenue / 1_000_000:,.2f}", f"{arm.revenue_per_user:,.2f}")
        rows.append(
            (
                name,
                f"{arm.users:,}",
                f"{arm.converted:,}",
                f"{100 * arm.rate.share:.1f} %",
                *(brought if money else ()),
            )
        )
    print_table(("Group", "Users", "Converted", "Rate", *money), rows, apart=False)
    for line in (figures.lift_line(report), figures.revenue_line(report)):
        if line:
            say(f"{line}.")
