"""Showing campaigns to a person: the list, one campaign whole, and the estimated reach."""

from collections.abc import Iterable, Sequence
from functools import partial

from rich import box
from rich.table import Table
from rich.text import Text

from actors.mail import BooksView, CampaignLine, CampaignView, RunView
from bot.rehearsal_words import line_of
from clarion.printing import say
from clarion.prose import out, safe, tell
from clarion.showing_estimate import print_estimate
from clarion.showing_variants import print_blanks, print_variants
from domain import waits
from domain.campaign import Campaign, Limits
from domain.slots import Slot
from domain.summary import summary
from domain.telling_saved import tell_saved
from domain.telling_trigger import tell_waiting
from domain.telling_when import tell_run
from domain.zones import local_wall

HASH_CHARS_SHOWN = 12
WIDE_CHARS = 100
"""From this width on, the list has room for the author."""
WIDEST_CHARS = 140
"""And from this one on for its next run and its last message."""

RUNS_SHOWN_MAX = 10

_BY_PEOPLE = frozenset(
    {"edit", "submit", "approve", "request_changes", "publish", "pause", "resume", "stop"}
)
"""The actions that a person may take; the others are the engine's own."""
_STYLES = {
    "running": "green",
    "completed": "green",
    "in_review": "yellow",
    "approved": "cyan",
    "scheduled": "cyan",
    "awaiting_next_run": "cyan",
    "paused": "yellow",
    "rejected": "yellow",
    "blocked": "bold red",
    "faulted": "bold red",
}


def print_list(campaigns: Iterable[CampaignLine], zone: str) -> None:
    """Print every campaign as a row. Times are shown in the account's zone."""
    rows = list(campaigns)
    if not rows:
        say("There is no campaign yet. `clarion campaign draft FILE --as ID` makes one.")
        return
    console = out()
    wide = console.width >= WIDE_CHARS
    by = ["By"] if wide else []
    times = ["Next run", "Last message"] if console.width >= WIDEST_CHARS else []
    table = _table("Name", "State", *by, "Qualified", "Sent", "Pending", *times, "Changed")
    for row in rows:
        table.add_row(
            Text(safe(row.name), "bold"),
            _state(row.state),
            *([Text(safe(row.author))] if wide else []),
            *_numbers(row.books.qualified, row.books.sent, row.books.pending),
            *([_at(row.next_ms, zone), _at(row.last_ms, zone)] if times else []),
            Text(moment(row.updated_ms, zone)),
        )
    console.print(table)


def print_campaign(view: CampaignView, zone: str) -> None:
    """Print one campaign: where it stands, what it says, whom it would reach and what it did."""
    out().print(
        Text.assemble((safe(view.name), "bold"), f"  {_words(view.kind)}  ", _state(view.state))
    )
    facts = _facts()
    if view.reason:
        facts.add_row("Because", _words(safe(view.reason)))
    facts.add_row("Author", safe(view.author))
    others = [who for who in view.editors if who != view.author]
    if others:
        facts.add_row("Edited by", safe(", ".join(others)))
    facts.add_row("Revision", f"{view.revision}, content {view.hash[:HASH_CHARS_SHOWN]}")
    if view.approved_by:
        facts.add_row("Approved by", safe(view.approved_by))
    if view.published_ms is not None:
        facts.add_row("Published", f"{moment(view.published_ms, zone)}, revision {view.published}")
    facts.add_row("Changed", f"{moment(view.updated_ms, zone)} ({safe(zone)})")
    if view.amends:
        facts.add_row("Asked for", f"this; until then it runs by revision {view.published}")
    if possible := [_words(action) for action in view.allowed if action in _BY_PEOPLE]:
        facts.add_row("Possible", ", ".join(possible))
    out().print(facts)
    reach = None if view.estimate is None else view.estimate.expected
    print_summary(view.definition, zone, view.next_runs, caps=view.caps, reach=reach)
    for use in view.audiences:
        heading, text = tell_saved(use.name, use.who, version=use.version, latest=use.latest)
        out().print()
        out().print(Text.assemble((safe(heading), "dim"), "\n", safe(text)))
    _print_outlook(view, zone)
    _print_waits(view, zone)
    _print_for_a_decision(view)
    if view.runs:
        if len(view.runs) > RUNS_SHOWN_MAX:
            out().print()
            say(f"The last {RUNS_SHOWN_MAX} of {len(view.runs):,} runs; `--json` has all.")
        _print_runs(view.runs[-RUNS_SHOWN_MAX:], zone)
        _print_skipped(view.books)
        print_blanks(view.blanks)


def _print_outlook(view: CampaignView, zone: str) -> None:
    """Print whom it would reach, and what it would have done lately."""
    if view.estimate is not None:
        print_estimate(view.estimate)
    if view.rehearsal is not None:
        out().print()
        say(f"{line_of(view.rehearsal, zone)}.")


def _print_for_a_decision(view: CampaignView) -> None:
    """Print what differs from what was last approved, and the cautions, the gravest first."""
    if (since := view.since) is not None and since.changes:
        facts = _facts()
        for label, text in since.changes:
            facts.add_row(safe(label), safe(text))
        by = f", approved by {since.by}" if since.by else ""
        out().print()
        out().print(Text(safe(f"Changed since revision {since.revision}{by}"), "bold"))
        out().print(facts)
    for caution in view.cautions:
        tell(out(), Text(safe(caution)), lead=Text("! ", "bold yellow"))


def _print_waits(view: CampaignView, zone: str) -> None:
    """Print what pending messages wait for, and who waits before there is a message."""
    if view.waiting or view.waits:
        out().print()
    for wait in view.waits:
        out().print(f"{waits.tell(wait, partial(moment, zone=zone))}.", soft_wrap=True)
    if view.waiting:
        out().print(safe(tell_waiting(view.waiting, view.next_due_ms, zone)), soft_wrap=True)


def print_summary(
    campaign: Campaign,
    zone: str,
    next_runs: Sequence[Slot] = (),
    *,
    caps: Limits | None = None,
    reach: int | None = None,
) -> None:
    """Print what a definition says, in plain English, and when it runs next."""
    facts = _facts()
    for label, text in summary(campaign, zone, caps, reach=reach):
        facts.add_row(label, safe(text))
    if next_runs:
        label = "Next run" if len(next_runs) == 1 else "Next runs"
        facts.add_row(label, "\n".join(map(tell_run, next_runs)))
    out().print()
    out().print(facts)


def moment(ms: int, zone: str) -> str:
    """Return an instant as the wall shows it in a zone: `2026-03-29 09:00`."""
    return local_wall(ms, zone).strftime("%Y-%m-%d %H:%M")


def _at(ms: int | None, zone: str) -> Text:
    return Text("-" if ms is None else moment(ms, zone))


def _print_runs(runs: Iterable[RunView], zone: str) -> None:
    """Print each run on lines of its own: its name is long, and people copy it."""
    for run in runs:
        books = run.books
        head = Text.assemble(("Run ", "dim"), (safe(run.run), "bold"), "  ", _state(run.state))
        if run.safety_limit is not None:
            head += Text(f"  safety limit {run.safety_limit:,}", "dim")
        out().print()
        out().print(head, soft_wrap=True)
        counts = {
            "control": books.control,
            "sent": books.sent,
            "skipped": sum(books.skipped.values()),
            "pending": books.pending,
        }
        parts = ", ".join(f"{n:,} {word}" for word, n in counts.items())
        say(f"  {max(run.qualified, books.qualified):,} qualified: {parts}")
        print_variants(run, zone)


def _print_skipped(books: BooksView) -> None:
    if books.skipped:
        reasons = ", ".join(f"{_words(why)} {n:,}" for why, n in sorted(books.skipped.items()))
        say(f"Skipped: {reasons}")


def _table(*headings: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for i, heading in enumerate(headings):
        number = heading in {"Qualified", "Sent", "Pending"}
        table.add_column(
            heading,
            justify="right" if number else "left",
            no_wrap=number or heading in {"State", "Changed", "Next run", "Last message"},
            overflow="fold",
            min_width=12 if i == 0 else None,
        )
    return table


def _facts() -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, style="dim", min_width=14)
    table.add_column(overflow="fold")
    return table


def _numbers(*numbers: int) -> list[str]:
    return [f"{number:,}" for number in numbers]


def _state(state: str) -> Text:
    return Text(_words(state), _STYLES.get(state, ""))


def _words(text: str) -> str:
    return text.replace("_", " ")
