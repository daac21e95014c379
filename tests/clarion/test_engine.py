"""The engine as a whole, on a real store and against the local Segment, without its doors."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
import trio

from actors.clock import WallClock
from actors.desk import HouseRules
from actors.mail import (
    Approve,
    BackedUp,
    BackUp,
    Done,
    Draft,
    Pause,
    Publish,
    Resume,
    SendSample,
    Show,
    Submit,
)
from actors.restraint import Pace
from clarion import cli
from clarion.engine import Engine, EngineSettings, Surroundings, open_engine
from domain.audience import Property
from domain.campaign import Campaign, Limits, Trigger, What
from sandbox.segment import LocalSegment
from store import log, migrations, retention
from store.backup import restore
from store.database import open_database
from store.errors import NotAdopted
from store.hold import Hold
from store.log import Incoming
from tests.patience import PATIENCE_SECONDS

ANA, BEN = "U0ANA00001", "U0BEN00002"
KEY = "segment-write-key"


@asynccontextmanager
async def engine_and_segment(
    folder: Path, keep_events_days: int = 0
) -> AsyncIterator[tuple[Engine, LocalSegment]]:
    segment = LocalSegment(write_key=KEY)
    async with trio.open_nursery() as nursery:
        url = await nursery.start(segment.serve)
        settings = EngineSettings(
            folder=folder,
            zone="Europe/Oslo",
            segment_url=url,
            write_key=KEY,
            pace=Pace(messages_per_second=1000, requests_at_once_max=4),
            house=HouseRules(keep_events_days=keep_events_days),
        )
        around = Surroundings(
            clock=WallClock(),
            hold=Hold(),
            chance=Random(1),
            fresh_key=b"k" * 32,
            error_id=lambda: "E1",
        )
        async with open_engine(settings, around) as engine:
            yield engine, segment
        nursery.cancel_scope.cancel()


async def feed(engine: Engine, records: list[Incoming]) -> None:
    now = WallClock().now_ms()
    kept = await engine.store.write(
        lambda conn: log.append(conn, records, now_ms=now, install_key=engine.install_key)
    )
    engine.router.route(kept.names, kept.last_seq)


def profile(user: str, **traits: Any) -> Incoming:
    now = WallClock().now_ms()
    return Incoming("profile", f"p-{user}", user, "", now, msgspec.json.encode(traits))


def event(number: int, user: str, name: str, **properties: Any) -> Incoming:
    now = WallClock().now_ms()
    return Incoming("event", f"e-{number}", user, name, now, msgspec.json.encode(properties))


async def publish(engine: Engine, campaign: Campaign) -> None:
    for request in (
        Draft(definition=campaign, by=ANA),
        Submit(name=campaign.name, by=ANA),
        Approve(name=campaign.name, by=BEN),
        Publish(name=campaign.name, by=ANA),
    ):
        answer = await engine.desk.ask(request)
        assert isinstance(answer, Done), answer


async def reaches(engine: Engine, name: str, state: str) -> Done:
    with trio.fail_after(PATIENCE_SECONDS):
        while True:
            answer = await engine.desk.ask(Show(name=name))
            assert isinstance(answer, Done)
            assert answer.campaign is not None
            if answer.campaign.state == state:
                return answer
            await trio.sleep(0.02)


async def test_a_live_campaign_sends_until_its_cap_is_delivered(tmp_path: Path) -> None:
    campaign = Campaign(
        name="Coupon",
        kind="live",
        trigger=Trigger(event="Order Completed"),
        who=Property(name="country", op="equals", value="NO"),
        what=What(key_values={"greeting": "Hei {{ Profile.first_name }}"}),
        limits=Limits(cap_total=10),
    )
    async with engine_and_segment(tmp_path) as (engine, segment):
        await feed(engine, [profile(f"u{n}", country="NO", first_name="Kari") for n in range(30)])
        await publish(engine, campaign)
        await reaches(engine, "Coupon", "running")
        await feed(engine, [event(n, f"u{n}", "Order Completed") for n in range(30)])
        answer = await reaches(engine, "Coupon", "completed")
        assert answer.campaign is not None
        books = answer.campaign.books
        assert (books.qualified, books.sent, books.pending) == (30, 10, 0)
        assert books.skipped == {"cap_reached": 20}
        assert len(segment.accepted) == 10
        assert answer.campaign.reason == "cap_reached"


async def test_a_run_over_its_safety_limit_waits_and_goes_to_a_random_few(tmp_path: Path) -> None:
    campaign = Campaign(
        name="Win back",
        kind="past_behaviour",
        who=Property(name="country", op="equals", value="NO"),
        limits=Limits(safety_limit=5),
    )
    async with engine_and_segment(tmp_path) as (engine, segment):
        await feed(engine, [profile(f"u{n}", country="NO") for n in range(30)])
        await publish(engine, campaign)
        answer = await reaches(engine, "Win back", "blocked")
        assert answer.campaign is not None
        (run,) = answer.campaign.runs
        assert (run.qualified, run.safety_limit) == (30, 5)
        assert len(segment.accepted) == 0
        await engine.desk.ask(SendSample(name="Win back", by=BEN, run=run.run))
        answer = await reaches(engine, "Win back", "completed")
        assert answer.campaign is not None
        assert answer.campaign.books.sent == 5
        assert answer.campaign.books.skipped == {"safety_not_drawn": 25}
        assert len(segment.accepted) == 5


def _settings(folder: Path, url: str) -> EngineSettings:
    pace = Pace(messages_per_second=1000, requests_at_once_max=4)
    return EngineSettings(folder, "Europe/Oslo", url, KEY, pace, ballast_bytes=65_536)


async def _waiting(engine: Engine, n: int) -> None:
    """Return once so many messages are in the outbox."""

    def there(conn: sqlite3.Connection) -> bool:
        (found,) = conn.execute("SELECT count(*) FROM outbox").fetchone()
        return bool(found >= n)

    with trio.fail_after(PATIENCE_SECONDS):
        while True:
            if await engine.store.read(there):
                return
            await trio.sleep(0.02)


def _around() -> Surroundings:
    return Surroundings(WallClock(), Hold(), Random(1), b"k" * 32, lambda: "E1")


async def test_a_restored_backup_sends_nothing_again_and_waits_for_a_person(
    tmp_path: Path,
) -> None:
    """The drill: back up, send, restore, adopt, resume."""
    folder, file = tmp_path / "data", tmp_path / "b.db"
    live = Campaign(name="Coupon", kind="live", trigger=Trigger(event="Order Completed"))
    past = Campaign(
        name="Win back",
        kind="past_behaviour",
        who=Property(name="country", op="equals", value="NO"),
    )
    segment = LocalSegment(write_key=KEY)
    async with trio.open_nursery() as nursery:
        url = await nursery.start(segment.serve)
        async with open_engine(_settings(folder, url), _around()) as engine:
            await feed(engine, [profile(f"u{n}", country="NO") for n in range(5)])
            await publish(engine, live)
            await reaches(engine, "Coupon", "running")
            for request in (
                Draft(definition=past, by=ANA),
                Submit(name="Win back", by=ANA),
                Approve(name="Win back", by=BEN),
            ):
                await engine.desk.ask(request)
            engine.delivery.halt((await reaches(engine, "Coupon", "running")).campaign.id)  # type: ignore[union-attr]  # it has one
            await feed(engine, [event(n, f"u{n}", "Order Completed") for n in range(5)])
            await _waiting(engine, 5)
            await engine.desk.ask(Publish(name="Win back", by=ANA))
            answer = await engine.desk.ask(BackUp(path=str(file)))
            assert isinstance(answer, BackedUp)
            engine.delivery.unhalt((await reaches(engine, "Coupon", "running")).campaign.id)  # type: ignore[union-attr]  # it has one
            await reaches(engine, "Win back", "completed")
            await segment.wait_until(lambda: len(segment.accepted) == 10)
        restore(file, folder, schema_known=len(migrations.load()), now_ms=WallClock().now_ms())
        with pytest.raises(NotAdopted):
            async with open_engine(_settings(folder, url), _around()):
                pass
        async with open_engine(_settings(folder, url), _around(), adopt=True) as engine:
            answer = await reaches(engine, "Coupon", "paused")
            assert answer.campaign is not None
            assert answer.campaign.reason == "adopted"
            assert answer.campaign.books.skipped == {"unknown": 5}
            await engine.desk.ask(Resume(name="Coupon", by=ANA))
            await engine.desk.ask(Resume(name="Win back", by=ANA))
            await reaches(engine, "Win back", "completed")  # its time had come: never sent again
            await feed(engine, [event(99, "u0", "Order Completed")])
            await segment.wait_until(lambda: len(segment.accepted) == 11)
        nursery.cancel_scope.cancel()
    assert [m.user for m in segment.accepted].count("u0") == 3


async def test_on_a_full_disk_a_daemon_starts_and_pauses_and_tells_people(tmp_path: Path) -> None:
    """The one before gave its ballast up for room that is needed now: the start itself is small."""
    live = Campaign(name="Coupon", kind="live", trigger=Trigger(event="Order Completed"))
    settings = _settings(tmp_path, "http://127.0.0.1:1")
    async with open_engine(settings, _around()) as engine:
        await publish(engine, live)
        await reaches(engine, "Coupon", "running")
    (tmp_path / "ballast").unlink()
    full = msgspec.structs.replace(settings, ballast_bytes=2**60)  # no disk has twice as much
    async with open_engine(full, _around()) as engine:
        assert engine.disk.state() == "full"
        assert isinstance(await engine.desk.ask(Pause(name="Coupon", by=ANA)), Done)
        told = await engine.desk.announcements()
        assert any("The disk is nearly full." in each.body for each, _ in told)
        for each, _ in told:
            await engine.desk.announced(each, None)


async def test_a_fenced_daemon_begins_no_other_request(tmp_path: Path) -> None:
    segment = LocalSegment(write_key=KEY)
    live = Campaign(name="Coupon", kind="live", trigger=Trigger(event="Order Completed"))

    async def first() -> None:
        async with open_engine(_settings(tmp_path, url), _around()) as engine:
            await publish(engine, live)
            await reaches(engine, "Coupon", "running")
            campaign = (await reaches(engine, "Coupon", "running")).campaign
            assert campaign is not None
            engine.delivery.halt(campaign.id)
            await feed(engine, [profile("u0"), event(0, "u0", "Order Completed")])
            await _waiting(engine, 1)
            (tmp_path / "clarion.lock").unlink()
            async with open_database(tmp_path, migrations.load()):
                engine.delivery.unhalt(campaign.id)
                await trio.sleep_forever()

    async with trio.open_nursery() as nursery:
        url = await nursery.start(segment.serve)
        with pytest.raises(BaseException) as ended:  # noqa: PT011 - a group, or the error alone
            await first()
        nursery.cancel_scope.cancel()
    assert cli.is_fenced(ended.value)
    assert cli.expected_failures(ended.value) is not None
    assert len(segment.accepted) == 0


async def test_each_start_says_anew_for_how_long_events_are_kept(tmp_path: Path) -> None:
    for days in (0, 40, 0):
        async with engine_and_segment(tmp_path, days) as (engine, _):
            assert await engine.store.read(retention.days) == days
