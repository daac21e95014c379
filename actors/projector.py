"""The projector answers who and how many, from the audience's copy that its keeper looks after."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TypeVar

import trio
from msgspec import structs

from actors import copy_reading, waterfall
from actors.clock import Clock
from actors.context import NextPage
from actors.keeper import Keeper
from actors.mail import Estimate, Refused
from actors.mail_copy import AboutCopy, CopyStatus, RebuildCopy
from actors.over_limits import ASKED_MAX, NOBODY, Asked, count_over
from domain import mismatch, schedule
from domain.audience import Node
from domain.campaign import Campaign
from domain.control import NO_CONTROLS, Controls, shares
from domain.goal import Goal
from domain.release import asks
from domain.saved import list_names
from domain.verdict import draw_coefficients, portion_coefficients
from store import attributes, audience, caps, diagnostics, memberships, offering, vocabulary
from store.allowance import Bounds
from store.copy_connection import Limits
from store.database import Database
from store.disk import Disk
from store.hold import Hold
from store.memberships import NO_LISTS, ListVersion
from store.offering import Offered, Source
from store.projection import Projection
from store.vocabulary import EventSeen, PropertySeen

T = TypeVar("T")


class Projector:
    """Asks the copy questions. Each raises CopyWaitsError while the copy cannot answer."""

    def __init__(
        self,
        store: Database,
        path: Path,
        *,
        clock: Clock,
        bounds: Bounds,
        hold: Hold,
        controls: Controls = NO_CONTROLS,
        messages_per_second: int = 0,
        limits: Limits = Limits(),  # noqa: B008 - it is frozen
        disk: Disk | None = None,
    ) -> None:
        self._store = store
        self._controls = controls
        self._bounds = bounds
        self._messages_per_second = messages_per_second
        self._clock = clock
        self._zone = bounds.zone
        self._hold = hold
        self._keeper = Keeper(store, path, hold=hold, limits=limits, disk=disk)

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Keep the copy warm, for ever."""
        await self._keeper.run(task_status=task_status)

    def follow(self, last_seq: int) -> None:
        """Hear how far the log reaches. Never blocks."""
        self._keeper.follow(last_seq)

    async def estimate(self, campaign: Campaign, *, campaign_id: str, now_ms: int) -> Estimate:
        """Count the users that the definition would reach now, and how long that took."""
        began = self._clock.now_ms()
        control = list(shares(campaign_id, campaign, self._controls))
        to = audience.Addressed(
            campaign.limits.portion_percent,
            *portion_coefficients(campaign_id),
            anonymous=campaign.delivery.anonymous,
        )
        asking = {
            "now_ms": now_ms,
            "zone": self._zone,
            "control": control,
            "to": to,
            "lists": await self._lists(campaign.who),
        }
        reach = await self._keeper.ask(
            lambda copy: audience.count(copy, campaign.who, **asking)  # type: ignore[arg-type]
        )
        over = NOBODY
        if reach.reachable and asks(campaign, self._bounds.house):
            draw = draw_coefficients(campaign_id, "reach")
            names = await self._keeper.ask(
                lambda copy: audience.to_message(
                    copy,
                    campaign.who,
                    draw=draw,
                    at_most=ASKED_MAX,
                    **asking,  # type: ignore[arg-type]
                )
            )
            whose = Asked(campaign_id, campaign, self._bounds, now_ms)
            over = await count_over(self._store, whose, names)
        left = await self._store.read(
            partial(caps.left, campaign=campaign_id, limits=campaign.limits)
        )
        return waterfall.estimate(
            structs.replace(campaign, limits=left),
            reach,
            over,
            is_kept=bool(campaign_id),
            took_ms=self._clock.now_ms() - began,
            speed=waterfall.Speed(
                self._messages_per_second, self._bounds.house.messages_per_5_minutes
            ),
            cut_off_after_ms=schedule.cut_off_after_ms(
                campaign, now_ms=now_ms, account_zone=self._zone
            ),
        )

    async def notes(self, who: Node) -> tuple[str, ...]:
        """Return a line for each property of which some values have another type than is asked."""
        found = await self._keeper.ask(lambda copy: diagnostics.mismatches(copy, who))
        return tuple(map(str, found))

    async def notes_of_goal(self, goal: Goal) -> tuple[str, ...]:
        """Return a line for each property of the goal's event that is of another type."""
        asked = mismatch.of_goal(goal)
        if not asked:
            return ()
        found = await self._keeper.ask(lambda copy: diagnostics.misfits(copy, asked))
        return tuple(map(str, found))

    async def select(
        self,
        who: Node,
        *,
        draw: tuple[int, int],
        now_ms: int,
        lists: Mapping[str, ListVersion] = NO_LISTS,
        at_most: int | None = None,
    ) -> Sequence[str]:
        """Return the users who qualify, `at_most` so many, in the random order of the draw."""
        members = await self._members(lists)
        return await self._keeper.ask(
            lambda copy: [
                qualified.user
                for qualified in audience.select(
                    copy,
                    who,
                    now_ms=now_ms,
                    zone=self._zone,
                    draw=draw,
                    at_most=at_most,
                    lists=members,
                )
            ]
        )

    async def export(
        self,
        who: Node,
        *,
        profile: Sequence[str],
        draw: tuple[int, int],
        now_ms: int,
        lists: Mapping[str, ListVersion] = NO_LISTS,
        at_most: int | None = None,
        write: Callable[[NextPage], Awaitable[T]],
    ) -> T:
        """Let `write` ask for the users who qualify and these properties of them, and return it."""
        members = await self._members(lists)

        async def use(copy: Projection) -> T:
            pages = attributes.pages(
                copy,
                who,
                profile,
                now_ms=now_ms,
                zone=self._zone,
                draw=draw,
                at_most=at_most,
                lists=members,
            )
            with closing(pages):
                return await write(partial(self._hold.in_thread, partial(next, pages, None)))

        return await self._keeper.lend(use)

    async def events(self) -> Sequence[EventSeen]:
        """Return the names of events that were seen."""
        return await self._keeper.ask(vocabulary.events)

    async def properties(self, event: str | None) -> Sequence[PropertySeen] | None:
        """Return the properties of an event (None: of users); None: no such event was seen."""
        return await self._keeper.ask(lambda copy: vocabulary.properties(copy, event))

    async def traits(self) -> Collection[str]:
        """Return the names of all properties that users ever had."""
        return await self._keeper.ask(vocabulary.traits)

    async def offered(self, source: Source) -> Sequence[Offered]:
        """Return what forms may offer to choose from, the most frequent first."""
        return await self._keeper.ask(lambda copy: offering.offered(copy, source))

    async def forget_erased(self) -> None:
        """Take the users who were erased out of the copy now."""
        await self._keeper.forget_erased()

    async def answer(self, request: AboutCopy) -> CopyStatus | Refused:
        """Say how the copy stands, or have it made anew; return at once."""
        if isinstance(request, RebuildCopy):
            return await self._keeper.rebuild()
        return await self._keeper.status()

    async def _members(self, lists: Mapping[str, ListVersion]) -> Mapping[str, list[str]]:
        if not lists:
            return {}
        return await self._store.read(partial(copy_reading.members, versions=lists))

    async def _lists(self, who: Node) -> Mapping[str, list[str]]:
        """Read the custom lists that a tree names, as they count now."""
        if not (names := list_names(who)):
            return {}
        return await self._store.read(
            lambda conn: copy_reading.members(conn, memberships.required(conn, names))
        )
