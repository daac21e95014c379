import logging
import socket
import sqlite3
import stat
from functools import partial
from pathlib import Path

import msgspec
import pytest
import trio
from trio.testing import MockClock

from actors.mail import Answer, Done, ListAll, Pause, Refused, Request, Show, Stop
from actors.mail_trust import PauseAll
from clarion.control import (
    CLIENT_SECONDS_MAX,
    CLIENTS_MAX,
    SocketTaken,
    serve_control,
    socket_path,
)
from clarion.socket_file import LINE_BYTES_MAX, address
from store.errors import CommitFailed
from tests.clarion.doors import bound, connected


async def echo(request: Request) -> Answer:
    return Done(message=type(request).__name__)


async def fail(request: Request) -> Answer:
    raise RuntimeError("a secret detail")


async def cannot_keep(request: Request) -> Answer:
    raise CommitFailed(sqlite3.OperationalError("database or disk is full"))


@pytest.fixture
async def door(tmp_path: Path, nursery: trio.Nursery) -> Path:
    await nursery.start(serve_control, socket_path(tmp_path), echo)
    return socket_path(tmp_path)


async def line(stream: trio.SocketStream) -> bytes:
    read = b""
    while not read.endswith(b"\n") and (chunk := await stream.receive_some()):
        read += chunk
    return read


async def say(path: Path, text: bytes) -> Answer:
    async with await connected(path) as stream:
        await stream.send_all(text)
        return msgspec.json.decode(await line(stream), type=Answer)  # type: ignore[no-any-return]  # msgspec types a union as Any


async def test_each_line_is_a_request_and_gets_its_answer_in_order(door: Path) -> None:
    requests = b"".join(msgspec.json.encode(each) + b"\n" for each in (ListAll(), Show(name="a")))
    said = b""
    async with await connected(door) as stream:
        await stream.send_all(requests)
        while said.count(b"\n") < 2:
            said += await stream.receive_some()
    answers = [msgspec.json.decode(each) for each in said.splitlines()]
    assert [answer["message"] for answer in answers] == ["ListAll", "Show"]


async def test_the_socket_is_its_owners_alone(door: Path) -> None:
    assert stat.S_IMODE((await trio.Path(door).stat()).st_mode) == 0o600


@pytest.mark.parametrize(
    "text",
    [b"nothing\n", b'{"type":"Nothing"}\n', b'{"type":"Show"}\n', b"\xff\n", b"[" * 5000 + b"\n"],
)
async def test_a_request_that_makes_no_sense_is_refused(door: Path, text: bytes) -> None:
    answer = await say(door, text)
    assert isinstance(answer, Refused)
    assert "does not understand" in answer.what


async def test_a_line_without_end_is_refused_before_it_fills_the_memory(door: Path) -> None:
    answer = await say(door, b"x" * (LINE_BYTES_MAX + 1))
    assert isinstance(answer, Refused)
    assert "longer than" in answer.what


async def test_an_error_inside_gives_an_id_and_the_log_the_rest(
    tmp_path: Path, nursery: trio.Nursery, caplog: pytest.LogCaptureFixture
) -> None:
    serve = partial(serve_control, error_id=lambda: "E77")
    await nursery.start(serve, socket_path(tmp_path), fail)
    answer = await say(socket_path(tmp_path), msgspec.json.encode(ListAll()) + b"\n")
    assert isinstance(answer, Refused)
    assert "E77" in answer.what
    assert "a secret detail" not in answer.what
    assert "a secret detail" in caplog.text


async def test_a_client_that_says_nothing_is_let_go(
    tmp_path: Path, nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    await nursery.start(serve_control, socket_path(tmp_path), echo)
    async with await connected(socket_path(tmp_path)) as stream:
        began = trio.current_time()
        assert await line(stream) == b""
        assert trio.current_time() - began == pytest.approx(CLIENT_SECONDS_MAX)


async def test_one_client_too_many_is_told_so_unless_it_wants_a_pause(door: Path) -> None:
    streams = [await connected(door) for _ in range(CLIENTS_MAX)]
    for stream in streams:
        await stream.send_all(msgspec.json.encode(ListAll()) + b"\n")
        await line(stream)
    answer = await say(door, msgspec.json.encode(ListAll()) + b"\n")
    assert isinstance(answer, Refused)
    assert "too many" in answer.what
    for request in (Pause(name="x", by="U1"), Stop(name="x", by="U1"), PauseAll(by="U1")):
        assert isinstance(await say(door, msgspec.json.encode(request) + b"\n"), Done)
    for stream in streams:
        await stream.aclose()


async def test_a_client_that_hangs_up_does_not_disturb_the_next(
    door: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with address(door) as near:
        link = socket.socket(socket.AF_UNIX)
        link.connect(near)
    link.sendall(msgspec.json.encode(ListAll()) + b"\n")
    link.close()
    assert isinstance(await say(door, msgspec.json.encode(ListAll()) + b"\n"), Done)


async def test_the_socket_of_a_dead_daemon_is_replaced_and_ours_is_taken_away(
    tmp_path: Path,
) -> None:
    path = socket_path(tmp_path)
    bound(path).close()
    async with trio.open_nursery() as nursery:
        await nursery.start(serve_control, path, echo)
        assert isinstance(await say(path, msgspec.json.encode(ListAll()) + b"\n"), Done)
        nursery.cancel_scope.cancel()
    assert not path.exists()


async def test_a_file_in_the_sockets_place_is_left_alone(tmp_path: Path) -> None:
    path = socket_path(tmp_path)
    path.write_text("mine")
    with pytest.raises(SocketTaken, match="not a socket"):
        await serve_control(path, echo)
    assert path.read_text() == "mine"


async def test_what_the_disk_did_not_take_is_refused_with_the_reason_and_no_traceback(
    tmp_path: Path, nursery: trio.Nursery, caplog: pytest.LogCaptureFixture
) -> None:
    await nursery.start(serve_control, socket_path(tmp_path), cannot_keep)
    answer = await say(socket_path(tmp_path), msgspec.json.encode(ListAll()) + b"\n")
    assert isinstance(answer, Refused)
    assert "disk is full" in answer.what
    assert not any(record.exc_info for record in caplog.records)
