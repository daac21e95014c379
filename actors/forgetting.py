"""One user: shown whole, suppressed, or erased. Nothing is sent to them after the answer.

The commit comes first, so that no later claim takes their messages; then delivery lets go of what
was claimed and not begun, and says what is on the wire. An erasure then goes on into the copy for
audiences, and empties the database's log, where the old values still stand.
"""

import logging
import sqlite3
from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Protocol

import trio
from msgspec import Struct

from actors.context import Context
from actors.mail import Done, Refused
from actors.mail_people import (
    AboutUser,
    DidView,
    EraseUser,
    GotView,
    ShowUser,
    SuppressUser,
    UserShown,
)
from actors.rules import Rules, person
from domain.devices import DEVICES, devices
from domain.facts import ERASED, Event
from store import acts, dossier, erased, erasures, identities, users
from store.copy_errors import CopyWaitsError
from store.dossier import Dossier
from store.erasures import Kept
from store.fault_points import reach

SHOWN_MAX = 20
ID_CHARS_MAX = 256
COPY_SECONDS_MAX = 30.0
"""How long the answer waits for the copy for audiences, which goes on by itself after that."""
EMPTY_TRIES_MAX, EMPTY_NAP_SECONDS = 10, 0.2
_NOBODY = "Nobody of this id is known: look whether it is the userId of the events"
_log = logging.getLogger(__name__)


class Barrier(Protocol):
    """Who can let go of a user's messages: delivery."""

    def bar(self, user: str) -> int:
        """Begin no request with this user's messages; return how many are on the wire."""
        ...


class _Suppressed(Struct, frozen=True):
    changed: bool
    known: bool
    cancelled: list[str]  # the campaign of each message
    ids: tuple[str, ...]  # of the person, the one that counts first


class Forgetting:
    """Answers about users, and lets them go."""

    def __init__(self, context: Context, barrier: Barrier, *, look: Callable[[str], None]) -> None:
        """`look` has a campaign look at itself: what it waited for may be over."""
        self._context = context
        self._barrier = barrier
        self._look = look

    async def answer(self, request: AboutUser, rules: Rules) -> UserShown | Done | Refused:
        """Do what is asked about one user; who asks for more than a look must say who they are."""
        if not request.user.strip() or len(request.user) > ID_CHARS_MAX:
            return Refused(
                what=f"A user's id has 1 to {ID_CHARS_MAX} characters.",
                fix="Give the userId of the events, or `anon:` and the anonymousId.",
            )
        if request.user.startswith(ERASED):
            return Refused(
                what="This is what an erased user is called; nothing else is kept of them.",
                fix="To let them be known again, give the id that they had.",
            )
        if isinstance(request, ShowUser):
            found = await self._context.store.read(
                partial(dossier.read, user=request.user, limit=SHOWN_MAX)
            )
            return _shown(found, rules.zone)
        who = person(request.by)
        if isinstance(who, Refused):
            return who
        if isinstance(request, SuppressUser):
            return await self._suppress(request, who, rules)
        return await self._erase(request, who, rules)

    async def _suppress(self, request: SuppressUser, who: str, rules: Rules) -> Done:
        def job(conn: sqlite3.Connection) -> _Suppressed:
            off = not request.suppressed
            ids = identities.ids_of(conn, request.user)
            changed = off and erased.release(conn, request.user)
            known = bool(users.known(conn, ids[:1]))
            if not off or known:
                changed |= users.suppress(conn, ids[0], now_ms=rules.now_ms, suppressed=not off)
            cancelled = [] if off else erasures.cancel(conn, ids[0], now_ms=rules.now_ms)
            if changed or cancelled:
                action = "unsuppress" if off else "suppress"
                name = erased.name_of(conn, ids[0])
                _record(conn, who, action, f"{name}, cancelled: {len(cancelled)}", rules)
            return _Suppressed(changed, known, cancelled, ids)

        done = await self._context.store.write(job, urgent=True)
        reach("suppress.committed")
        if not request.suppressed:
            said = "may be messaged again" if done.changed else "was not suppressed"
            return Done(message=f"{_named(done.ids)} {said}.")
        on_the_wire = self._let_go(done.ids, done.cancelled)
        said = "gets nothing from now on" if done.changed else "was suppressed already"
        if not done.known:
            said += f". {_NOBODY}; should they come, nothing is sent to them"
        return Done(
            message=f"{_named(done.ids)} {said}.{_of_messages(len(done.cancelled), on_the_wire)}",
            on_the_wire=on_the_wire,
        )

    async def _erase(self, request: EraseUser, who: str, rules: Rules) -> Done | Refused:
        if not request.yes:
            kept = await self._context.store.read(partial(erasures.count, user=request.user))
            return Refused(
                what=f"Nothing is erased yet. Of {request.user} there is: {_told(kept)}."
                + (f" {_NOBODY}." if kept.nothing() else ""),
                fix="Add --yes to remove it for good and to keep nothing that still comes in.",
            )

        def job(conn: sqlite3.Connection) -> erasures.Erased:
            done = erasures.erase(conn, request.user, now_ms=rules.now_ms)
            _record(conn, who, "erase", f"{done.pseudonym}: {_told(done.removed)}", rules)
            return done

        done = await self._context.store.write(job, urgent=True)
        reach("erase.committed")
        on_the_wire = self._let_go(done.ids, done.campaigns)
        left = await self._forget_everywhere()
        removed = done.removed
        kept_under = removed.messages + removed.decisions
        books = (
            f" What was counted stays in the books under {done.pseudonym}." if kept_under else ""
        )
        sent = _of_messages(removed.open - on_the_wire, on_the_wire)
        told = f"{_told(removed)}."
        if removed.nothing() and done.before:
            told = "they had been before, and nothing of them was kept since."
        elif removed.nothing():
            told = f"there was nothing. {_NOBODY}; should they come, nothing of them is kept."
        return Done(
            message=f"{_named(done.ids)} is erased: {told}{sent}{books}{left}",
            on_the_wire=on_the_wire,
        )

    def _let_go(self, ids: Sequence[str], campaigns: Collection[str]) -> int:
        """Begin nothing more for these ids; return how many of their messages are on the wire."""
        on_the_wire = sum(self._barrier.bar(each) for each in ids)
        self._context.wake_delivery()
        for campaign in sorted(set(campaigns)):
            self._look(campaign)
        return on_the_wire

    async def _forget_everywhere(self) -> str:
        """Take the erased out of the copy and the log's old pages; return what is left to say."""
        left = ""
        with trio.move_on_after(COPY_SECONDS_MAX) as waited:
            try:
                await self._context.selector.forget_erased()
            except CopyWaitsError as failed:
                _log.warning("the copy for audiences still holds an erased user: %s", failed)
                left = " The copy for audiences follows once its disk takes it."
        if waited.cancelled_caught:
            left = " The copy for audiences follows in a while."
        for _ in range(EMPTY_TRIES_MAX):
            if await self._context.store.empty_log():
                return left
            await trio.sleep(EMPTY_NAP_SECONDS)
        return f"{left} Old values stand in the database's log (.db-wal) until a backup has ended."


def _record(conn: sqlite3.Connection, who: str, action: str, detail: str, rules: Rules) -> None:
    acts.record(
        conn,
        who=who,
        action=action,
        campaign="",
        detail=detail,
        key=rules.key,
        now_ms=rules.now_ms,
    )


def _of_messages(cancelled: int, on_the_wire: int) -> str:
    """Say what became of messages that were not over."""
    said = ""
    if cancelled > 0:
        said += f" {_n(cancelled, 'message')} that waited will not go."
    if on_the_wire:
        said += f" {_n(on_the_wire, 'message')} {_were(on_the_wire)} already on the wire."
    return said


def _told(kept: Kept) -> str:
    """Return counts in words, in the order of what people look for."""
    named = (
        (kept.profiles, "profile"),
        (kept.events, "event"),
        (kept.records, "other record"),
        (kept.lists, "row of lists"),
        (kept.set_aside, "event set aside"),
        (kept.messages, "message"),
        (kept.decisions, "decision"),
    )
    return ", ".join(_n(n, word) for n, word in named if n) or "nothing"


def _named(ids: Sequence[str]) -> str:
    """Name a person by the id that counts, and say that there are others."""
    others = len(ids) - 1
    return ids[0] if not others else f"{ids[0]} (with {_n(others, 'other id')})"


def _n(n: int, word: str) -> str:
    first, space, rest = word.partition(" ") if word in _FIRST_WORD_BENDS else (word, "", "")
    return f"{n:,} {first}{'' if n == 1 else 's'}{space}{rest}"


_FIRST_WORD_BENDS = frozenset({"row of lists", "event set aside"})


def _were(n: int) -> str:
    return "was" if n == 1 else "were"


def _shown(found: Dossier, account_zone: str) -> UserShown:
    profile = found.profile
    standing = "known" if profile is not None else "broken" if found.broken else "unknown"
    if profile is not None and profile.suppressed:
        standing = "suppressed"
    traits = {} if profile is None else profile.traits
    return UserShown(
        user=found.ids[0],
        other_ids=found.ids[1:],
        standing="erased" if found.erased else standing,
        audited_as=found.audited_as,
        account_zone=account_zone,
        zone=None if profile is None else profile.zone,
        traits={key: value for key, value in traits.items() if key != DEVICES},
        devices=tuple(devices(traits)),
        lists=found.lists,
        events=tuple(
            DidView(one.seq, one.time_ms, one.name, one.properties)
            if isinstance(one, Event)
            else DidView(one.seq, 0, "", None)
            for one in found.events
        ),
        events_in_all=found.kept.events,
        messages=tuple(
            GotView(one.message_id, one.campaign, one.run, one.state, one.reason, one.updated_ms)
            for one in found.messages
        ),
        messages_in_all=found.kept.messages,
    )
