"""Set-up with a person's word: a test event goes to Segment, and somebody says that it is there.

Segment answers 200 to a wrong key, a disabled source and the wrong region too, so no answer of its
own proves anything. Nothing is blocked while nobody has looked; it is only said.
"""

import sqlite3
from functools import partial
from random import Random

import msgspec
from msgspec import Struct

from actors import keeping
from actors.context import Context
from actors.mail import Refused
from actors.mail_trust import CheckView, ConfirmConnection, Connection
from actors.rules import at
from actors.segment import Accepted, Misdirected, NotSent, Outcome
from actors.sending import AsideSender
from domain.message_id import message_id
from domain.payload import iso
from domain.verifying import EVENT, LOOK_AT, OPEN_DEBUGGER, SEND_ANOTHER, UNVERIFIED
from store import acts, announcements, fault_points, meta, verification
from store.verification import Check, connection_of

USER = "clarion-test"
ACCEPTED = "accepted"
WAIT_SECONDS_MAX = 10.0
"""How long a test event may wait for its turn before the person is told that nothing leaves."""
CODE_CHARS = 6
CODE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without the letters and digits that people take for one another."""


class Target(Struct, frozen=True):
    """Where messages go. The key shows in no repr."""

    url: str
    write_key: str

    def __repr__(self) -> str:
        """Show the address, and no secret."""
        return f"Target(url={self.url!r})"


def begin(
    conn: sqlite3.Connection,
    target: Target,
    *,
    fresh_key: bytes,
    now_ms: int,
    keep_events_days: int = 0,
) -> bytes:
    """Do what comes first after the folder was opened; return the install's key.

    A start may bring another address or write key: then the review cards say so; and another time
    for which events are kept.
    """
    key = meta.ensure_install_key(conn, fresh_key)
    connection = connection_of(key, target.url, target.write_key)
    verification.refresh_cards(conn, connection, now_ms=now_ms)
    keeping.keep(conn, keep_events_days)
    return key


class Verifying:
    """Sends test events and keeps what people saw of them."""

    def __init__(
        self, context: Context, target: Target, sender: AsideSender, chance: Random
    ) -> None:
        self._context = context
        self._sender = sender
        self._chance = chance
        self._url = target.url
        self._connection = connection_of(context.install_key, target.url, target.write_key)

    def is_verified(self, conn: sqlite3.Connection) -> bool:
        """Tell whether a person saw a test event of the connection that is in use."""
        return verification.is_verified(conn, self._connection)

    async def verify(self, by: str) -> Connection | Refused:
        """Send a test event; a card in Slack then asks whether it arrived."""
        code = "".join(self._chance.choice(CODE_ALPHABET) for _ in range(CODE_CHARS))
        now = self._context.clock.now_ms()

        def begin(conn: sqlite3.Connection) -> None:
            self._record(conn, by, "verify_connection", code, now)
            verification.begin(conn, code, self._connection, by=by, now_ms=now)

        await self._context.store.write(begin)
        fault_points.reach("verifying.before_send")
        outcome = await self._sender.send_aside(
            [self._event(code, now)], wait_seconds_max=WAIT_SECONDS_MAX
        )
        word = "held back" if outcome is None else type(outcome).__name__.lower()

        def sent(conn: sqlite3.Connection) -> None:
            before = verification.latest(conn, self._connection)
            verification.sent(conn, code, word)
            if isinstance(outcome, Accepted):
                if before is not None and not before.answer and before.code != code:
                    announcements.add(conn, "check", "", subject=before.code, now_ms=now)
                announcements.add(conn, "check", "", subject=code, now_ms=now)

        await self._context.store.write(sent)
        self._context.announce()
        if not isinstance(outcome, Accepted):
            return _not_taken(outcome)
        return await self.status(code)

    async def confirm(self, request: ConfirmConnection) -> Connection | Refused:
        """Keep what a person saw; the first answer to a test event counts."""
        code = request.code.strip().upper()
        now = self._context.clock.now_ms()

        def confirm(conn: sqlite3.Connection) -> Refused | None:
            if (no := self._unanswerable(conn, code)) is not None:
                return no
            seen: verification.Seen = "seen" if request.seen else "absent"
            self._record(conn, request.by, f"connection_{seen}", code, now)
            verification.answer(conn, code, seen, by=request.by, now_ms=now)
            announcements.add(conn, "check", "", subject=code, now_ms=now)
            verification.refresh_cards(conn, self._connection, now_ms=now)
            return None

        refused = await self._context.store.write(confirm)
        self._context.announce()
        return refused or await self.status(code)

    async def status(self, code: str = "") -> Connection | Refused:
        """Say how the connection stands, or how one test event was answered."""
        return await self._context.store.read(partial(self._status, code=code.strip().upper()))

    def _status(self, conn: sqlite3.Connection, code: str) -> Connection | Refused:
        verified = self.is_verified(conn)
        newest = verification.latest(conn, self._connection)
        found = verification.find(conn, code) if code else newest
        if code and found is None:
            return _no_such(code)
        view = None if found is None else _view(found, current=_same(found, newest))
        said = verification.verdict(conn, self._connection)
        message = _say(view) if code else _stand(verified, said, view)
        return Connection(message=message, verified=verified, url=self._url, check=view)

    def _unanswerable(self, conn: sqlite3.Connection, code: str) -> Refused | None:
        """Return why nobody can answer this test event any more."""
        found = verification.find(conn, code)
        if found is None:
            return _no_such(code)
        if found.answer:
            saw = "saw it" if found.answer == "seen" else "did not find it"
            return Refused(
                what=f"{at(found.answered_by)} has answered already: {saw}.",
                fix=f"To look again, {SEND_ANOTHER}.",
            )
        if found.connection != self._connection:
            return Refused(
                what="The address or the key of Segment has changed since this test event.",
                fix=f"For the connection that is used now, {SEND_ANOTHER}.",
            )
        newest = verification.latest(conn, self._connection)
        if found.outcome != ACCEPTED:
            return Refused(
                what="Segment did not say that it took this test event.",
                fix=f"To try again, {SEND_ANOTHER}.",
            )
        if not _same(found, newest):
            return Refused(
                what="A later test event has been sent since.",
                fix=f"Look for the code {newest.code if newest else ''} instead.",
            )
        return None

    def _event(self, code: str, now_ms: int) -> bytes:
        return msgspec.json.encode(
            {
                "type": "track",
                "messageId": message_id(
                    self._context.install_key,
                    campaign="connection",
                    run=code,
                    user=USER,
                    step="1",
                    occurrence=str(now_ms),
                ),
                "userId": USER,
                "event": EVENT,
                "timestamp": iso(now_ms),
                "properties": {"is_test": True, "code": code},
            }
        )

    def _record(
        self, conn: sqlite3.Connection, by: str, action: str, code: str, now_ms: int
    ) -> None:
        key = self._context.audit_key
        acts.record(conn, who=by, action=action, campaign="", detail=code, key=key, now_ms=now_ms)


def _same(found: Check, newest: Check | None) -> bool:
    return newest is not None and newest.code == found.code


def _view(found: Check, *, current: bool) -> CheckView:
    return CheckView(
        code=found.code,
        asked_by=found.asked_by,
        asked_ms=found.asked_ms,
        outcome=found.outcome,
        answer=found.answer,
        answered_by=found.answered_by,
        answered_ms=found.answered_ms,
        current=current,
    )


def _say(view: CheckView | None) -> str:
    """Return how one test event stands, as a sentence."""
    if view is None or not view.answer:
        code = view.code if view else ""
        return (
            f"Segment answered yes to a test event with the code {code}."
            f" {OPEN_DEBUGGER} do you see “{EVENT}” with this code?"
        )
    if view.answer == "seen":
        return f"{at(view.answered_by)} saw the test event {view.code} arrive in Segment."
    return f"{at(view.answered_by)} did not find the test event {view.code}. {LOOK_AT}"


def _stand(verified: bool, said: Check | None, view: CheckView | None) -> str:
    """Return how the connection stands, as a sentence or two."""
    if verified and said is not None:
        return f"Verified: {at(said.answered_by)} saw the test event {said.code} in Segment."
    if said is not None and (view is None or view.answer):
        return f"Not verified: {at(said.answered_by)} did not find the test event. {LOOK_AT}"
    if view is not None and not view.answer and view.outcome == ACCEPTED:
        return (
            f"Not verified: nobody has said yet whether the test event {view.code} is in your"
            " source's debugger in Segment. Answer the card in Slack, or use"
            f" `clarion connection confirm --code {view.code}`."
        )
    return UNVERIFIED


def _no_such(code: str) -> Refused:
    return Refused(
        what=f"No test event has the code “{code:.20}”.",
        fix="*Send a test event* on a card sends one; at a terminal `clarion connection verify`.",
    )


def _not_taken(outcome: Outcome | None) -> Refused:
    match outcome:
        case None:
            what = "Nothing leaves at the moment: Segment did not take what was sent before."
        case Misdirected(status=status):
            what = f"Segment refuses the write key or the address (status {status})."
        case NotSent(why=why):
            what = f"Segment could not be reached: {why}."
        case _:
            what = f"Segment did not take the test event ({type(outcome).__name__.lower()})."
    return Refused(what=what, fix=LOOK_AT)
