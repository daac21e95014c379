import httpx
import pytest
import trio
from slack_sdk import WebClient

from sandbox.slack import LocalSlack, api_files
from sandbox.slack.refusal import Refused
from sandbox.slack.workspace import CAMPAIGNS
from sandbox.slack.world import World
from tests.patience import PATIENCE_SECONDS
from tests.sandbox.slack.bots import BOT_TOKEN


async def test_the_official_client_uploads_a_file(slack: LocalSlack) -> None:
    client = WebClient(BOT_TOKEN, base_url=f"{slack.base_url}/api/")

    def upload() -> None:
        client.files_upload_v2(
            channel=CAMPAIGNS,
            filename="reach.txt",
            content="1,240 people",
            initial_comment="The list",
        )

    await trio.to_thread.run_sync(upload)
    (message,) = slack.messages(CAMPAIGNS)
    assert message.text == "The list"
    address = message.files[0]["url_private"]
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_SECONDS) as bot:
        given = await bot.get(address, headers={"Authorization": f"Bearer {BOT_TOKEN}"})
        shown = await bot.get(address.replace("/files/", "/page-files/"))
    assert given.text == shown.text == "1,240 people"
    assert slack.complaints == []


def test_an_upload_names_its_file_and_length(world: World) -> None:
    with pytest.raises(Refused, match="invalid_arguments"):
        api_files.get_upload_url(world, {"filename": "a.txt", "length": "long"})


def test_an_unknown_file_cannot_be_completed(world: World) -> None:
    with pytest.raises(Refused, match="file_not_found"):
        api_files.complete_upload(world, {"files": [{"id": "F0"}]})
    with pytest.raises(Refused, match="invalid_arguments"):
        api_files.complete_upload(world, {"files": "F0"})
