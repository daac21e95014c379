"""What delivery tells people, in the channel for alerts: each thing once, not once a message."""

import sqlite3
from collections.abc import Callable
from functools import partial

from actors import durably
from actors.clock import Clock
from domain.alert_text import WITH_A_TERMINAL, alert_text
from domain.fuse import FAILED_PERCENT_MAX, Fuse
from domain.review import Action, State
from store import acts, announcements, campaigns
from store.announcements import Buttons
from store.database import Database

TEMPLATE_ERRORS = "template_errors"
"""The reason of a pause that a campaign's own templates brought about."""


class Notices:
    """Remembers, until the daemon ends, what it has told."""

    def __init__(self, store: Database, *, clock: Clock, announce: Callable[[], None]) -> None:
        self._store = store
        self._clock = clock
        self._announce = announce
        self._told: set[tuple[str, str]] = set()

    async def dead(self, campaign: str, status: int) -> None:
        """Tell once a campaign that Segment refuses its messages: else none may arrive."""
        if self._is_told("dead", campaign):
            return
        name = await self._name(campaign)
        await self._tell(
            campaign,
            alert_text(
                f"Segment refuses a message of *{name}* (status {status}).",
                "it is set aside and not sent again; all others go on.",
                f"`/campaign show {name}` counts such messages, and {WITH_A_TERMINAL}. Below, all"
                " of them can be tried again or dropped.",
            ),
            Buttons.ASIDE,
        )

    async def unknown(self, campaign: str) -> None:
        """Tell once a campaign that a person has to decide about messages of it."""
        if self._is_told("unknown", campaign):
            return
        name = await self._name(campaign)
        await self._tell(
            campaign,
            alert_text(
                f"Nobody can tell whether a message of *{name}* arrived.",
                "Clarion does not send it again by itself.",
                f"somebody decides: {WITH_A_TERMINAL}. Below, all of them can be sent again under"
                " their own ids, or dropped.",
            ),
            Buttons.ASIDE,
        )

    async def set_aside(self, campaign: str) -> None:
        """Tell once a campaign that what is stored for a message of it is broken."""
        if self._is_told("aside", campaign):
            return
        name = await self._name(campaign)
        await self._tell(
            campaign,
            alert_text(
                f"A message of *{name}* could not be written: its user's profile or its event is"
                " broken.",
                "it is set aside, and all others go on.",
                f"nothing is urgent; {WITH_A_TERMINAL}. Below, all of them can be tried again or"
                " dropped.",
            ),
            Buttons.ASIDE,
        )

    async def sick(self, campaign: str) -> None:
        """Tell once a campaign that none of its messages can be prepared: else all just wait."""
        if self._is_told("sick", campaign):
            return
        name = await self._name(campaign)
        await self._tell(
            campaign,
            alert_text(
                f"No message of *{name}* can be prepared, so all of them wait.",
                "other campaigns go on, and Clarion tries again each minute.",
                "whoever runs Clarion finds in its log what breaks; pausing the campaign holds it"
                " until that is mended.",
            ),
            Buttons.PAUSE,
        )

    async def misdirected(self, status: int) -> None:
        """Tell once, until it works again, that the key or the address is wrong."""
        if self._is_told("misdirected", ""):
            return
        await self._tell(
            "",
            alert_text(
                f"Segment refuses Clarion's requests (status {status}).",
                "nothing is lost: every message of every campaign waits.",
                "whoever runs Clarion checks the write key and the region; a test event shows"
                " whether they are right.",
            ),
            Buttons.SEGMENT,
        )

    def works_again(self) -> None:
        """Learn that Segment takes messages."""
        self._told.discard(("misdirected", ""))

    async def fuse_blown(self, campaign: str, fuse: Fuse, *, key: bytes) -> bool:
        """Pause a campaign whose templates fail, with the audit row and a notice, together.

        Return whether it did: one that is over, or paused already, cannot be.
        """
        now = self._clock.now_ms()
        name = await self._name(campaign)
        body = alert_text(
            f"*{name}* has paused itself: {fuse.failed:,} of its last {fuse.prepared:,} messages"
            f" could not be rendered, more than {FAILED_PERCENT_MAX} %.",
            "those users get nothing; the others wait.",
            f"look at its templates (`/campaign preview any {name}`); then resume it, or stop it.",
        )
        say = f"Paused by itself: more than {FAILED_PERCENT_MAX} % could not be rendered."

        def pause(conn: sqlite3.Connection) -> bool:
            moved = acts.advance(
                conn, campaign, Action.PAUSE, reason=TEMPLATE_ERRORS, say=say, key=key, now_ms=now
            )
            if isinstance(moved, State):
                subject = acts.resume_buttons(conn, campaign)
                announcements.add(conn, "notice", campaign, subject=subject, body=body, now_ms=now)
            return isinstance(moved, State)

        paused = await durably.write(self._store, pause)
        self._announce()
        return paused

    def _is_told(self, what: str, campaign: str) -> bool:
        """Tell whether this was told before; from now on it is."""
        told = (what, campaign) in self._told
        self._told.add((what, campaign))
        return told

    async def _name(self, campaign: str) -> str:
        row = await self._store.read(partial(campaigns.find, name_or_id=campaign))
        return campaign if row is None else row.name

    async def _tell(self, campaign: str, body: str, buttons: Buttons) -> None:
        now = self._clock.now_ms()
        job = partial(
            announcements.add,
            kind="notice",
            campaign=campaign,
            subject=buttons.about(),
            body=body,
            now_ms=now,
        )
        await durably.write(self._store, job)
        self._announce()
