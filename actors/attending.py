"""What needs somebody now: gathered from what is stored, from delivery, and from the clock.

Each is what an alert has told of, or what no alert tells because it only lasts; here it stands as
long as it is so.
"""

import sqlite3
from collections.abc import Callable, Iterator
from functools import partial

from msgspec import Struct

from actors import pressure
from actors.context import Context
from actors.mail_attention import Attention, Need
from actors.pending import Holds
from actors.timekeeper import Timekeeper
from actors.verifying import Verifying
from domain.alert_text import CHECK_THE_KEY, EACH_OF_THEM, EVERYTHING_WAITS
from domain.review import PAUSED_BY_PEOPLE, PUBLISHED, RAISE_REQUESTED, State
from store import acts, attention, campaigns
from store.announcements import Buttons

LONG_MS = 5 * 60 * 1_000
"""So long Segment may take nothing before somebody has to look: it is often over sooner."""
MISSED_MS = 7 * 24 * 60 * 60 * 1_000
"""So long a missed run is shown that nothing has followed."""


class _Around(Struct, frozen=True):
    """What is so beside what is stored. `clock`: it has leapt."""

    holds: Holds
    over: tuple[str, ...]
    clock: Need | None
    now_ms: int


class Attending:
    """Answers what needs somebody, for the desk."""

    def __init__(
        self,
        context: Context,
        verifying: Verifying,
        timekeeper: Timekeeper,
        *,
        holds: Callable[[], Holds],
    ) -> None:
        self._context = context
        self._verifying = verifying
        self._timekeeper = timekeeper
        self._holds = holds

    async def answer(self) -> Attention:
        """Return all of it, from one snapshot."""
        around = _Around(
            holds=self._holds(),
            over=self._context.over(),
            clock=self._clock(),
            now_ms=self._context.clock.now_ms(),
        )
        return await self._context.store.read(partial(self._read, around=around))

    def _clock(self) -> Need | None:
        if not (leap := self._timekeeper.leap):
            return None
        return Need("clock", self._timekeeper.show().message, buttons=Buttons.CLOCK.about(leap))

    def _read(self, conn: sqlite3.Connection, around: _Around) -> Attention:
        needs = (
            *self._of_all(around),
            *_held(conn),
            *_by_state(conn),
            *_missed(conn, around.now_ms),
            *_aside(conn),
            *self._unseen(conn, around),
        )
        return Attention(needs)

    @staticmethod
    def _of_all(around: _Around) -> Iterator[Need]:
        """Yield what holds up every campaign."""
        if around.clock is not None:
            yield around.clock
        yield from _segment(around.holds, around.now_ms)
        for name in around.over:
            happened, done, to_do = pressure.told(name)
            buttons = Buttons.LOAD.about() if name in pressure.BY_PAUSING else ""
            yield Need("load", happened, done, to_do, about=name, buttons=buttons)

    def _unseen(self, conn: sqlite3.Connection, around: _Around) -> Iterator[Need]:
        """Yield that nobody has seen a test event arrive, once something may be sent."""
        if around.holds.refused or self._verifying.is_verified(conn):
            return
        if any(row.state in PUBLISHED for row in campaigns.everyone(conn)):
            yield Need(
                "unseen",
                "Nobody has seen a test event arrive in Segment.",
                "campaigns send all the same; Segment says yes to a wrong key too.",
                "send one, and look in Segment's debugger whether it is there.",
                buttons=Buttons.SEGMENT.about(),
            )


def _segment(holds: Holds, now_ms: int) -> Iterator[Need]:
    """Yield what keeps Segment from taking messages: a wrong key at once, all else if it lasts."""
    since_ms = holds.since_ms or None
    lasts = since_ms is not None and now_ms - since_ms >= LONG_MS
    done = f"{EVERYTHING_WAITS}, and Clarion tries again and again."
    if holds.refused:
        yield Need(
            "refused",
            "Segment refuses Clarion's requests: the write key or the address is wrong.",
            f"{EVERYTHING_WAITS}.",
            f"{CHECK_THE_KEY}.",
            buttons=Buttons.SEGMENT.about(),
            since_ms=since_ms,
        )
    elif lasts and holds.away:
        yield Need(
            "away",
            "Segment cannot be reached.",
            done,
            "whoever runs Clarion sees whether it is Segment (status.segment.com) or the network.",
            buttons=Buttons.SEGMENT.about(),
            since_ms=since_ms,
        )
    elif lasts:
        yield Need(
            "slowed",
            "Segment has taken nothing for minutes: it asks for less (status 429), or it fails.",
            done,
            "pause what can wait, or have whoever runs Clarion lower messages_per_second.",
            buttons=Buttons.LOAD.about(),
            since_ms=since_ms,
        )


def _held(conn: sqlite3.Connection) -> Iterator[Need]:
    for run in attention.held(conn):
        asked = run.reason == RAISE_REQUESTED
        yield Need(
            "held",
            f"{run.qualified:,} users qualify, the safety limit is {run.safety_limit:,}.",
            "the run has not started, and nobody has been messaged by it.",
            "a second person approves the higher limit, or one of the other answers is given."
            if asked
            else "send to some at random, raise the limit, skip this run, or stop the campaign.",
            campaign=run.campaign,
            name=run.name,
            about=run.run,
            since_ms=run.since_ms,
        )


def _by_state(conn: sqlite3.Connection) -> Iterator[Need]:
    """Yield the campaigns that stand still without anybody's doing; `happened` is the reason."""
    rows = [row for row in campaigns.everyone(conn) if not row.archived]
    for row in sorted(rows, key=lambda row: row.state is not State.FAULTED):
        faulted = row.state is State.FAULTED
        if faulted or (row.state is State.PAUSED and row.reason not in PAUSED_BY_PEOPLE):
            yield Need(
                "faulted" if faulted else "halted",
                row.reason,
                "it sends nothing; all other campaigns go on.",
                "see why, then resume it or stop it.",
                campaign=row.id,
                name=row.name,
                buttons=acts.resume_buttons(conn, row.id),
                since_ms=row.updated_ms,
            )


def _missed(conn: sqlite3.Connection, now_ms: int) -> Iterator[Need]:
    for found in attention.missed(conn, since_ms=now_ms - MISSED_MS):
        if found.runs == 1:
            happened = f"The run of {found.last} was missed: its time passed."
        else:
            happened = f"{found.runs:,} runs were missed, the last of them {found.last}."
        yield Need(
            "missed",
            happened,
            "nobody was messaged by it." if found.runs == 1 else "nobody was messaged by them.",
            "draft it again with a new time, or put it into the archive."
            if found.over
            else "see when it runs next.",
            campaign=found.campaign,
            name=found.name,
            buttons=Buttons.AGAIN.about() if found.over else "",
            since_ms=found.due_ms,
        )


def _aside(conn: sqlite3.Connection) -> Iterator[Need]:
    for found in attention.set_aside(conn):
        what = "message or event waits" if found.n == 1 else "messages or events wait"
        yield Need(
            "aside",
            f"{found.n:,} {what} for a person.",
            "none of them is sent or considered by itself; all others go on.",
            f"try them again, or drop them; {EACH_OF_THEM}.",
            campaign=found.campaign,
            name=found.name,
            buttons=Buttons.ASIDE.about(),
            since_ms=found.since_ms,
        )
