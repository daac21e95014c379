"""P21: one message that Segment refuses does not harm the others; a person decides about it."""

import json
from typing import Any

import trio

from domain.books import SkipReason
from domain.campaign import Campaign, Limits
from sandbox.slack import ANA
from tests.system.soak.asking import POLL_SECONDS
from tests.system.soak.crowd import EVERYONE
from tests.system.soak.ground import Ground

NAME = "One in many"
ARRIVES_SECONDS_MAX = 300.0


async def one_in_many(ground: Ground, *, many: int) -> None:
    """Of so many messages one is refused: all others arrive, and `clarion dead list` shows it.

    Once Segment takes it, `clarion dead retry` sends it under its own id; what is refused again is
    closed by `clarion dead drop`.
    """
    segment = ground.stage.segment
    refused = ground.stage.shop.people[many // 2].user_id
    segment.faults.next("reject_containing", text=f'"userId":"{refused}"')
    await ground.publish(
        Campaign(name=NAME, kind="past_behaviour", who=EVERYONE, limits=Limits(cap_total=many))
    )
    view = await ground.reaches(NAME, "completed")
    arrived = {m.user for m in segment.accepted if view.id.encode() in m.raw}
    if len(arrived) != many - 1 or refused in arrived:
        ground.found.append(f"{len(arrived)} of {many - 1} messages arrived beside a poison one.")
    await _books_say(ground, sent=many - 1, skipped={"dead": 1})
    (line,) = await _listed(ground) or ({},)
    told = (line.get("state"), line.get("user"), line.get("campaign"))
    if told != ("dead", refused, NAME) or not line.get("why"):
        ground.found.append(f"`clarion dead list` tells the poison message as {line}.")
    ground.say(f"`clarion dead list`: {line.get('state')}, “{line.get('why')}”")
    name = str(line.get("id"))
    await _decided(ground, "retry", name)
    await _settled(ground)
    if [each.get("id") for each in await _listed(ground)] != [name]:
        ground.found.append("What is refused again is not shown again under its own id.")
    segment.faults.clear()
    await _decided(ground, "retry", name)
    await _settled(ground)
    ids = [m.message_id for m in segment.accepted if m.user == refused]
    if ids != [name]:
        ground.found.append(f"The poison message, sent again, arrived as {ids}, not as {name}.")
    await _books_say(ground, sent=many, skipped={})
    if await _listed(ground):
        ground.found.append("What was sent again still waits for a person.")


async def dropped(ground: Ground) -> None:
    """One that is refused and dropped waits for nobody, is booked, and never arrives."""
    refused = ground.stage.shop.people[0].user_id
    ground.stage.segment.faults.next("reject_containing", text=f'"userId":"{refused}"')
    await ground.publish(Campaign(name="Dropped", kind="past_behaviour", who=EVERYONE))
    await ground.reaches("Dropped", "completed")
    for line in await _listed(ground):
        await _decided(ground, "drop", line["id"])
    ground.stage.segment.faults.clear()
    view = await ground.view("Dropped")
    if await _listed(ground) or view.books.skipped != {SkipReason.DEAD: 1}:
        ground.found.append(f"What was dropped is booked as {view.books}.")


async def _listed(ground: Ground) -> list[dict[str, Any]]:
    """Return what `clarion dead list` shows."""
    ran = await ground.cli("dead", "list", "--json")
    if ran.code != 0:
        ground.found.append(f"`clarion dead list` ended with {ran}.")
        return []
    lines: list[dict[str, Any]] = json.loads(ran.said)["lines"]
    if len(lines) > 1:
        ground.found.append(f"`clarion dead list` shows {len(lines)} messages instead of one.")
    return lines[:1]


async def _settled(ground: Ground) -> None:
    """Wait until nothing of the campaign is pending."""
    with trio.move_on_after(ARRIVES_SECONDS_MAX):
        while (await ground.view(NAME)).books.pending:
            await trio.sleep(POLL_SECONDS)


async def _decided(ground: Ground, decision: str, name: str) -> None:
    ran = await ground.cli("dead", decision, name, "--as", ANA)
    if ran.code != 0:
        ground.found.append(f"`clarion dead {decision}` ended with {ran}.")


async def _books_say(ground: Ground, *, sent: int, skipped: dict[str, int]) -> None:
    books = (await ground.view(NAME)).books
    if (books.sent, books.skipped) != (sent, skipped):
        ground.found.append(f"The books should say {sent} sent and {skipped} skipped: {books}.")
