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
from store import identities
from store.database import Database
from store.past import Logged

EVENTS_MAX = 1_000
"""Whoever did an event more often, as far back as is asked, is a robot."""
REMEMBERED_MAX = 50
"""So many robots' counts are carried on, the latest; of any other is counted anew."""


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
        self._counted: OrderedDict[str, tuple[int, Memory]] = OrderedDict()

    async def ask(
        self, users: Mapping[str, User], questions: Sequence[Question]
    ) -> dict[int, bool | Broken]:
        """Return the answers by what they are about; of one user all come from one read.

        A question about somebody unknown has no answer.
        """
        by_user: dict[str, list[Question]] = {}
        for one in questions:
            if one.user in users:
                by_user.setdefault(one.user, []).append(one)
        answers: dict[int, bool | Broken] = {}
        for user, own in by_user.items():
            answer = partial(self._answer, user=users[user], questions=own)
            answers |= await self._store.read_long(answer)
        return answers

    def _answer(
        self, conn: sqlite3.Connection, user: User, questions: Sequence[Question]
    ) -> dict[int, bool | Broken]:
        memory = self._memory(conn, user.user)
        return {one.about: apart(partial(self._one, conn, user, one, memory)) for one in questions}

    def _one(self, conn: sqlite3.Connection, user: User, one: Question, memory: Memory) -> bool:
        past = Logged(conn, user.user, upto_seq=one.upto_seq, memory=memory)
        return self._fits(user, past, one.now_ms, self._zone)

    def _memory(self, conn: sqlite3.Connection, user: str) -> Memory:
        """Return what was counted of the user, unless another id's events became theirs since."""
        merged = identities.merged_at(conn, user)
        held = self._counted.pop(user, None)
        memory = held[1] if held is not None and held[0] == merged else {}
        self._counted[user] = (merged, memory)
        if len(self._counted) > REMEMBERED_MAX:
            self._counted.popitem(last=False)
        return memory
