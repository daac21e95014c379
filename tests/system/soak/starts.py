"""Drills at the ends of a daemon's life, and where it speaks with the world outside."""

import shutil
from functools import partial

import trio

from actors.mail_trust import ConfirmConnection, Connection, ConnectionStatus, VerifyConnection
from domain.campaign import Campaign
from sandbox.slack import ANA, BEN, REVIEWS
from store import migrations
from tests.system.soak import kills
from tests.system.soak.asking import POLL_SECONDS
from tests.system.soak.crowd import EVERYONE
from tests.system.soak.ground import Ground

SAYS_SECONDS_MAX = 60.0


async def a_new_folder(ground: Ground) -> None:
    """Every step of a new folder's schema is the last thing that a daemon does.

    Nobody may send meanwhile: the folder of the others is away.
    """
    await ground.stage.stop_daemon()
    data = ground.stage.data
    away = data.rename(data.with_name("away"))
    acknowledged, ground.acknowledged = ground.acknowledged, set()
    deaths = 0
    while not await ground.start("migration.committed"):
        deaths += 1
        await ground.check(ground.look(), f"after {deaths} steps of the schema")
    await ground.stage.stop_daemon()
    if deaths == len(migrations.load()):
        ground.killed_at.append("migration.committed")
    else:
        ground.found.append(f"A new folder took {deaths} steps of {len(migrations.load())}.")
    shutil.rmtree(data)
    away.rename(data)
    ground.acknowledged = acknowledged
    ground.say(f"killed after each of {deaths} steps of the schema, {ground.so_far()}")
    await ground.start()


async def told_to_stop(ground: Ground) -> None:
    """It dies while it stops of its own accord."""

    async def terminate() -> None:
        await trio.lowlevel.checkpoint()
        assert ground.stage.daemon is not None, "it was started"
        ground.stage.daemon.terminate()

    await kills.on_purpose(ground, "daemon.draining", terminate)


async def told_slack(ground: Ground) -> None:
    """It dies when Slack has a card and the database does not know: there is one card all the same.

    Whatever was not said yet is said after the start.
    """
    campaign = Campaign(name="Said once", kind="past_behaviour", who=EVERYONE)
    publish = partial(ground.publish, campaign)
    await kills.on_purpose(ground, "desk.told_slack", publish)
    await publish()
    await ground.reaches(campaign.name, "completed")

    def cards() -> list[str]:
        found = ground.stage.slack.messages(REVIEWS)
        return [str(message) for message in found if campaign.name in str(message)]

    with trio.move_on_after(SAYS_SECONDS_MAX):
        while not any("ompleted" in card for card in cards()):
            await trio.sleep(POLL_SECONDS)
    if len(cards()) != 1 or "ompleted" not in cards()[0]:
        ground.found.append(f"Slack has {len(cards())} cards of a campaign: {cards()}"[:1000])


async def checked_connection(ground: Ground) -> None:
    """It dies before a test event leaves: nobody is told that the connection was seen to work."""
    verify = VerifyConnection(by=ANA)
    await kills.on_purpose(ground, "verifying.before_send", partial(ground.asks, verify))
    answer = await ground.asks(ConnectionStatus())
    if not isinstance(answer, Connection) or answer.verified:
        ground.found.append(f"A test event that never left is told as {answer}.")
    answer = await ground.asks(verify)
    assert isinstance(answer, Connection), answer
    assert answer.check is not None, "a test event was sent"
    answer = await ground.asks(ConfirmConnection(by=BEN, code=answer.check.code))
    if not isinstance(answer, Connection) or not answer.verified:
        ground.found.append(f"After a person saw the test event there is {answer}.")
