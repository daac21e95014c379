"""A house in which every part lives: what a test does in it, and what it looks at."""

import itertools
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import trio

from actors.clock import Clock
from actors.context import Context
from actors.delivery import Delivery
from actors.desk import Desk
from actors.loading import load
from actors.mail import (
    Answer,
    Approve,
    CampaignView,
    Done,
    Draft,
    Publish,
    Refused,
    Request,
    Show,
    Submit,
)
from actors.prepare import Ready
from actors.pressure import Pressure
from actors.projector import Projector
from actors.router import Router
from actors.supervisor import Supervisor
from actors.timekeeper import Timekeeper
from domain.campaign import Campaign
from domain.message_id import message_id
from domain.review import Action
from domain.verdict import Send
from store import (
    acts,
    admission,
    audit,
    books,
    campaigns,
    log,
    outbox,
    runs,
    waiting,
)
from store.acts import audit_key
from store.admission import Decision, LiveBatch
from store.database import Database
from store.log import Incoming
from store.runs import Run
from tests.actors.given import ANA, BEN, KEY, LIVE
from tests.actors.wire import Wire, Writing

_NUMBERS = itertools.count()


@dataclass
class House:
    """Every part but the doors."""

    store: Database
    clock: Clock
    router: Router
    wire: Wire
    delivery: Delivery
    projector: Projector
    supervisor: Supervisor
    context: Context
    desk: Desk
    writing: Writing
    pressure: Pressure
    timekeeper: Timekeeper
    image_soon: bool = False

    async def feed(self, *records: Incoming) -> None:
        """Keep records as ingest does, and tell the router."""
        now = self.clock.now_ms()
        kept = await self.store.write(
            lambda conn: log.append(conn, records, now_ms=now, install_key=KEY)
        )
        self.router.route(kept.names, kept.last_seq)

    async def heard_of_events(self) -> None:
        """Tell the router of events that came into the log past ingest."""
        self.router.route(self.router.names, await self.store.read(log.last_seq))

    async def people(self, n: int, **traits: Any) -> None:
        await self.feed(*(self.profile(f"u{i:04}", **traits) for i in range(n)))

    def profile(self, user: str, **traits: Any) -> Incoming:
        body = msgspec.json.encode(traits)
        return Incoming("profile", f"p{next(_NUMBERS)}", user, "", self.clock.now_ms(), body)

    def event(
        self,
        user: str,
        name: str = "Order Completed",
        *,
        at_ms: int | None = None,
        **properties: Any,
    ) -> Incoming:
        time_ms = self.clock.now_ms() if at_ms is None else at_ms
        body = msgspec.json.encode(properties)
        return Incoming("event", f"e{next(_NUMBERS)}", user, name, time_ms, body)

    async def orders(self, users: Iterable[str]) -> None:
        await self.feed(*(self.event(user) for user in users))

    async def asks(self, request: Request) -> Done:
        answer = await self.desk.ask(request)
        assert isinstance(answer, Done), answer
        return answer

    async def refused(self, request: Request) -> Refused:
        answer: Answer = await self.desk.ask(request)
        assert isinstance(answer, Refused), answer
        return answer

    async def approved(self, campaign: Campaign) -> None:
        for request in (
            Draft(definition=campaign, by=ANA),
            Submit(name=campaign.name, by=ANA),
            Approve(name=campaign.name, by=BEN),
        ):
            await self.asks(request)

    async def publish(self, campaign: Campaign) -> None:
        await self.approved(campaign)
        await self.asks(Publish(name=campaign.name, by=ANA))

    async def running(self, campaign: Campaign) -> None:
        await self.publish(campaign)
        await self.until(campaign.name, "running")

    async def view(self, name: str) -> CampaignView:
        answer = await self.asks(Show(name=name))
        assert answer.campaign is not None
        return answer.campaign

    async def until(self, name: str, state: str, *, seconds: float = 120) -> CampaignView:
        """Wait, in virtual time, until the campaign is there."""
        view = None
        with trio.move_on_after(seconds):
            while True:
                view = await self.view(name)
                if view.state == state:
                    return view
                await trio.sleep(0.5)
        raise AssertionError(view)

    async def idle(self, seconds: float = 5) -> None:
        """Let what can happen happen."""
        await trio.sleep(seconds)

    async def admitted(self, *users: str, definition: Campaign | None = None) -> None:
        """Let messages of `LIVE` wait in the outbox without an actor of its own."""
        await self.orders(users)  # before there is anybody who would consider them
        await self.publish(definition or LIVE)
        campaign = await self.campaign_id(LIVE.name)
        now = self.clock.now_ms()

        def start(conn: sqlite3.Connection) -> None:
            acts.advance(conn, campaign, Action.START, key=audit_key(KEY), now_ms=now)
            admission.open_cursor(conn, campaign, 1)
            after = admission.cursor(conn, campaign, 1)
            assert after is not None
            decisions = [
                Decision(
                    message_id=message_id(
                        KEY, campaign=campaign, run="live", user=user, step="1", occurrence=user
                    ),
                    user=user,
                    occurrence=user,
                    event_seq=None,
                    verdict=Send(),
                )
                for user in users
            ]
            batch = LiveBatch(
                campaign=campaign,
                revision=1,
                after=after,
                upto=after,
                decisions=decisions,
                total=None,
                per_day=None,
                on_pause_drop=True,
            )
            admission.admit(conn, batch, now_ms=now)

        await self.store.write(start)
        self.delivery.wake()

    async def started(self, campaign: str) -> None:
        """Begin the run of a past-behaviour campaign as its actor does, and no more."""
        now = self.clock.now_ms()

        def start(conn: sqlite3.Connection) -> None:
            acts.advance(conn, campaign, Action.START, key=audit_key(KEY), now_ms=now)
            runs.begin(conn, campaign, "slot", 1, due_ms=now, now_ms=now)

        await self.store.write(start)

    async def ready(self) -> list[Ready]:
        """Claim everything that waits of `LIVE`, and prepare it."""
        campaign, now = await self.campaign_id(LIVE.name), self.clock.now_ms()
        batch = await self.store.read(
            partial(
                load,
                campaign=campaign,
                lanes=waiting.TRIGGERS,
                now_ms=now,
                limit=1_000,
                reserved=0,
                again_limit=1_000,
            )
        )
        assert batch is not None
        ids = [row.message_id for row in batch.rows]
        await self.store.write(
            partial(outbox.claim, campaign=campaign, message_ids=ids, now_ms=now)
        )
        return [Ready(row, b"{}") for row in batch.rows]

    @contextmanager
    def full_disk(self) -> Iterator[None]:
        """Let no transaction commit, as a full disk does, until the end or `make_room`."""
        self.writing.full = True
        try:
            yield
        finally:
            self.writing.full = False

    def make_room(self) -> None:
        self.writing.full = False

    async def campaign_id(self, name: str) -> str:
        row = await self.store.read(partial(campaigns.find, name_or_id=name))
        assert row is not None
        return row.id

    async def only_run(self, name: str) -> Run:
        found = await self.store.read(
            partial(runs.of_campaign, campaign=await self.campaign_id(name))
        )
        (run,) = found
        return run

    async def rows(self, sql: str, *values: object) -> list[Any]:
        return await self.store.read(lambda conn: conn.execute(sql, values).fetchall())

    async def audit(self) -> list[tuple[str, str, str]]:
        """Return who did what, with the detail, in order."""
        return [
            (who, action, detail)
            for who, action, detail in await self.rows(
                "SELECT who, action, detail FROM audit ORDER BY id"
            )
        ]

    async def snapshot(self) -> dict[str, list[Any]]:
        """Return everything that a refused request must leave as it is."""
        tables = ("campaign", "revision", "approval", "run", "outbox", "announcement", "audit")
        return {table: await self.rows(f"SELECT * FROM {table}") for table in tables}

    async def check(self) -> None:
        """Check what always holds: balanced books that agree with the rows, and the audit chain."""

        def wrong(conn: Any) -> list[str]:
            found = [] if isinstance(audit.verify(conn, audit_key(KEY)), int) else ["audit"]
            for row in campaigns.everyone(conn):
                # Of a run that was held and never let go nobody was drawn: it has no rows.
                held_back = {r.run for r in runs.of_campaign(conn, row.id) if r.state == "skipped"}
                for run, held in books.of_campaign(conn, row.id).items():
                    recounted = held if run in held_back else books.recount(conn, row.id, run)
                    if not held.balanced() or held != recounted:
                        found.append(f"{row.name} {run} {held}")
            return found

        assert await self.store.read(wrong) == []
        assert self.wire.twice() == []

    async def crash_image(self, folder: Path) -> Path:
        """Copy the files between two commits, as a power cut would leave them."""
        source = self.store.path.parent
        ignore = shutil.ignore_patterns("*.lock", "*.duckdb*")
        await self.store.write(lambda _conn: shutil.copytree(source, folder, ignore=ignore))
        return folder
