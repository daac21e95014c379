"""A safety limit holds a run or pauses a campaign: a letter to its author, beside the alert."""

import sqlite3

from store import announcements, campaigns, letters
from store.campaigns import CampaignRow
from store.runs import Run


def held(
    conn: sqlite3.Connection, run: Run, qualified: int, limit: int, *, letter: bool, now_ms: int
) -> None:
    """Ask for both in the transaction that holds the run; no letter where none are sent."""
    announcements.add(conn, "alert", run.campaign, subject=run.run, now_ms=now_ms)
    if not letter:
        return
    row = campaigns.find(conn, run.campaign)
    assert row is not None, "a campaign whose run is held exists"
    definition = campaigns.revision_of(conn, row.id, run.revision).definition
    slot = run.run.replace("T", " ").replace("[", " ").rstrip("]")
    later = ""
    if definition.when.repeat is not None or len(definition.when.dates) > 1:
        waits = definition.limits.stop_on_block
        later = " Later runs wait for the answer." if waits else " Later runs happen all the same."
    body = f"""\
The run of {slot} of “{row.name}” is held by its safety limit.

What happened: {qualified:,} users qualify (control groups included); the limit is {limit:,}.
What was done: the run has not started. Nobody has been messaged by it.{later}
What to do: answer the alert in Slack, in the channel for alerts. One can send to a random
{limit:,}, raise the limit (which somebody else approves), skip this run, or stop the campaign.

On the command line it is one of:
  clarion campaign sample {row.id} --run "{run.run}" --n {limit} --as ID
  clarion campaign raise-limit {row.id} --run "{run.run}" --limit N --as ID
  clarion campaign skip-run {row.id} --run "{run.run}" --as ID
  clarion campaign stop {row.id} --as ID

You get this because the campaign is yours. It is sent once.
"""
    subject = f"“{row.name}” is held: {qualified:,} users qualify, the safety limit is {limit:,}"
    letters.add(conn, who=row.author, campaign=row.id, subject=subject, body=body, now_ms=now_ms)


def surged(conn: sqlite3.Connection, row: CampaignRow, limit: int, *, now_ms: int) -> None:
    """Ask for a letter in the transaction that pauses a live campaign too many qualify for."""
    body = f"""\
“{row.name}” has paused itself, by its safety limit for an hour.

What happened: more than {limit:,} users qualified within an hour, which is its limit.
What was done: it is paused. Whoever was within the limit has been decided about; nothing more of
it is sent.
What to do: answer the alert in Slack, in the channel for alerts. Resume lets as many more qualify
within an hour from then on; stop ends the campaign for ever.

On the command line it is one of:
  clarion campaign resume {row.id} --as ID
  clarion campaign stop {row.id} --as ID

You get this because the campaign is yours. It is sent once each time that this happens.
"""
    subject = f"“{row.name}” has paused itself: over {limit:,} users qualified within an hour"
    letters.add(conn, who=row.author, campaign=row.id, subject=subject, body=body, now_ms=now_ms)
