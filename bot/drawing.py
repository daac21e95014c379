"""Pictures on their way to Slack: drawn by a process of their own, uploaded, shown once ready."""

import subprocess
import sys
import time

import msgspec
from slack_sdk import WebClient

from actors.mail_rehearsal import Rehearsed
from actors.mail_report import Report
from bot.blocks import Block, plain, short
from bot.line import SLACK_FAILED, log, reason
from bot.picture_kinds import Drawn

DRAW_SECONDS_MAX = 300.0
"""Against what hangs: on a busy machine loading the libraries alone has taken half a minute."""
READY_SECONDS_MAX = 15.0
READY_LOOK_SECONDS = 0.5
ALT_CHARS_MAX = 2_000


def drawn(report: Report | Rehearsed) -> Drawn | None:
    """Return the report with its comparison and its picture; None if it could not be drawn.

    Blocks: it is called in a thread. A picture that fails is logged and keeps no words back.
    """
    command = [sys.executable, "-m", "bot.picture"]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, in our own interpreter
            command,
            input=msgspec.json.encode(report),
            capture_output=True,
            timeout=DRAW_SECONDS_MAX,
            check=True,
        )
        return msgspec.json.decode(done.stdout, type=Drawn)
    except (OSError, subprocess.SubprocessError, msgspec.MsgspecError) as error:
        log.warning("A picture could not be drawn: %s", type(error).__name__)
        return None


def uploaded(client: WebClient, png: bytes, name: str, alt: str) -> Block | None:
    """Put a picture into Slack and return the block that shows it; None if Slack would not.

    Slack takes a file for a block only once it has looked at it, some moments after the upload.
    """
    try:
        answer = client.files_upload_v2(filename=name, content=png, alt_txt=short(alt, 1_000))
        file_id = str(answer["files"][0]["id"])
        until = time.monotonic() + READY_SECONDS_MAX
        while not client.files_info(file=file_id)["file"].get("mimetype"):
            if time.monotonic() > until:
                log.warning("Slack did not make an uploaded picture ready in time")
                return None
            time.sleep(READY_LOOK_SECONDS)
    except SLACK_FAILED as error:
        log.warning("A picture was not uploaded: %s", reason(error))
        return None
    return {
        "type": "image",
        "slack_file": {"id": file_id},
        "alt_text": short(alt, ALT_CHARS_MAX),
        "title": plain(short(name, ALT_CHARS_MAX)),
    }
