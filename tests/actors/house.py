"""The actors at work on a real store, with a stand-in for the wire alone, in virtual time."""

import itertools
import shutil
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import msgspec
import trio
from msgspec import Struct
from trio.testing import MockClock

from actors.clock import Clock, GuardedClock, TrioClock, monotonic_ms
from actors.context import Context
from actors.delivery import Delivery
from actors.desk import Desk, HouseRules
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
from actors.prepare import Ready, load
from actors.pressure import Disk as DiskGauge
from actors.pressure import Limits, Pressure
from actors.projector import Projector
from actors.restraint import Pace
from actors.router import Router
from actors.segment import Accepted, Outcome, Packed
from actors.supervisor import Supervisor
from actors.timekeeper import Timekeeper
from actors.verifying import Target, Verifying
from domain.campaign import Campaign, Trigger
from domain.control import NO_CONTROLS, Controls
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
    marks,
    meta,
    migrations,
    outbox,
    runs,
    waiting,
)
from store.acts import audit_key
from store.admission import Decision, LiveBatch
from store.database import Database, open_database
from store.disk import Disk
from store.errors import CommitFailed
from store.hold import Hold
from store.log import Incoming
from store.runs import Run

T = TypeVar("T")

ANA, BEN, CLEO = "U0ANA00001", "U0BEN00002", "U0CLEO0003"
START_MS = 1_774_000_000_000  # 2026-03-20T09:46:40Z, 10:46:40 in Oslo
ZONE = "Europe/Oslo"
HOUR_MS = 3_600_000
KEY = bytes(range(32))
TARGET = Target("https://segment.test", "write-key")
_NUMBERS = itertools.count()

LIVE = Campaign(name="Coupon", kind="live", trigger=Trigger(event="Order Completed"))
PAST = Campaign(name="Win back", kind="past_behaviour")


class Posted(Struct, frozen=True):
    """One request as it left: when, in Trio's seconds, and its messages."""

    at: float
    messages: tuple[dict[str, Any], ...]

    @property
    def ids(self) -> list[str]:
        return [message["messageId"] for message in self.messages]

    @property
    def users(self) -> list[str]:
        return [message["userId"] for message in self.messages]


@dataclass
class Wire:
    """Stands in for `Segment.send`: it answers as it is told, after some time."""

    answer: Callable[[Posted], Outcome] = lambda _posted: Accepted()
    seconds: float = 0.05
    requests: list[Posted] = field(default_factory=list)
    accepted: list[dict[str, Any]] = field(default_factory=list)
    arrived: trio.Event = field(default_factory=trio.Event)

    async def pack(self, events: Sequence[bytes]) -> Packed:
        await trio.lowlevel.checkpoint()
        return Packed(b"[" + b",".join(events) + b"]", {})

    async def send(self, packed: Packed) -> Outcome:
        events = msgspec.json.decode(packed.body)
        posted = Posted(trio.current_time(), tuple(events))
        self.requests.append(posted)
        self.arrived.set()
        self.arrived = trio.Event()
        await trio.sleep(self.seconds)
        outcome = self.answer(posted)
        if isinstance(outcome, Accepted):
            self.accepted += posted.messages
        return outcome

    @property
    def users(self) -> list[str]:
        return [message["userId"] for message in self.accepted]

    def twice(self) -> list[str]:
        """Return the ids that were accepted more than once."""
        times = Counter(message["messageId"] for message in self.accepted)
        return [one for one, n in times.items() if n > 1]


class Writing:
    """Stands before the store's writer: it can be told that the disk is full."""

    def __init__(self, store: Database) -> None:
        self._write = store.write
        self.full = False
        store.write = self.write  # type: ignore[method-assign]  # a disk cannot be filled on demand

    async def write(self, job: Callable[[sqlite3.Connection], T], *, urgent: bool = False) -> T:
        if self.full:
            await trio.lowlevel.checkpoint()
            raise CommitFailed(sqlite3.OperationalError("database or disk is full"))
        return await self._write(job, urgent=urgent)


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
        await self.publish(definition or LIVE)
        campaign = await self.campaign_id(LIVE.name)
        await self.orders(users)
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
                for run, held in books.of_campaign(conn, row.id).items():
                    if not held.balanced() or held != books.recount(conn, row.id, run):
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


@asynccontextmanager
async def open_house(
    folder: Path,
    jumps: MockClock | None,
    wire: Wire | None = None,
    *,
    clock: Clock | None = None,
    start_ms: int = START_MS,
    rate: int = 1_000,
    at_once: int = 4,
    rules: HouseRules | None = None,
    supervised: bool = True,
    delivering: bool = True,
    quiet: bool = False,
    pressured: bool = False,
    disk: DiskGauge | None = None,
    limits: Limits = Limits(),  # noqa: B008 - frozen
    controls: Controls = NO_CONTROLS,
) -> AsyncIterator[House]:
    """Start every part that is wanted; `jumps` is the test's own clock."""
    wire = wire or Wire()
    wall = clock or TrioClock(start_ms)
    wall.now_ms()
    hold = Hold(jumps)
    async with open_database(folder, migrations.load(), hold=hold) as store:
        await store.write(partial(meta.ensure_install_key, fresh=KEY))
        desk: Desk
        left = await store.read(marks.read)
        clock = GuardedClock(
            wall.now_ms, monotonic_ms, high_water_ms=left.high_water_ms, noted=left.leap
        )
        timekeeper = Timekeeper(
            store,
            clock,
            noted=left.leap,
            audit_key=audit_key(KEY),
            announce=lambda: desk.announce(),  # noqa: PLW0108 - made below
        )
        pressure = Pressure(
            store,
            disk or Disk(folder),
            clock=clock,
            limits=limits,
            announce=lambda: desk.announce(),  # noqa: PLW0108 - made below
        )
        writing = Writing(store)
        router = Router()
        projector = Projector(
            store, folder / "a.duckdb", clock=clock, zone=ZONE, hold=hold, controls=controls
        )
        context = Context(
            store=store,
            clock=clock,
            router=router,
            selector=projector,
            wake_delivery=lambda: delivery.wake(),  # noqa: PLW0108 - made below
            halt_delivery=lambda campaign: delivery.halt(campaign),  # noqa: PLW0108 - made below
            announce=lambda: desk.announce(),  # noqa: PLW0108 - made below
            may_draw=pressure.may_draw,
            may_take=pressure.may_take,
            install_key=KEY,
            zone=ZONE,
            error_id=lambda: "E1",
            controls=controls,
        )
        supervisor = Supervisor(context, error_id=lambda: "E1")
        delivery = Delivery(
            store,
            wire,
            pace_=Pace(messages_per_second=rate, requests_at_once_max=at_once),
            clock=clock,
            zone=ZONE,
            library_version="1",
            chance=Random(1),
            audit_key=context.audit_key,
            on_settled=supervisor.settled,
            announce=context.announce,
        )
        verifying = Verifying(context, TARGET, delivery, Random(2))
        desk = Desk(
            context,
            projector,
            delivery,
            rules or HouseRules(),
            verifying=verifying,
            timekeeper=timekeeper,
            look=supervisor.look,
        )
        async with trio.open_nursery() as nursery:
            if not quiet:
                await nursery.start(timekeeper.run)
                await nursery.start(projector.run)
            if pressured:
                await nursery.start(pressure.run)
            if delivering:
                await nursery.start(delivery.run)
            if supervised:
                await nursery.start(supervisor.run)
            if not quiet:
                await nursery.start(desk.run)
            yield House(
                store,
                clock,
                router,
                wire,
                delivery,
                projector,
                supervisor,
                context,
                desk,
                writing,
                pressure,
                timekeeper,
            )
            nursery.cancel_scope.cancel()
