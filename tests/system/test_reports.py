"""Reports and rehearsals with a real daemon, a local Segment and a person in a local Slack."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx

from clarion.marketer import Lost, Marketer, words_of
from sandbox.slack import ANA, BEN, CAMPAIGNS, REVIEWS, Message
from tests.patience import PATIENCE_SECONDS
from tests.system.acting import clarion, on_stage, reaches

NAME = "Everyone & $5"
PATIENCES = 8
USERS = 30
DEFINITION = f"""\
name = "{NAME}"
kind = "past_behaviour"
[goal]
event = "Order Completed"
"""


def picture(message: Message) -> dict[str, Any]:
    (found,) = [block for block in message.blocks if block["type"] == "image"]
    return found


async def patiently(
    who: Marketer, *words: str, channel: str = CAMPAIGNS, thread: str | None = None
) -> Message:
    """Wait longer than a person would for anything else: the engine plays a month."""
    for _ in range(PATIENCES):
        with suppress(Lost):
            return await who.sees(channel, *words, thread=thread)
    raise Lost(f"nobody saw {words}")


async def test_a_report_and_a_rehearsal_come_with_pictures_that_slack_takes(
    tmp_path: Path,
) -> None:
    """The local Slack refuses a picture that it has not looked at, as the real one does."""
    file = tmp_path / "campaign.toml"
    file.write_text(DEFINITION)
    async with on_stage(tmp_path, users=USERS, rate=500) as stage:
        people = [
            {"type": "identify", "userId": f"u{n}", "messageId": f"m{n}", "traits": {"n": n}}
            for n in range(USERS)
        ]
        async with httpx.AsyncClient(timeout=PATIENCE_SECONDS) as sender:
            answer = await sender.post(
                f"{stage.ingest_url}/v1/batch", json={"batch": people}, auth=(stage.ingest_key, "")
            )
        assert answer.status_code == 200, answer.text
        await clarion(stage, "campaign", "draft", str(file), "--as", ANA)
        await clarion(stage, "campaign", "submit", NAME, "--as", ANA)
        ben = Marketer(stage.slack, BEN, patience_seconds=PATIENCE_SECONDS)
        card = await patiently(ben, "Everyone", "Rehearsed over", channel=REVIEWS)
        beforehand = await patiently(ben, "would have gone", channel=REVIEWS, thread=card.ts)
        assert picture(beforehand)["slack_file"]
        await clarion(stage, "campaign", "approve", NAME, "--as", BEN)
        await clarion(stage, "campaign", "publish", NAME, "--as", ANA)
        await reaches(stage, NAME, "completed")
        await ben.types(f"/campaign report {NAME}")
        report = await ben.sees(CAMPAIGNS, "Books", "Goal: Order Completed")
        assert picture(report)["alt_text"].startswith(NAME)
        await ben.types(f"/campaign rehearse {NAME}")
        rehearsal = await patiently(ben, "would have gone", "User 1")
        assert "messages to" in words_of(rehearsal.blocks)
        assert picture(rehearsal)["slack_file"]
