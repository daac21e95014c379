"""A rehearsal: the engine itself, on a scratch database, in virtual time, and nothing leaves it.

It runs in a process of its own (`python -m clarion.rehearsing`), which reads what to play on its
standard input and writes a line of JSON for each step of progress, and at the end the answer.
Of the real folder it reads the database, read-only and for seconds; it writes in a folder of its
own, which it removes.
"""

import logging
import os
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec
import trio

from actors.mail import Refused
from actors.mail_rehearsal import FEWER_DAYS, Progress, Rehearsed
from clarion.rehearsal_play import Play
from clarion.rehearsal_stage import Stage
from clarion.virtual_clock import VirtualClock
from domain import rehearsal
from domain.campaign import Campaign
from domain.frequency import remembered_ms
from domain.may_fit import may_fit
from domain.periods import DAY_MS
from store import campaigns, delivered, revisions, scratch
from store.database import DATABASE_NAME
from store.others import Wanted
from store.scratch import TooMuch

NICE = 10
"""The daemon's own work goes first."""


def rehearse(play: Play, tell: Callable[[Progress], object]) -> Rehearsed | Refused:
    """Play it, in this process; `tell` hears how far it is."""
    source = Path(play.folder) / DATABASE_NAME
    if not source.exists():
        return Refused(
            what=f"{source} is not there.", fix="Name the daemon's folder of data with --data."
        )
    found = _find(source, play)
    if isinstance(found, Refused):
        return found
    known_as, campaign = found
    until_ms = play.now_ms
    from_ms = until_ms - play.days * DAY_MS
    shifted = rehearsal.rehearsed(
        campaign, from_ms=from_ms, until_ms=until_ms, account_zone=play.zone
    )
    with tempfile.TemporaryDirectory(prefix="play-", dir=play.scratch or None) as name:
        folder = Path(name)
        copied = scratch.make(
            folder,
            source,
            names=rehearsal.event_names(campaign),
            triggers=rehearsal.trigger_names(campaign) if campaign.kind == "live" else (),
            since_ms=from_ms,
            until_ms=until_ms,
            wanted=_wanted(play, known_as, campaign),
            but_of=known_as,
            may_fit=may_fit(campaign.who),
        )
        if isinstance(copied, TooMuch):
            return Refused(
                what=f"There are {copied.n:,} {copied.what} to play; at most {copied.most:,} are"
                " possible.",
                fix=FEWER_DAYS,
            )
        stage = Stage(folder, play, shifted, copied, from_ms, known_as, tell)
        answer = trio.run(stage.run, clock=VirtualClock())
        answer = _beside_others(answer, source, play, known_as, shifted)
        notes = (*answer.notes, *_notes(campaign, shifted, play.zone))
        return msgspec.structs.replace(answer, name=campaign.name, notes=notes)


def _find(source: Path, play: Play) -> tuple[str, Campaign] | Refused:
    """Return the id and the whole definition of what is meant; an id that is none yet is ""."""
    conn = sqlite3.connect(f"file:{source}?mode=ro", uri=True)
    try:
        row = campaigns.find(conn, play.name)
        if play.definition is not None:
            whole = revisions.whole(conn, play.definition)
            return ("" if row is None else row.id), whole
        if row is None:
            return Refused(
                what=f"There is no campaign “{play.name}”.",
                fix="`clarion campaign list` shows the names.",
            )
        return row.id, campaigns.revision_of(conn, row.id, row.revision).whole
    finally:
        conn.close()


def _wanted(play: Play, known_as: str, campaign: Campaign) -> Wanted | None:
    """Return which messages of other campaigns count; None: no limit asks for any."""
    house = play.house
    if not house.bind_users or campaign.limits.ignore_global:
        return None
    return Wanted(known_as, remembered_ms(house.rules, house.dwell_minutes))


def _beside_others(
    answer: Rehearsed, source: Path, play: Play, known_as: str, campaign: Campaign
) -> Rehearsed:
    """Add what other campaigns sent in the same hours: they share the pace and the throttle."""
    conn = sqlite3.connect(f"file:{source}?mode=ro", uri=True)
    try:
        sent = delivered.of_others(conn, known_as, since_ms=answer.from_ms)
    finally:
        conn.close()
    found = rehearsal.fullest(answer.by_hour, ((one.from_ms, one.n) for one in sent))
    if found is None:
        return answer
    span, others = found
    shared = rehearsal.shared_max(
        campaign, play.house, messages_per_second=play.pace.messages_per_second
    )
    return msgspec.structs.replace(answer, fullest=span, fullest_others=others, shared_max=shared)


def _notes(campaign: Campaign, shifted: Campaign, zone: str) -> tuple[str, ...]:
    """Say what of the definition was moved into the past."""
    was, now = campaign.when, shifted.when
    if campaign.kind == "live" or (was.start, was.dates) == (now.start, now.dates):
        return ()
    begins = min(now.dates, default=now.start).replace("T", " ")
    return (f"Its schedule was moved into the past: it begins on {begins} ({now.zone or zone})",)


def main() -> None:
    """Read what to play, and write lines: progress, and at the end the answer."""
    logging.disable(logging.CRITICAL)  # what goes wrong in a rehearsal is in its answer
    os.nice(NICE)

    def line(value: object) -> None:
        sys.stdout.buffer.write(msgspec.json.encode(value) + b"\n")
        sys.stdout.buffer.flush()

    line(rehearse(msgspec.json.decode(sys.stdin.buffer.read(), type=Play), line))


if __name__ == "__main__":
    main()
