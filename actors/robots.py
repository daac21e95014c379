"""Robots: users who did so much that a campaign asks the log about them, and reads no whole past.

An id that many share, and a script that never sleeps, have a hundred thousand events of a name. A
question about such a user reads what decides it, on the reads' long connection; what must be
counted whole is counted once and carried on.
"""

import sqlite3
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import partial

from msgspec import Struct

from actors.isolation import Broken, apart
from domain.facts import User
from domain.matching import Matcher
from domain.past import Memory
from store import identities, retention
from store.database import Database
from store.past import Logged

EVENTS_MAX = 1_000
"""Whoever did an event more often, as far back as is asked, is a robot."""
REMEMBERED_MAX = 50
"""So many robots' counts are carried on, the latest; of any other is counted anew."""

READ_MAX = 10_000
"""After so many events of one read others have their turn."""


class Question(Struct, frozen=True):
    """Whether a user fits, by what stood in the log up to a place, at a moment.

    `about` is the asker's own number: an event's place, a timer's id.
    """

    about: int
    user: str
    upto_seq: int
    now_ms: int


class Robots:
    """Answers one campaign's questions about them."""

    def __init__(self, fits: Matcher, store: Database, zone: str) -> None:
        self._fits = fits
        self._store = store
        self._zone = zone
        self._counted: OrderedDict[str, tuple[tuple[int, int], Memory]] = OrderedDict()

    async def ask(
        self, users: Mapping[str, User], questions: Sequence[Question]
    ) -> dict[int, bool | Broken]:
        """Return the answers by what they are about; of one user, several come from one read.

        A question about somebody unknown has no answer.
        """
        by_user: dict[str, list[Question]] = {}
        for one in questions:
            if one.user in users:
                by_user.setdefault(one.user, []).append(one)
        answers: dict[int, bool | Broken] = {}
        for user, own in by_user.items():
            while left := [one for one in own if one.about not in answers]:
                answer = partial(self._answer, user=users[user], questions=left)
                answers |= await self._store.read_long(answer)
        return answers

    def _answer(
        self, conn: sqlite3.Connection, user: User, questions: Sequence[Question]
    ) -> dict[int, bool | Broken]:
        """Answer the first of the questions, one at least, and no more once that was long."""
        memory = self._memory(conn, user.user)
        answers: dict[int, bool | Broken] = {}
        events_read = 0
        for one in questions:
            past = Logged(conn, user.user, upto_seq=one.upto_seq, memory=memory)
            answers[one.about] = apart(partial(self._fits, user, past, one.now_ms, self._zone))
            events_read += past.events_read
            if events_read > READ_MAX:
                break
        return answers

    def _memory(self, conn: sqlite3.Connection, user: str) -> Memory:
        """Return what was counted of the user, unless that is another since.

        Another id's events may have become theirs, and old events of theirs may have left the log.
        """
        now = identities.merged_at(conn, user), retention.passed_seq(conn)
        held = self._counted.pop(user, None)
        memory = held[1] if held is not None and held[0] == now else {}
        self._counted[user] = (now, memory)
        if len(self._counted) > REMEMBERED_MAX:
            self._counted.popitem(last=False)
        return memory
