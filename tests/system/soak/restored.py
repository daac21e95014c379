"""P9, P23 and P26: a backup under load, and its way back, cut off at every step.

What was open in the backup may have been sent since: nothing of it is sent again. What was stopped
since stays stopped, and who was suppressed since gets nothing.
"""

import signal
import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path

import trio

from actors.mail import Resume, Stop
from actors.mail_people import SuppressUser
from domain.campaign import Campaign, Trigger
from sandbox.slack import ANA
from tests.system import checks
from tests.system.soak import crowd, kills
from tests.system.soak.crowd import STEADY, STEADY_EVENT
from tests.system.soak.ground import Ground
from tests.system.soak.waits import CARTS, LATER, OFFERS

SINCE_SECONDS = 3.0
"""How long the load goes on after the backup."""
SILENT_SECONDS = 3.0
DOOMED = Campaign(name="Stopped since", kind="live", trigger=Trigger(event="Doomed Viewed"))
LET_ALONE = "suppressed-since"
REFUSED = 1


async def back_up(ground: Ground) -> Path:
    """Back up under the caller's load, cut off once; return the file of the second try.

    Afterwards a campaign is stopped and a user suppressed, of which the backup does not know.
    """
    await ground.live(DOOMED)
    cut_off, file = ground.stage.folder / "cut-off.db", ground.stage.folder / "backup.db"
    await kills.on_purpose(ground, "backup.renamed", partial(ground.cli, "backup", str(cut_off)))
    _must_be_whole(ground, cut_off)
    before = set(ground.acknowledged)
    ran = await ground.cli("backup", str(file))
    if ran.code != 0:
        ground.found.append(f"A backup under load failed: {ran}.")
    _must_be_whole(ground, file)
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as conn:
        kept = {row[0] for row in conn.execute("SELECT source_id FROM log")}
    if lost := before - kept:
        ground.found.append(f"The backup lacks {len(lost):,} events acknowledged before it.")
    await ground.asks(Stop(name=DOOMED.name, by=ANA))
    await ground.asks(SuppressUser(user=LET_ALONE, by=ANA))
    await trio.sleep(SINCE_SECONDS)
    return file


async def restore(ground: Ground, file: Path) -> None:
    """Put it back, cut off wherever that can be; the caller has ended the load and the daemon."""
    restoring = ("restore", str(file))
    for place in ("restore.old_set_aside", "restore.renamed"):
        ran = await ground.cli(*restoring, fault_point=place)
        if ran.code == -signal.SIGKILL:
            ground.killed_at.append(place)
        await _refused(ground, f"a restore that was cut off at {place}")
        ground.say(f"killed at {place}, {ground.so_far()}")
    ran = await ground.cli(*restoring)
    if ran.code != 0 or "--adopt" not in ran.said:
        ground.found.append(f"A restore that was cut off twice cannot be done again: {ran}.")
    await _refused(ground, "a restore")
    ran = await ground.cli("run", "--adopt", fault_point="adopt.committed")
    if ran.code == -signal.SIGKILL:
        ground.killed_at.append("adopt.committed")
    _begin_anew(ground)
    await ground.check(ground.look(), "after an adoption that was cut off")


async def go_on(ground: Ground) -> None:
    """Start without `--adopt`, since the adoption was committed: all is paused and nothing goes."""
    arrived = ground.stage.segment.counters.events
    ids = {message.message_id for message in ground.stage.segment.receipts.messages}
    await ground.start()
    await trio.sleep(SILENT_SECONDS)
    if late := ground.stage.segment.counters.events - arrived:
        ground.found.append(f"{late} messages were sent by an adopted database unasked.")
    for campaign, state in ((STEADY, "paused"), (DOOMED, "stopped")):
        view = await ground.view(campaign.name)
        if view.state != state:
            ground.found.append(f"After an adoption {campaign.name} is {view.state}, not {state}.")
    for campaign in (STEADY, CARTS, LATER, OFFERS):
        await ground.asks(Resume(name=campaign.name, by=ANA))
    looks = {"type": "track", "event": STEADY_EVENT, "userId": LET_ALONE}
    await ground.post([looks | {"messageId": f"{LET_ALONE}-after"}])
    async with trio.open_nursery() as nursery:
        nursery.start_soon(crowd.shoppers, ground)
        await trio.sleep(SINCE_SECONDS)
        nursery.cancel_scope.cancel()
    await ground.rest("after a restore")
    since = [m for m in ground.stage.segment.receipts.messages if m.seq > arrived]
    if again := [m.message_id for m in since if m.message_id in ids]:
        ground.found.append(f"{len(again):,} messages of before were sent again: {again[:3]}.")
    if not since:
        ground.found.append("After a restore and a resume nothing is sent any more.")
    if ground.arrived_for(LET_ALONE):
        ground.found.append("A user who was suppressed after the backup got a message.")


async def _refused(ground: Ground, told: str) -> None:
    """The daemon does not start on it unasked, and says what to do."""
    ran = await ground.cli("run")
    if ran.code != REFUSED or "--adopt" not in ran.said or "Traceback" in ran.said:
        ground.found.append(f"After {told} a daemon starts or is unclear: {ran}.")


def _begin_anew(ground: Ground) -> None:
    """Forget of the world what the database of the backup cannot know."""
    database = checks.copy_of(ground.stage.data, ground.copies)
    accepted = set(checks.in_state(database, "accepted"))
    with closing(sqlite3.connect(database)) as conn:
        ground.acknowledged &= {row[0] for row in conn.execute("SELECT source_id FROM log")}
        (ground.adopted_seq,) = conn.execute("SELECT max(seq) FROM log").fetchone()
        known = {row[0] for row in conn.execute("SELECT name FROM campaign")}
    ground.final = {one: n for one, n in ground.final.items() if one in accepted}
    ground.triggers = {name: event for name, event in ground.triggers.items() if name in known}
    ground.dates = {}  # what fell due meanwhile is missed
    ground.beyond = {
        message.seq
        for message in ground.stage.segment.receipts.messages
        if message.message_id not in accepted
    }


def _must_be_whole(ground: Ground, file: Path) -> None:
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as conn:
        (verdict,) = conn.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        ground.found.append(f"The backup {file.name} is damaged: {verdict}.")
