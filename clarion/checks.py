"""What `clarion check` finds beyond the configuration: the folder, the ports, Segment and Slack."""

import fcntl
import os
import socket
import stat
from functools import partial
from pathlib import Path

import msgspec
import trio
from msgspec import Struct

from actors import smtp
from actors.clock import WallClock
from actors.mail import ListAll
from actors.mail_trust import Connection, ConnectionStatus
from actors.segment import Accepted, Segment, unreachable
from bot.checks import Known, identify
from clarion import post_office
from clarion.client import NoDaemon, ask
from clarion.settings import Settings
from clarion.socket_file import socket_path
from store.database import LOCK_NAME, PID_BYTES_MAX
from store.hold import Hold

TEST_EVENT = "Clarion Check"
TEST_USER = "clarion-check"


class Finding(Struct, frozen=True):
    """One thing that was looked at: whether it is well, what was found, and what to do."""

    of: str
    ok: bool
    said: str
    fix: str = ""


async def look(settings: Settings, *, send_test_event: bool = False) -> list[Finding]:
    """Look at everything that the daemon will need. Sends the write key only if told to."""
    holder = lock_holder(settings.data.folder)
    found = [folder(settings.data.folder, holder), _daemon(settings.data.folder, holder)]
    if not holder:
        found.append(port("ingest", settings.ingest.host, settings.ingest.port))
        if settings.slack.mode == "http":
            found.append(port("slack", settings.slack.http_host, settings.slack.http_port))
    found.append(await _segment(settings))
    if holder:
        found += _connection(settings.data.folder)
    if send_test_event:
        found.append(await _test_event(settings))
    found.append(await _slack(settings))
    found.append(await _email(settings))
    return found


def folder(path: Path, holder: str) -> Finding:
    """Tell whether a daemon could keep its data in this folder."""
    there = next(each for each in (path, *path.parents) if each.exists())
    if not there.is_dir():
        return Finding("folder", False, f"{there} is not a folder.", "Correct data.folder.")
    if not os.access(there, os.W_OK | os.X_OK):
        fix = "Choose another data.folder, or let this user write there."
        return Finding("folder", False, f"This user cannot write to {there}.", fix)
    if there != path:
        return Finding("folder", True, f"{path} will be made at the first start.")
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        fix = f"Make it yours alone: chmod 700 {path}"
        return Finding("folder", False, f"Others than its owner can look into {path}.", fix)
    used = f"in use by process {holder}" if holder else "free"
    return Finding("folder", True, f"{path} can be written to and is {used}.")


def lock_holder(path: Path) -> str:
    """Return the process id of the daemon that owns the folder, or "" if none does."""
    try:
        lock = os.open(path / LOCK_NAME, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return ""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return os.read(lock, PID_BYTES_MAX).decode(errors="replace").strip() or "unknown"
    finally:
        os.close(lock)
    return ""


def port(of: str, host: str, number: int) -> Finding:
    """Tell whether a daemon could listen here."""
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(
            host, number, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except OSError as error:
        why = error.strerror or str(error)
        fix = "Choose another host or port in the configuration, or stop what listens there."
        return Finding(of, False, f"{host}:{number} cannot be listened on: {why}.", fix)
    return Finding(of, True, f"{host}:{number} is free.")


def _daemon(path: Path, holder: str) -> Finding:
    if not holder:
        return Finding("daemon", True, "None runs on this folder; `clarion run` starts one.")
    try:
        ask(socket_path(path), ListAll(), timeout_seconds=5)
    except NoDaemon as error:
        return Finding("daemon", False, f"Process {holder} runs. {error.what}", error.fix)
    return Finding("daemon", True, f"Process {holder} runs and answers.")


async def _segment(settings: Settings) -> Finding:
    url = settings.segment.url
    why = await unreachable(url, timeout_seconds=settings.segment.timeout_seconds)
    if why:
        fix = "Look at the network, and at segment.url."
        return Finding("segment", False, f"{url} does not answer: {why}.", fix)
    return Finding("segment", True, f"{url} answers. The write key was not sent.")


def _connection(path: Path) -> list[Finding]:
    """Tell whether somebody has seen a test event arrive; the daemon knows. It blocks nothing."""
    try:
        answer = ask(socket_path(path), ConnectionStatus(), timeout_seconds=5)
    except NoDaemon:
        return []  # that it does not answer is found already
    if not isinstance(answer, Connection):
        return []
    fix = "" if answer.verified else "Run `clarion connection verify --as ID`."
    return [Finding("connection", True, answer.message, fix)]


async def _test_event(settings: Settings) -> Finding:
    """Send one event. Segment answers 200 to a wrong key too, so a person has to look."""
    clock = WallClock()
    now = clock.now_ms()
    event = {
        "type": "track",
        "messageId": f"clarion-check-{now}",
        "userId": TEST_USER,
        "event": TEST_EVENT,
    }
    async with Segment(
        settings.segment.url,
        settings.secrets.segment_write_key,
        clock=clock,
        timeout_seconds=settings.segment.timeout_seconds,
        hold=Hold(),
    ) as segment:
        outcome = await segment.send(await segment.pack([msgspec.json.encode(event)]))
    if isinstance(outcome, Accepted):
        return Finding(
            "test event",
            True,
            f"Sent “{TEST_EVENT}” for user {TEST_USER}. Segment says yes to a wrong key too:"
            " see in the source's debugger that it came.",
        )
    fix = "Look at CLARION_SEGMENT_WRITE_KEY and at the region in segment.url."
    return Finding("test event", False, f"Segment did not take it: {outcome}.", fix)


async def _email(settings: Settings) -> Finding:
    server = post_office.server(settings)
    if server is None:
        return Finding("email", True, "It is off: nobody is told of a held run by e-mail.")
    wrong = await trio.to_thread.run_sync(smtp.look, server)
    place = f"{server.host}:{server.port}"
    if wrong:
        fix = "Look at [email] in the configuration, and at CLARION_SMTP_PASSWORD."
        return Finding("email", False, f"{place}: {wrong}.", fix)
    known = f" as {server.user}" if server.user else ""
    return Finding("email", True, f"{place} lets Clarion in{known}. No e-mail was sent.")


async def _slack(settings: Settings) -> Finding:
    slack, keys = settings.slack, settings.secrets
    if slack.mode == "off":
        return Finding("slack", True, "It is off.")
    app_token = keys.slack_app_token if slack.mode == "socket" else ""
    found = await trio.to_thread.run_sync(
        partial(identify, slack.api_url, keys.slack_bot_token, app_token)
    )
    if isinstance(found, Known):
        said = f"It knows the bot as {found.bot} in {found.workspace}."
        return Finding("slack", True, said)
    return Finding("slack", False, found.what, found.fix)
