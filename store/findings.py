"""What tests of variants found, by what is known in one transaction; and at a campaign's end.

A campaign may end, by its cap, its date or a stop, before the wait of its test does. Then it is
judged at once by what is known, and for good when the wait is over, as windows of goals go on.
"""

import sqlite3

from domain import phrases
from domain.campaign import Campaign
from domain.finding import Finding, anew, find, told
from domain.variants import AbTest
from store import campaigns, runs, variants
from store.decisions import LIVE
from store.variants import MINUTE_MS, Trial

TOLD_MAX = 5
"""Of the tests of one campaign that its end cuts short, so many are told; the report has all."""


def of_trial(
    conn: sqlite3.Connection,
    campaign: str,
    trial: Trial,
    *,
    at_ms: int,
    until_ms: int | None = None,
    rest: bool = False,
) -> Finding | None:
    """Return what a test found, by the content that its users got; None: it is no test any more."""
    definition = _definition(conn, campaign, trial.run)
    if definition is None or not isinstance(test := definition.variants, AbTest):
        return None
    tallies = variants.tallies(conn, campaign, trial.run)
    return find(test, tallies, at_ms=at_ms, until_ms=until_ms, rest=rest)


def at_the_end(conn: sqlite3.Connection, campaign: str, *, now_ms: int) -> str:
    """Judge every test of a campaign that has just ended, in its transaction; say what was found.

    Empty: it has none that is open, or nobody was in it.
    """
    definition = _definition(conn, campaign, LIVE)
    if definition is None or not isinstance(test := definition.variants, AbTest):
        return ""
    if definition.kind == "live" and variants.taken(conn, campaign):  # it may still take users
        ends_ms = now_ms + test.wait_minutes * MINUTE_MS
        variants.open_test(conn, campaign, LIVE, ends_ms, cut=True)
    said = []
    for trial in variants.undecided(conn, campaign):
        until_ms = max(trial.decide_ms, now_ms)
        found = of_trial(conn, campaign, trial, at_ms=now_ms, until_ms=until_ms)
        if found is not None:
            variants.note(conn, campaign, trial.run, found)
            said.append(named(trial.run, f"{told(found)} {anew(_in(until_ms - now_ms))}"))
    if (more := len(said) - TOLD_MAX) > 0:
        said = [*said[:TOLD_MAX], f"And {more:,} more: the report has them."]
    return "\n".join(said)


def named(run: str, said: str) -> str:
    """Return what is said of a test, with the run that it was of."""
    return said if run == LIVE else f"{said} ({run})"


def _definition(conn: sqlite3.Connection, campaign: str, run: str) -> Campaign | None:
    """Return the content that a run's users got, or a live campaign's; None: it never ran."""
    row = campaigns.find(conn, campaign)
    ran = None if run == LIVE else runs.find(conn, campaign, run)
    published = None if row is None else row.published
    number = published if ran is None else ran.revision
    if number is None:
        return None
    return campaigns.revision_of(conn, campaign, number).definition


def _in(wait_ms: int) -> str:
    minutes = -(-wait_ms // MINUTE_MS)
    return f"in {phrases.duration(max(minutes, 1))}"
