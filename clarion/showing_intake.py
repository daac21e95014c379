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
DATE_CHARS = 10
"""So that a moment breaks between its day and its time, and nowhere else."""


def print_intake(intake: Intake, zone: str) -> None:
    """Print what came in since the first start. Times are shown in the account's zone."""
    _print_sources(intake, zone)
    if intake.zones:
        say(f"Time zones that nobody knows; these users count in {zone}:")
        for line in intake.zones:
            tell(out(), Text(f"{safe(line.said)}: {line.users:,}"), lead="  ")
        if intake.more_zones:
            say("There are more, less frequent ones.")
    _print_kept(intake, zone)
    if intake.refused:
        say("Requests that were turned away since the daemon started; nothing of them was kept:")
        for each in intake.refused:
            at = moment(each.latest_ms, zone)
            tell(out(), Text(f"{each.status}, {each.n:,}: {each.why}; last {at}"), lead="  ")


def _print_kept(intake: Intake, zone: str) -> None:
    """Say since when events are kept, unless all of them always were."""
    days, since_ms = intake.keep_events_days, intake.kept_since_ms
    if not days and since_ms is None:
        return
    kept = f"Events are kept for {days:,} days" if days else "Events are kept for ever"
    since = "none has left yet" if since_ms is None else f"since {moment(since_ms, zone)}"
    first = "; the first of each event that a user did stays for ever" if since_ms else ""
    say(f"{kept}, {since}{first}.")
    if intake.kept_longer_for:
        name = safe(intake.kept_longer_for)
        say(
            f"It is longer than config.toml says, because “{name}” looks back so far: when it is"
            " over, the next start keeps them for less."
        )


def _is_told(intake: Intake, what: str) -> bool:
    """Whether a column says anything: what never happened takes no room on a narrow screen."""
    return what == "accepted" or any(source.counts.get(what) for source in intake.sources)


def _room(intake: Intake, what: str) -> int:
    """Return the width at which neither a number nor a word of the heading is broken."""
    numbers = (f"{source.counts.get(what, 0):,}" for source in intake.sources)
    return max(map(len, (*numbers, *COLUMNS[what].split())))


def _print_sources(intake: Intake, zone: str) -> None:
    if not intake.sources:
        say("Nothing has come in yet.")
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    table.add_column("Source", overflow="fold")
    shown = [what for what in COLUMNS if _is_told(intake, what)]
    for what in shown:
        table.add_column(COLUMNS[what], justify="right", min_width=_room(intake, what))
    table.add_column("Last heard", min_width=DATE_CHARS)
    for source in intake.sources:
        counts = (f"{source.counts.get(what, 0):,}" for what in shown)
        table.add_row(
            Text(safe(source.name), "bold"), *counts, Text(moment(source.latest_ms, zone))
        )
    out().print(table)
    if too_old := sum(source.counts.get("too_old", 0) for source in intake.sources):
        say(f"{too_old:,} events happened before those that are kept, and were not taken.")
    if broken := sum(source.counts.get("broken", 0) for source in intake.sources):
        say(
            f"{broken:,} profile records stand in the log only: the stored profiles of their users"
            " cannot be read. The daemon's log names their places.",
            "yellow",
        )
