"""Rehearsals of a month: how long they take and what they need, in a process of their own.

100,000 users and 2,000,000 events, the most that is played; `python -m bench.rehearsal` says what
each kind of campaign costs, by the system's own books of the process: processor time and the most
memory that it held.
"""

import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random

import msgspec
from msgspec import Struct
from rich.console import Console
from rich.table import Table

from actors.mail import Refused
from actors.mail_rehearsal import Progress, Rehearsed
from actors.restraint import Pace
from bench.population import COUNTRIES, DAY_MS, NOW_MS
from clarion.rehearsal_play import Play
from domain.audience import Did, Property
from domain.behaviour import Count
from domain.campaign import Campaign, DoNotDisturb, Limits, Trigger, What, When
from domain.chance import user_hash
from store import meta, migrations
from store.database import DATABASE_NAME
from store.upgrade import CREATE_META, upgrade

USERS = 100_000
EVENTS = 2_000_000
DAYS = 30
RARE_ONE_IN = 10
"""So few of the events are of the name that the cheaper campaign waits for."""
KEY = b"k" * 32
KB_PER_MB = 1_024
AS_ALWAYS = "from clarion import rehearsing; rehearsing.NICE = 0; rehearsing.main()"
"""As the daemon starts it, but for the low priority, which a machine in use would measure."""
COMMON, RARE = "Product Viewed", "Product Added"
GREETING = What(key_values={"hi": "Hello {{ Profile.plan | default: 'you' }}"})
NIGHT = DoNotDisturb("22:00", "08:00")
CAMPAIGNS = {
    "live, a tenth of the events": Campaign(
        name="Cart",
        kind="live",
        trigger=Trigger(RARE),
        what=GREETING,
        do_not_disturb=NIGHT,
        limits=Limits(per_user_max=2, control_percent=10),
    ),
    "live, every event": Campaign(
        name="View",
        kind="live",
        trigger=Trigger(COMMON),
        who=Property("country", "equals", "NO"),
        what=GREETING,
        limits=Limits(per_user_max=1),
    ),
    "a run over who did": Campaign(
        name="Back",
        kind="past_behaviour",
        who=Did(COMMON, count=Count(">=", 3)),
        what=GREETING,
        when=When(start="2026-09-01T09:00"),
    ),
}
_lines: msgspec.json.Decoder[Progress | Rehearsed | Refused] = msgspec.json.Decoder(
    Progress | Rehearsed | Refused
)


class Cost(Struct, frozen=True):
    """What a rehearsal cost: seconds by the wall and of the processor, and memory at its most."""

    answer: Rehearsed | Refused
    wall_seconds: float
    processor_seconds: float
    memory_mb: float


def fill(folder: Path, *, users: int, events: int) -> None:
    """Make a daemon's folder with a month of what users did."""
    path = folder / DATABASE_NAME
    rng = Random(3)
    conn = sqlite3.connect(path, isolation_level=None)
    conn.execute("PRAGMA synchronous = OFF")
    conn.execute(CREATE_META)
    upgrade(conn, path, migrations.load())
    conn.execute("BEGIN")
    meta.ensure_install_key(conn, KEY)
    plans = [msgspec.json.encode({"country": c, "plan": "gold"}) for c in COUNTRIES]
    conn.executemany(
        "INSERT INTO user (user, h, traits, zone, seq) VALUES (?, ?, ?, 'Europe/Oslo', 1)",
        ((f"u{i}", user_hash(KEY, f"u{i}"), rng.choice(plans)) for i in range(users)),
    )
    body = msgspec.json.encode({"sku": "A1", "price": 9.5})
    step = DAYS * DAY_MS // events
    conn.executemany(
        "INSERT INTO log (kind, source_id, user, name, time_ms, received_ms, body)"
        " VALUES ('event', ?, ?, ?, ?, ?, ?)",
        (
            (
                f"e{i}",
                f"u{rng.randrange(users)}",
                RARE if i % RARE_ONE_IN == 0 else COMMON,
                at := NOW_MS - DAYS * DAY_MS + i * step,
                at,
                body,
            )
            for i in range(events)
        ),
    )
    conn.execute("COMMIT")
    conn.close()


def rehearse(folder: Path, campaign: Campaign) -> Cost:
    """Rehearse as the daemon does, and read what the process cost."""
    play = Play(
        folder=str(folder),
        name=campaign.name,
        days=DAYS,
        now_ms=NOW_MS,
        zone="Europe/Oslo",
        pace=Pace(messages_per_second=500, requests_at_once_max=4),
        definition=campaign,
    )
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-c", AS_ALWAYS], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin is not None, "it is a pipe"
    assert process.stdout is not None, "it is a pipe"
    process.stdin.write(msgspec.json.encode(play))
    process.stdin.close()
    last = process.stdout.read().splitlines()[-1]
    _pid, _status, used = os.wait4(process.pid, 0)
    answer = _lines.decode(last)
    assert not isinstance(answer, Progress), "the last line is the answer"
    return Cost(
        answer,
        time.monotonic() - began,
        used.ru_utime + used.ru_stime,
        used.ru_maxrss / KB_PER_MB,
    )


def main(users: int = USERS, events: int = EVENTS) -> None:
    """Print what each kind of campaign costs."""
    table = Table("campaign", "events", "messages", "wall s", "processor s", "memory MB", "grain s")
    with tempfile.TemporaryDirectory(prefix="clarion-bench-") as name:
        folder = Path(name)
        fill(folder, users=users, events=events)
        for what, campaign in CAMPAIGNS.items():
            cost = rehearse(folder, campaign)
            sys.stderr.write(f"{what}: {cost.memory_mb:.0f} MB, {cost.processor_seconds:.0f} s\n")
            said = cost.answer
            played = isinstance(said, Rehearsed)
            table.add_row(
                what,
                f"{said.events:,}" if isinstance(said, Rehearsed) else said.what,
                f"{said.books.sent:,}" if isinstance(said, Rehearsed) else "",
                f"{cost.wall_seconds:.0f}",
                f"{cost.processor_seconds:.0f}",
                f"{cost.memory_mb:.0f}",
                f"{said.grain_ms // 1_000}" if isinstance(said, Rehearsed) and played else "",
            )
    Console(width=120).print(table)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
