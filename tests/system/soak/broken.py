"""Drills with what breaks: content, an event, a whole campaign. The others go on each time."""

import sqlite3
import time
from contextlib import closing
from functools import partial

from actors.mail import Approve, CampaignView, Draft, Publish, Resume, Stop, Submit
from actors.mail_trust import Aside, DropAside, ListAside
from actors.notices import TEMPLATE_ERRORS
from domain.campaign import Campaign, What
from sandbox.slack import ANA, BEN
from tests.system.soak import kills
from tests.system.soak.crowd import EVERYONE, STEADY, STEADY_EVENT
from tests.system.soak.ground import Ground

FAILS = "{{ 1 | divided_by: Profile.nothing }}"
FAULTS_SECONDS_MAX = 60.0
"""Six failures, a second apart, and time for a slow machine."""
TORN = b'{"'


async def content(ground: Ground) -> None:
    """It dies when the fuse of a campaign has blown: that campaign stays paused, and says why."""
    campaign = Campaign(
        name="Blows", kind="past_behaviour", who=EVERYONE, what=What(key_values={"n": FAILS})
    )
    await kills.on_purpose(ground, "fuse.committed", partial(ground.publish, campaign))
    view = await ground.view(campaign.name)
    if (view.state, view.reason) != ("paused", TEMPLATE_ERRORS):
        ground.found.append(f"After its fuse has blown a campaign is {_stands(view)}.")
    await ground.asks(Stop(name=campaign.name, by=ANA))


async def event(ground: Ground) -> None:
    """An event that cannot be read any more, as a disk leaves it, is set aside; it dies over it."""
    await ground.stage.stop_daemon()
    now = int(time.time() * 1000)
    user = ground.stage.shop.people[0].user_id
    with closing(_database(ground)) as conn:
        conn.execute(
            "INSERT INTO log (kind, source_id, user, name, time_ms, received_ms, body)"
            " VALUES ('event', 'torn', ?, ?, ?, ?, ?)",
            (user, STEADY_EVENT, now, now, TORN),
        )
    await kills.on_purpose(ground, "live.set_aside")
    answer = await ground.asks(ListAside(campaign=STEADY.name))
    lines = answer.lines if isinstance(answer, Aside) else ()
    found = [line for line in lines if line.state == "poison" and line.user == user]
    if len(found) != 1:
        ground.found.append(f"An event that cannot be read is told as {answer}.")
    await ground.asks(DropAside(by=ANA, ids=tuple(line.id for line in found)))


async def campaign(ground: Ground) -> None:
    """A campaign fails whatever it does: it dies when that one is faulted, and the others go on."""
    name = "Faults"
    await ground.asks(
        Draft(definition=Campaign(name=name, kind="past_behaviour", who=EVERYONE), by=ANA)
    )
    failing = (await ground.view(name)).id
    await ground.stage.stop_daemon()
    with closing(_database(ground)) as conn:
        conn.execute(
            f"CREATE TRIGGER planted BEFORE INSERT ON run WHEN NEW.campaign = '{failing}'"
            " BEGIN SELECT RAISE(ABORT, 'planted'); END"
        )

    async def publish() -> None:
        await ground.asks(Submit(name=name, by=ANA))
        await ground.asks(Approve(name=name, by=BEN))
        await ground.asks(Publish(name=name, by=ANA))

    await kills.on_purpose(ground, "supervisor.faulted", publish, seconds=FAULTS_SECONDS_MAX)
    view = await ground.view(name)
    if view.state != "faulted":
        ground.found.append(f"A campaign that fails again and again is {_stands(view)}.")
    await ground.stage.stop_daemon()
    with closing(_database(ground)) as conn:
        conn.execute("DROP TRIGGER planted")
    await ground.start()
    await ground.asks(Resume(name=name, by=ANA))
    await ground.reaches(name, "completed")


def _database(ground: Ground) -> sqlite3.Connection:
    """Open the database of a daemon that has stopped."""
    return sqlite3.connect(ground.stage.data / "clarion.db", isolation_level=None)


def _stands(view: CampaignView) -> str:
    return f"{view.state} ({view.reason or 'without a reason'})"
