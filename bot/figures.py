"""The numbers of a report in words: in its picture, for who cannot see it, and in Slack's text."""

from collections.abc import Sequence

import msgspec

from actors.mail_report import ArmView, Report
from bot import words
from domain import finding
from domain.brought import Difference, FewPayers, compare_revenue
from domain.finding import Finding
from domain.lift import Lift, NoBase, NotEnough, compare
from domain.spans import Span
from domain.zones import local_wall

VARIANTS_TOLD_MAX = 5
FINDINGS_TOLD_MAX = 3
GOAL_CHARS_MAX = 50
"""So many bold characters of 12 points are as wide as a picture."""
DECIMAL_BELOW = 0.1
"""An interval that ends below 10 % on both sides would be `+0 to +0 %` without a decimal."""


def with_lift(report: Report) -> Report:
    """Return the report with its comparisons, if there is a control group to compare with.

    One of whose users none would have got the message yet is there, and too small.
    """
    if report.target is None or report.control is None:
        return report
    if not has_control(report):
        return report
    arms = report.target, report.control
    counts_money = report.goal is not None and bool(report.goal.revenue)
    return msgspec.structs.replace(
        report,
        compared=compare(*(arm.rate for arm in arms)),
        revenue_compared=compare_revenue(*(arm.brought for arm in arms)) if counts_money else None,
    )


def short(text: str, chars_max: int) -> str:
    """Return the text in at most so many characters."""
    return text if len(text) <= chars_max else f"{text[: chars_max - 1]}…"


def compact(value: float) -> str:
    """Return a number for an axis, where there is little room: `950`, `12k`, `7.5M`."""
    for least, size, letter in (
        (1_000_000_000, 1_000_000_000, "B"),
        (1_000_000, 1_000_000, "M"),
        (10_000, 1_000, "k"),
    ):
        if value >= least:
            return f"{value / size:g}{letter}"
    return f"{value:,.0f}"


def headline(report: Report) -> str:
    """Return the state and the moment of a report: `Running, as of 2026-03-29 09:00, Oslo time`."""
    at = local_wall(report.at_ms, report.zone)
    state = words.STATES.get(report.state, ("", report.state))[1]
    return f"{state}, as of {at:%Y-%m-%d %H:%M}, {time_of(report.zone)}"


def span_label(span: Span, zone: str) -> str:
    """Return when a span begins: `29 Mar` or `29 Mar 09:00`."""
    at = local_wall(span.from_ms, zone)
    day = f"{at.day} {at:%b}"
    return day if span.days else f"{day}\n{at:%H:%M}"


def time_of(zone: str) -> str:
    """Return whose time a zone's is, as people call it: `Oslo time` of `Europe/Oslo`."""
    area, _, city = zone.rpartition("/")
    if not area or area == "Etc":
        return "UTC" if city == "UTC" else zone
    return f"{city.replace('_', ' ')} time"


def spans_title(what: str, spans: Sequence[Span], zone: str) -> str:
    """Return what bars over time are of: `Messages, by the hour, Oslo time`."""
    if not spans:
        return what
    return f"{what}, by the {'day' if spans[0].days else 'hour'}, {time_of(zone)}"


def goal_line(report: Report) -> str:
    """Return what was counted: `Goal: “Order Completed” within 24 hours`."""
    assert report.goal is not None, "only a campaign with a goal compares"
    start, end = "Goal: ", f" within {window(report.goal.window_minutes)}"
    return f"{start}{short(report.goal.event, GOAL_CHARS_MAX - len(start) - len(end))}{end}"


def window(minutes: int) -> str:
    """Return how long a goal's window is."""
    for size, word in ((24 * 60, "day"), (60, "hour"), (1, "minute")):
        if minutes % size == 0:
            return words.count_of(minutes // size, word)
    raise AssertionError("every number of minutes is a whole number of minutes")


def lift_line(report: Report) -> str:
    """Return what the comparison says, in one sentence."""
    match report.compared:
        case Lift(lift=lift, low=low, high=high):
            digits = 0 if max(abs(low), abs(high)) >= DECIMAL_BELOW else 1
            between = f"95 % interval {100 * low:+.{digits}f} to {100 * high:+.{digits}f} %"
            clear = "" if report.compared.is_clear else ", not clear yet"
            return f"Lift {100 * lift:+.1f} %{clear} ({between})"
        case NotEnough(users_min=least):
            return f"Not enough users to compare: {least} are needed in each arm"
        case NoBase():
            return "Nobody in the control group converted: no lift to tell"
        case None if has_control(report):
            return "The comparison could not be made: ask for the report again"
        case None:
            return "Nobody is in a control group: nothing to compare with"


def has_control(report: Report) -> bool:
    """Tell whether there is a control group; its users may all be such as nobody would reach."""
    return bool(report.books.control or (report.control is not None and report.control.users))


def revenue_line(report: Report) -> str:
    """Return what the comparison of revenue says; empty: nothing that is not said of the lift."""
    match report.revenue_compared:
        case Difference(difference=more, low=low, high=high) as found:
            between = f"95 % interval {low:+,.2f} to {high:+,.2f}"
            clear = "" if found.is_clear else ", not clear yet"
            return f"Revenue a user {more:+,.2f}{clear} ({between})"
        case FewPayers(payers_min=least):
            return f"Too few brought revenue to compare it: {least} are needed in each arm"
        case NotEnough() | None:
            return ""


def told(report: Report) -> list[tuple[str, bool]]:
    """Return what the goal says below its rates: each line, and whether it is beyond doubt."""
    if report.target is None:
        return []
    lift, more = report.compared, report.revenue_compared
    lines = [(lift_line(report), isinstance(lift, Lift) and lift.is_clear)]
    if report.goal is not None and report.goal.revenue:
        lines.append((f"Revenue: {money(report.target)}", False))
        if report.control is not None and report.control.users:
            lines.append((f"Control group's: {money(report.control)}", False))
    if said := revenue_line(report):
        lines.append((said, isinstance(more, Difference) and more.is_clear))
    return lines


def rate(arm: ArmView) -> str:
    """Return how many of an arm's users converted: `8.9 % (614 of 6,912)`."""
    return f"{100 * arm.rate.share:.1f} % ({arm.converted:,} of {arm.users:,})"


def money(arm: ArmView) -> str:
    """Return what an arm brought: `1,234.50 in all, 1.23 a user`."""
    return f"{arm.revenue / 1_000_000:,.2f} in all, {arm.revenue_per_user:,.2f} a user"


def findings(report: Report) -> list[str]:
    """Return what the latest tests of variants found, a sentence or two each, the last first."""
    found = [(run.run, run.finding) for run in report.runs if run.finding is not None]
    several = len(found) > 1
    return [
        (f"Run {run}: " if several else "") + _finding(one, report.zone)
        for run, one in found[: -FINDINGS_TOLD_MAX - 1 : -1]
    ]


def latest_finding(report: Report) -> str:
    """Return what the latest test of variants found, without its figures; empty: there is none."""
    found = [run.finding for run in report.runs if run.finding is not None]
    return _finding(found[-1], report.zone, figures=False) if found else ""


def _finding(found: Finding, zone: str, *, figures: bool = True) -> str:
    said = finding.told(found) if figures else finding.head(found)
    if found.until_ms is None:
        return said
    at = local_wall(found.until_ms, zone)
    return f"{said} " + finding.anew(f"at {at:%Y-%m-%d %H:%M}")


def alt_text(report: Report) -> str:
    """Return the picture in words, for a screen reader."""
    held = report.books
    parts = (
        f"{held.qualified:,} qualified",
        f"{held.sent:,} sent",
        f"{held.control:,} control",
        f"{sum(held.skipped.values()):,} skipped",
        f"{held.pending:,} pending",
    )
    said = [f"{report.name}: {', '.join(parts)}."]
    if report.target is not None:
        said.append(
            f"Of {report.target.users:,} users {report.target.converted:,} reached the goal."
        )
        said += [f"{line}." for line in (lift_line(report), revenue_line(report)) if line]
        said += [
            f"Variant {one.name}: {one.outcome.rate.share:.1%} of {one.outcome.users:,} users."
            for one in report.variants[:VARIANTS_TOLD_MAX]
        ]
    said += findings(report)[:1]
    return " ".join(said)
