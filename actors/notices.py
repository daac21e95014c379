"""What delivery tells people, in the channel for alerts: each thing once, not once a message."""

import sqlite3
from collections.abc import Callable
from functools import partial

from actors import durably
from actors.clock import Clock
from domain.alert_text import CHECK_THE_KEY, EACH_OF_THEM, EVERYTHING_WAITS, alert_text
from domain.fuse import FAILED_PERCENT_MAX, Fuse
from domain.review import Action, State
from store import acts, announcements, campaigns
from store.announcements import Buttons
from store.database import Database

TEMPLATE_ERRORS = "template_errors"
"""The reason of a pause that a campaign's own templates brought about."""
TOLD_AGAIN_MS = 24 * 60 * 60 * 1_000
"""How long what was told of a campaign is told: somebody has answered it long since, or nobody."""


class Notices:
    """Remembers for a day what it has told of a campaign, unless the daemon ends before."""

    def __init__(self, store: Database, *, clock: Clock, announce: Callable[[], None]) -> None:
        self._store = store
        self._clock = clock
        self._announce = announce
        self._told: dict[tuple[str, str], int] = {}

    async def dead(self, campaign: str, status: int) -> None:
        """Tell once a day and campaign that Segment refuses its messages: else none may arrive."""
        if self._is_told("dead", campaign):
            return
        name = await self._name(campaign)
        await self._tell(
            campaign,
            alert_text(
                f"Segment refuses a message of *{name}* (status {status}).",
                "it is set aside and not sent again; all others go on.",
                f"`/campaign show {name}` counts such messages, and {EACH_OF_THEM}. Below, all"
                " of them can be tried again or dropped.",
            ),
            Buttons.ASIDE,
        )

    async def unknown(self, campaign: str) -> None:
        """Tell once a day and campaign that a person has to decide about messages of it."""
        if self._is_told("unknown", campaign):
            return
        name = await self._name(campaign)
        await self._tell(
            campaign,
            alert_text(
                f"Nobody can tell whether a message of *{name}* arrived.",
                "Clarion does not send it again by itself.",
                f"somebody decides. {EACH_OF_THEM}. Below, all of them can be sent again under"
                " their own ids, or dropped.",
            ),
            Buttons.ASIDE,
        )

    async def set_aside(self, campaign: str) -> None:
        """Tell once a day and campaign that what is stored for a message of it is broken."""
        if self._is_told("aside", campaign):
            return
        name = await self._name(campaign)
        await self._tell(
            campaign,
            alert_text(
                f"A message of *{name}* could not be written: its user's profile or its event is"
                " broken.",
                "it is set aside, and all others go on.",
                f"nothing is urgent. {EACH_OF_THEM}. Below, all of them can be tried again or"
                " dropped.",
            ),
            Buttons.ASIDE,
        )

    async def sick(self, campaign: str) -> None:
        """Tell once a day and campaign that none of its messages can be prepared."""
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
                f"{EVERYTHING_WAITS}.",
                f"{CHECK_THE_KEY}.",
            ),
            Buttons.SEGMENT,
        )

    def works_again(self) -> None:
        """Learn that Segment takes messages."""
        self._told.pop(("misdirected", ""), None)

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
        """Tell whether this was told lately; from now on it is. What is of no campaign stays so."""
        now = self._clock.now_ms()
        at_ms = self._told.get((what, campaign))
        if at_ms is not None and (not campaign or now - at_ms < TOLD_AGAIN_MS):
            return True
        self._told[(what, campaign)] = now
        return False

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
