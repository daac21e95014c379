"""A file for one person: in a direct message, because Slack shows no file that one alone sees."""

from slack_sdk import WebClient

from actors.mail import Refused
from bot.blocks import Message
from bot.line import SLACK_FAILED, log, reason

NOT_TAKEN = Refused("Slack did not take the file.", "Try again in a minute.")


def hand_over(client: WebClient, user: str, message: Message, name: str, content: bytes) -> bool:
    """Say it to the person directly, with the file in its thread. False: Slack would not."""
    try:
        said = client.chat_postMessage(channel=user, text=message.text, blocks=list(message.blocks))
        client.files_upload_v2(
            channel=said["channel"], thread_ts=said["ts"], filename=name, content=content
        )
    except SLACK_FAILED as error:
        log.warning("A file was not handed over: %s", reason(error))
        return False
    return True
