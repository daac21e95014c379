"""A stretch of history that is lived twice: without a campaign, and with it; and its rehearsal.

The engine here is the daemon's own, wired by `open_engine`; only its time is virtual.
"""

import csv
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import datetime
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, TypeAlias

import msgspec
import trio
from msgspec import Struct

from actors.accepting import Accepting
from actors.clock import TrioClock
from actors.mail import Approve, Done, Draft, Publish, Submit
from actors.mail_rehearsal import Rehearsed
from actors.restraint import Pace
from clarion.engine import Engine, EngineSettings, Surroundings, open_engine
from clarion.rehearsal_play import Play
from clarion.rehearsing import rehearse
from clarion.virtual_clock import VirtualClock
from domain.campaign import Campaign
from domain.control import NO_CONTROLS, Controls
from domain.frequency import NO_LIMITS, GlobalLimits
from domain.periods import DAY_MS
from store import inline, log
from store.copy_connection import Limits as CopyLimits
from store.database import DATABASE_NAME
from store.log import Incoming
from tests.actors.given import ANA, BEN, HOUR_MS, KEY, START_MS, ZONE

PACE = Pace(messages_per_second=1_000, requests_at_once_max=4)
SETTLE_SECONDS = 100 * 3_600
"""Nothing goes later than 72 hours after the end of a night."""
LOOK_SECONDS = 7_200
ZONES = (ZONE, "Asia/Tokyo", "America/New_York", "Pacific/Auckland", None)
Message: TypeAlias = tuple[str, int, int, str]
"""Who, decided and sent when, which variant."""
Happening: TypeAlias = tuple[int, str, str, Mapping[str, Any]]
"""When, who, what, with which properties."""


class World(Struct, frozen=True):
    """Who lives in it, what they do, and what the operator and other campaigns do meanwhile."""

    events: tuple[Happening, ...]
    people: Mapping[str, Mapping[str, Any]]
    days: int
    controls: Controls = NO_CONTROLS
    house: GlobalLimits = NO_LIMITS
    others: tuple[Campaign, ...] = ()
    pace: Pace = PACE

    @property
    def end_ms(self) -> int:
        """When the stretch is over."""
        return START_MS + self.days * DAY_MS


class Lived(Struct, frozen=True):
    """What a campaign did until the end of the stretch: its messages, and the fates of all."""

    messages: list[Message]
    fates: Counter[tuple[str, str]]


def people(n: int = 60, *, seed: int = 5) -> dict[str, dict[str, Any]]:
    """Make people in several time zones, some with a plan and an address, some with neither."""
    dice = Random(seed)
    found: dict[str, dict[str, Any]] = {}
    for i in range(n):
        traits: dict[str, Any] = {"plan": dice.choice(("free", "pro", "team"))}
        if zone := dice.choice(ZONES):
            traits["timezone"] = zone
        if dice.random() < 0.8:
            traits["wakes_at"] = dice.randrange(1_440)
        found[f"u{i:02}"] = traits
    return found


def shopping(days: int, n: int = 400, *, users: int = 60, seed: int = 7) -> tuple[Happening, ...]:
    """Let them order, look, pay, book and cancel; bookings carry dates, some of them past."""
    dice = Random(seed)
    names = ("Order Completed", "Order Completed", "Viewed", "Paid", "Booked", "Cancelled")
    found: list[Happening] = []
    for _ in range(n):
        at_ms = START_MS + dice.randrange(1_000, days * DAY_MS - 1_000)
        name = dice.choice(names)
        more: dict[str, Any] = {"total": dice.randrange(100), "sku": f"s{dice.randrange(3)}"}
        if name == "Booked":
            more["starts"] = (at_ms + dice.randrange(-3, 60) * HOUR_MS) // 1_000
        found.append((at_ms, f"u{dice.randrange(users):02}", name, more))
    return tuple(sorted(found, key=lambda one: one[:3]))


def live(folder: Path, given: World, *more: Campaign) -> None:
    """Live through the stretch, in a folder of its own, with these campaigns besides."""
    folder.mkdir()
    trio.run(_live, folder, given, (*given.others, *more), clock=VirtualClock())


async def _live(folder: Path, given: World, running: Sequence[Campaign]) -> None:
    settings = EngineSettings(
        folder=folder,
        zone=ZONE,
        segment_url="https://segment.test",
        write_key="key",
        pace=given.pace,
        free_bytes_min=2**20,
        ballast_bytes=4_096,
        controls=given.controls,
        copy=CopyLimits(memory_mb_max=512, threads_max=1),
        house_limits=given.house,
    )
    around = Surroundings(
        clock=TrioClock(START_MS),
        hold=inline.InPlace(),
        chance=Random(1),
        fresh_key=KEY,
        error_id=lambda: "E1",
        opening=inline.opening,
        transport=Accepting(),
        look_every_seconds=DAY_MS / 1_000,
    )
    async with open_engine(settings, around) as engine:
        await feed(engine, [_profile(user, traits) for user, traits in given.people.items()])
        for campaign in running:
            for request in (
                Draft(definition=campaign, by=ANA),
                Submit(name=campaign.name, by=ANA),
                Approve(name=campaign.name, by=BEN),
                Publish(name=campaign.name, by=ANA),
            ):
                answer = await engine.desk.ask(request)
                assert isinstance(answer, Done), answer
        for at_ms, user, name, properties in given.events:
            await trio.sleep_until((at_ms - START_MS) / 1_000)
            body = msgspec.json.encode(properties)
            await feed(engine, [Incoming("event", f"{at_ms}-{user}", user, name, at_ms, body)])
        await trio.sleep_until(given.days * DAY_MS / 1_000)
        for _ in range(SETTLE_SECONDS // LOOK_SECONDS):
            if not await engine.store.read(_is_open):
                break
            await trio.sleep(LOOK_SECONDS)


def _is_open(conn: sqlite3.Connection) -> bool:
    """Whether something waits to be sent, or a run has users whose time is to come."""
    return bool(
        conn.execute(
            "SELECT EXISTS (SELECT 1 FROM outbox WHERE state IN ('drawn', 'pending', 'in_flight'))"
            " OR EXISTS (SELECT 1 FROM run WHERE state IN ('drawing', 'sending'))"
        ).fetchone()[0]
    )


def _profile(user: str, traits: Mapping[str, Any]) -> Incoming:
    return Incoming("profile", f"p-{user}", user, "", START_MS, msgspec.json.encode(traits))


async def feed(engine: Engine, records: list[Incoming]) -> None:
    now = engine.clock.now_ms()
    kept = await engine.store.write(
        partial(log.append, records=records, now_ms=now, install_key=engine.install_key)
    )
    engine.router.route(kept.names, kept.last_seq)


def rehearsal(folder: Path, given: World, campaign: Campaign) -> tuple[Rehearsed, Lived]:
    """Rehearse a draft over the whole stretch; return the answer, and what it would have done."""
    file = folder / "messages.csv"
    play = Play(
        folder=str(folder),
        name=campaign.name,
        definition=campaign,
        days=given.days,
        now_ms=given.end_ms,
        zone=ZONE,
        pace=given.pace,
        messages=str(file),
        controls=given.controls,
        house=given.house,
    )
    answer = rehearse(play, lambda _progress: None)
    assert isinstance(answer, Rehearsed), answer
    with file.open() as text:
        rows = [row for row in csv.DictReader(text) if row["state"] == "accepted"]
    messages = sorted(
        (row["user"], _ms(row["decided"]), _ms(row["ended"]), row["variant"]) for row in rows
    )
    return answer, Lived(messages, _fates(answer))


def _fates(answer: Rehearsed) -> Counter[tuple[str, str]]:
    held = answer.books
    found = Counter({("sent", ""): held.sent, ("control", ""): held.control})
    found.update({("skipped", reason): n for reason, n in held.skipped.items()})
    return +found


def looked_at(folder: Path, given: World, campaign: Campaign) -> Lived:
    """Read what the campaign decided until the end of the stretch, and what came of it.

    A run that began before the end counts whole, and a held one that nobody answered as skipped.
    """
    held = "'skipped'" if campaign.limits.stop_on_block else "'skipped', 'blocked'"
    whole = "run IN (SELECT run FROM run WHERE campaign = ?1 AND due_ms <= ?2)"
    with closing(sqlite3.connect(folder / DATABASE_NAME)) as conn:
        (found,) = conn.execute(
            "SELECT id FROM campaign WHERE name = ?", (campaign.name,)
        ).fetchone()
        chosen = (found, given.end_ms)
        messages = conn.execute(
            "SELECT user, admitted_ms, updated_ms, variant, state, reason FROM outbox"
            f" WHERE campaign = ?1 AND (run = 'live' AND admitted_ms <= ?2 OR {whole})"
            " ORDER BY 1, 2, 3, 4",
            chosen,
        ).fetchall()
        decided = conn.execute(
            "SELECT bucket, iif(bucket = 'control', '', reason) FROM decision"
            f" WHERE campaign = ?1 AND (run = 'live' AND at_ms <= ?2 OR {whole})",
            chosen,
        ).fetchall()
        undrawn = conn.execute(
            f"SELECT qualified FROM run WHERE campaign = ?1 AND due_ms <= ?2 AND state IN ({held})",
            chosen,
        ).fetchall()
    ended = [
        ("sent", "") if state == "accepted" else ("skipped", reason)
        for *_, state, reason in messages
    ]
    every = Counter([*ended, *decided])
    if undrawn:
        every["skipped", "run_skipped"] += sum(n for (n,) in undrawn)
    return Lived([tuple(row[:4]) for row in messages if row[4] == "accepted"], every)


def _ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1_000)
