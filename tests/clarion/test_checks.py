import fcntl
import os
import socket
from pathlib import Path

import trio
from msgspec import structs

from clarion import checks
from clarion.config import Data, Email, Ingest, Segment, Slack
from clarion.secrets_file import Secrets
from clarion.settings import Settings
from sandbox.post import LocalPost
from sandbox.segment import LocalSegment
from store.database import LOCK_NAME
from tests.clarion.doors import answering, real_desk

KEY = "segment-write-key"


def settings(folder: Path, url: str) -> Settings:
    return Settings(
        data=Data(place=str(folder)),
        ingest=Ingest(port=0),
        segment=Segment(url=url),
        slack=Slack(mode="off"),
        secrets=Secrets(segment_write_key=KEY, ingest_keys=("one",)),
    )


async def look(folder: Path, *, send: bool) -> tuple[list[checks.Finding], LocalSegment]:
    segment = LocalSegment(write_key=KEY)
    async with trio.open_nursery() as nursery:
        url = await nursery.start(segment.serve)
        found = await checks.look(settings(folder, url), send_test_event=send)
        nursery.cancel_scope.cancel()
    return found, segment


async def test_a_machine_in_order_has_only_good_findings(tmp_path: Path) -> None:
    found, segment = await look(tmp_path / "data", send=False)
    assert [each.of for each in found if each.ok] == [
        "folder",
        "daemon",
        "ingest",
        "segment",
        "slack",
        "email",
    ]
    assert len(segment.accepted) == 0
    assert not (tmp_path / "data").exists()


async def test_a_test_event_is_sent_when_it_is_asked_for(tmp_path: Path) -> None:
    found, segment = await look(tmp_path / "data", send=True)
    assert "debugger" in next(each.said for each in found if each.of == "test event")
    assert len(segment.accepted) == 1


async def test_a_segment_that_does_not_answer_is_found(tmp_path: Path) -> None:
    found = await checks.look(settings(tmp_path / "data", "http://127.0.0.1:9"))
    (bad,) = [each for each in found if not each.ok]
    assert bad.of == "segment"
    assert "segment.url" in bad.fix


def test_a_folder_that_others_can_look_into_is_found(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    assert "chmod 700" in checks.folder(tmp_path, "").fix


def test_a_file_where_the_folder_should_be_is_found(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    assert not checks.folder(tmp_path / "data", "").ok


def test_a_port_that_is_taken_is_found() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert not checks.port("ingest", "127.0.0.1", taken.getsockname()[1]).ok


async def test_a_daemon_that_owns_the_folder_and_does_not_answer_is_found(tmp_path: Path) -> None:
    lock = os.open(tmp_path / LOCK_NAME, os.O_RDWR | os.O_CREAT)
    fcntl.flock(lock, fcntl.LOCK_EX)
    os.write(lock, b"4711\n")
    found, _ = await look(tmp_path, send=False)
    os.close(lock)
    (daemon,) = [each for each in found if each.of == "daemon"]
    assert not daemon.ok
    assert "4711" in daemon.said
    assert checks.lock_holder(tmp_path) == ""


async def test_a_connection_that_nobody_has_seen_work_is_said_and_blocks_nothing(
    tmp_path: Path,
) -> None:
    with answering(tmp_path, real_desk(tmp_path)):
        found, _ = await look(tmp_path, send=False)
    (connection,) = [each for each in found if each.of == "connection"]
    assert connection.ok
    assert "200 to a wrong key" in connection.said
    assert "clarion connection verify" in connection.fix


async def test_the_mail_server_is_tried_and_nothing_is_sent(tmp_path: Path) -> None:
    post = LocalPost()
    async with trio.open_nursery() as nursery:
        port = await nursery.start(post.serve)
        email = Email(host="127.0.0.1", port=port, security="none", sender="c@x.test")
        told = structs.replace(settings(tmp_path / "data", "http://127.0.0.1:9"), email=email)
        (found,) = [each for each in await checks.look(told) if each.of == "email"]
        nursery.cancel_scope.cancel()
    assert (found.ok, post.received) == (True, [])
    gone = structs.replace(told, email=structs.replace(email, port=9))
    (bad,) = [each for each in await checks.look(gone) if each.of == "email"]
    assert (bad.ok, "Connection refused" in bad.said) == (False, True)
