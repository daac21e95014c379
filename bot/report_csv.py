"""A report for a spreadsheet: one tidy table of what is measured."""

import csv
import io
from collections.abc import Iterator

from actors.mail_report import ArmView, Report
from bot import figures
from domain.brought import Difference, FewPayers
from domain.lift import Lift, NoBase, NotEnough
from domain.spreadsheet import guard
from domain.zones import local_wall

COLUMNS = ("part", "name", "measure", "value")
_RESULTS: dict[type, str] = {
    Lift: "found",
    Difference: "found",
    NotEnough: "not_enough_users",
    NoBase: "nobody_of_control_converted",
    FewPayers: "too_few_brought_revenue",
}


def to_csv(report: Report) -> str:
    """Return the report as one tidy table: a part, a name in it, what is measured, its value."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for part, name, measure, value in _cells(report):
        writer.writerow((part, guard(name), measure, value))
    return text.getvalue()


def _cells(report: Report) -> Iterator[tuple[str, str, str, object]]:
    held = report.books
    yield "campaign", report.name, "id", report.id
    yield "campaign", report.name, "state", report.state
    yield "campaign", report.name, "as_of_ms", report.at_ms
    for measure in ("qualified", "control", "sent", "pending"):
        yield "books", "", measure, getattr(held, measure)
    for one in report.skipped:
        yield "skipped", one.reason, "users", one.users
    for span in report.delivered:
        wall = local_wall(span.from_ms, report.zone)
        yield "delivered", f"{wall:%Y-%m-%dT%H:%M}", "day" if span.days else "hour", span.n
    for each in report.variants:
        for measure in ("sent", "skipped", "pending"):
            yield "variant", each.name, measure, getattr(each, measure)
        for measure in ("users", "converted", "conversions"):
            yield "variant", each.name, measure, getattr(each.outcome, measure)
        yield "variant", each.name, "revenue", each.outcome.revenue / 1_000_000
    yield from _tests(report)
    for name, n in report.blanks.items():
        yield "blank", name, "messages", n
    for name, arm in arms(report):
        for measure in ("users", "converted", "conversions"):
            yield "arm", name, measure, getattr(arm, measure)
        yield "arm", name, "revenue", arm.revenue / 1_000_000
        for measure in ("revenue_per_user", "payers", "deviation"):
            yield "arm", name, measure, getattr(arm, measure)
    yield from _compared(report)


def _compared(report: Report) -> Iterator[tuple[str, str, str, object]]:
    """Yield what the comparisons found, in one word and in a sentence, and their numbers."""
    if report.goal is None:
        return
    lift, more = report.compared, report.revenue_compared
    none = "not_made" if figures.has_control(report) else "no_control_group"
    yield "lift", "target", "result", _RESULTS.get(type(lift), none)
    yield "lift", "target", "said", figures.lift_line(report)
    if isinstance(lift, Lift):
        for measure in ("lift", "low", "high"):
            yield "lift", "target", measure, getattr(lift, measure)
    if report.goal.revenue:
        yield "revenue", "target", "result", _RESULTS.get(type(more), none)
        yield "revenue", "target", "said", figures.revenue_line(report) or figures.lift_line(report)
    if isinstance(more, Difference):
        for measure in ("difference", "low", "high"):
            yield "revenue", "target", measure, getattr(more, measure)


def arms(report: Report) -> Iterator[tuple[str, ArmView]]:
    """Yield the arms of the comparison that there are, by their names."""
    for name, arm in (("target", report.target), ("control", report.control)):
        if arm is not None:
            yield name, arm


def _tests(report: Report) -> Iterator[tuple[str, str, str, object]]:
    for run in report.runs:
        if run.finding is not None:
            yield "test", run.run, "result", run.finding.result
            yield "test", run.run, "best", guard(run.finding.best)
            for tried in run.finding.of:
                yield "test", f"{run.run} {tried.name}", "users", tried.users
                yield "test", f"{run.run} {tried.name}", "converted", tried.converted
