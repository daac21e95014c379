"""A file that somebody put into a form, fetched from Slack.

Slack gives the bytes to whoever has the bot's token. So the token goes to Slack's own hosts alone,
and follows no redirect: without the scope `files:read` Slack answers with its page to sign in.
"""

import time
from http.client import HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import trio
from slack_sdk import WebClient

from actors.mail import Refused
from bot.line import SLACK_FAILED, answered, log, reason

FILE_BYTES_MAX = 10_000_000
"""What Slack's file input takes."""
FETCH_SECONDS_MAX = 60.0
CALL_SECONDS_MAX = 10.0
CHUNK_BYTES = 65_536
TOO_LARGE = Refused(
    f"The file is larger than {FILE_BYTES_MAX // 1_000_000} MB, which is all that Slack takes.",
    "Split it, or ask whoever runs Clarion to import it.",
)
MAY_NOT_READ = Refused(
    "Clarion may not read files in this Slack.",
    "Whoever runs Clarion adds the scope files:read to the app, and reinstalls it.",
)
GONE = Refused(
    "The file is not in Slack any more.", "Choose it again, and keep it there until it is taken."
)
NOT_GIVEN = Refused("Slack did not give the file.", "Try again in a minute.")


_TOLD = {"missing_scope": MAY_NOT_READ, "file_not_found": GONE, "file_deleted": GONE}


class _NoRedirect(HTTPRedirectHandler):
    """Whoever is sent elsewhere would take the token along."""

    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        """Follow nothing; the answer is an HTTPError then."""


def fetch(client: WebClient, file_id: str, into: Path) -> Refused | None:
    """Write the file's bytes to a new file `into`; or say why not.

    Blocks: it is for a thread of Trio's. A stop of the daemon ends it at the next bytes, and at the
    latest when Slack has been silent for `CALL_SECONDS_MAX`.
    """
    try:
        file = client.files_info(file=file_id)["file"]
    except SLACK_FAILED as error:
        log.warning("Slack told nothing of a file: %s", reason(error))
        return _TOLD.get(answered(error), NOT_GIVEN)
    url = str(file.get("url_private_download") or file.get("url_private") or "")
    if not is_slacks(url, client.base_url):
        log.warning("A file was not fetched: its address is none of Slack's")
        return NOT_GIVEN
    if int(file.get("size") or 0) > FILE_BYTES_MAX:
        return TOO_LARGE
    try:
        return _download(url, client.token or "", into)
    except HTTPError as error:
        log.warning("A file was not fetched: HTTP %d", error.code)
        return MAY_NOT_READ if error.code in (301, 302, 303, 307, 308, 401, 403) else NOT_GIVEN
    except (OSError, HTTPException) as error:
        log.warning("A file was not fetched: %s", type(error).__name__)
        return NOT_GIVEN


def fetch_text(client: WebClient, file_id: str, bytes_max: int) -> str | Refused:
    """Return a file as text; it is here no longer than this takes. Blocks, as `fetch` does."""
    try:
        with TemporaryDirectory(prefix="clarion-") as folder:
            path = Path(folder) / "file"
            refused = fetch(client, file_id, path)
            if refused is not None:
                return refused
            if path.stat().st_size > bytes_max:
                return Refused(f"The file is larger than {bytes_max // 1024:,} KiB.", "Shorten it.")
            return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        return Refused("The file is not text in UTF-8.", "Save it as UTF-8, and choose it again.")
    except OSError as error:
        log.warning("A file could not be kept for a moment: %s", type(error).__name__)
        return Refused("The file could not be kept here.", "Try again later.")


def is_slacks(url: str, api_url: str) -> bool:
    """Tell whether an address is on the host of the API, or on one below it, in the same way."""
    try:
        there, api = urlsplit(url), urlsplit(api_url)
        same = (there.scheme, there.port) == (api.scheme, api.port)
    except ValueError:
        return False
    host, home = there.hostname or "", api.hostname or ""
    return bool(home) and same and (host == home or host.endswith(f".{home}"))


def _download(url: str, token: str, into: Path) -> Refused | None:
    request = Request(url, headers={"Authorization": f"Bearer {token}"})  # noqa: S310 - see is_slacks
    until = time.monotonic() + FETCH_SECONDS_MAX
    got = 0
    with build_opener(_NoRedirect).open(request, timeout=CALL_SECONDS_MAX) as answer:
        if "html" in answer.headers.get_content_type():
            return MAY_NOT_READ
        with into.open("xb") as file:
            while chunk := answer.read1(CHUNK_BYTES):  # what is there: no wait for more
                trio.from_thread.check_cancelled()
                got += len(chunk)
                if got > FILE_BYTES_MAX:
                    return TOO_LARGE
                if time.monotonic() > until:
                    return NOT_GIVEN
                file.write(chunk)
    return None
