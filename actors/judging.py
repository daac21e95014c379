"""What a live campaign knows by its definition alone: whom it fits, and what becomes of a user.

Asked when an event comes, and again when what it let wait falls due.
"""

import logging
import sqlite3
from collections.abc import Collection, Sequence

from msgspec import structs

from actors.context import Context
from actors.isolation import Broken
from actors.page import Known, know
from actors.robots import EVENTS_MAX, Question, Robots
from domain import matching
from domain.assignment import assign
from domain.campaign import Campaign
from domain.facts import User
from domain.looking_back import since_by_name
from domain.matching import History
from domain.message_id import message_id
from domain.saved import list_names
from domain.timer import Wait
from domain.verdict import Verdict, judge
from domain.zones import day_key
from store import admission, memberships
from store.admission import Decision
from store.poison import Poison

STEP = "1"
_log = logging.getLogger(__name__)


class Judging:
    """One campaign's definition, prepared."""

    def __init__(self, campaign: str, definition: Campaign, context: Context) -> None:
        self._id = campaign
        self.definition = definition
        self._context = context
        self._matches = matching.compile_node(definition.who)
        self._robots = Robots(self._matches, context.store, context.zone)
        self._lists = list_names(definition.who)

    def know(
        self, conn: sqlite3.Connection, who: Collection[str], *, upto: int, now_ms: int
    ) -> Known:
        """Read users, and of what they did as much as the audience asks, up to a place in the log.

        What is older than it asks about now stays unread: some have done it very often. A list
        counts as it is now: a live campaign has no run that would keep another.
        """
        lists = memberships.required(conn, self._lists)
        needs = since_by_name(self.definition.who, now_ms=now_ms, zone=self._context.zone)
        return know(conn, who, needs, upto=upto, lists=lists, most=EVENTS_MAX)

    def fits(self, user: User, history: History, *, now_ms: int) -> bool:
        """Whether the user is in the audience."""
        return self._matches(user, history, now_ms, self._context.zone)

    async def ask(self, known: Known, questions: Sequence[Question]) -> Known:
        """Ask the log whether those fit whose past was too long to be read; add the answers."""
        about = [one for one in questions if one.user in known.robots - known.broken.keys()]
        if not about:
            return known
        return structs.replace(known, fits=await self._robots.ask(known.users, about))

    def answer(self, known: Known, user: User, one: Question) -> bool | Broken:
        """Return whether a user fits, by the history that was read or by what the log answered."""
        if user.user in known.robots:
            return known.fits[one.about]
        history = [e for e in known.history.get(user.user, ()) if e.seq <= one.upto_seq]
        return self.fits(user, history, now_ms=one.now_ms)

    def verdict(self, user: User, *, now_ms: int) -> Verdict:
        """Decide about a user who qualifies now."""
        return judge(
            self._id,
            self.definition,
            user,
            now_ms=now_ms,
            account_zone=self._context.zone,
            controls=self._context.controls,
        )

    def variant(self, user: User) -> str:
        """Return which content the user gets, where a test does not take turns."""
        return assign(self._id, self.definition, user)

    def decision(
        self,
        user: str,
        occurrence: str,
        event_seq: int,
        verdict: Verdict | Wait,
        *,
        now_ms: int,
        fell_due_ms: int | None = None,
        variant: str = "",
        zone: str = "",
    ) -> Decision:
        """Return a decision about what one event began; `occurrence` is the event's own id."""
        return Decision(
            message_id=message_id(
                self._context.install_key,
                campaign=self._id,
                run=admission.LIVE,
                user=user,
                step=STEP,
                occurrence=occurrence,
            ),
            user=user,
            occurrence=occurrence,
            event_seq=event_seq,
            verdict=verdict,
            day=day_key(now_ms, self._context.zone),
            fell_due_ms=fell_due_ms,
            variant=variant,
            zone=zone,
        )

    def poison(self, seq: int, user: str, broken: Broken, *, now_ms: int) -> Poison:
        """Return an event that is to be set aside, with an error id that the log has too."""
        error_id = self._context.error_id()
        _log.error(
            "campaign %s sets the event at %d aside: %s %s, error %s",
            self._id,
            seq,
            broken.error,
            broken.where,
            error_id,
        )
        return Poison(self._id, seq, user, broken.error, error_id, now_ms)
