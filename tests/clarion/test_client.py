import socket
import threading
from pathlib import Path

import pytest

from actors.mail import Answer, Done, ListAll, Listed, Request
from clarion.client import NoDaemon, ask
from clarion.control import socket_path
from tests.clarion.doors import answering, bound, plain


async def echo(request: Request) -> Answer:
    return Done(message=type(request).__name__ * 100_000)


def listen(path: Path) -> socket.socket:
    door = bound(path)
    door.listen()
    return door


def reply(door: socket.socket, said: bytes) -> threading.Thread:
    def serve() -> None:
        with door.accept()[0] as link:
            link.recv(65_536)
            link.sendall(said)

    thread = threading.Thread(target=serve)
    thread.start()
    return thread


def test_an_answer_of_many_chunks_comes_whole(tmp_path: Path) -> None:
    with answering(tmp_path, plain(echo)):
        answer = ask(socket_path(tmp_path), ListAll())
    assert isinstance(answer, Done)
    assert len(answer.message) == 700_000


def test_without_a_daemon_it_is_said_how_to_start_one(tmp_path: Path) -> None:
    with pytest.raises(NoDaemon, match="clarion run"):
        ask(socket_path(tmp_path), ListAll())


def test_a_socket_that_a_dead_daemon_left_is_no_daemon(tmp_path: Path) -> None:
    listen(socket_path(tmp_path)).close()
    with pytest.raises(NoDaemon, match="No daemon runs"):
        ask(socket_path(tmp_path), ListAll())


def test_a_daemon_that_hangs_does_not_hang_the_shell(tmp_path: Path) -> None:
    with listen(socket_path(tmp_path)), pytest.raises(NoDaemon, match="did not answer within"):
        ask(socket_path(tmp_path), ListAll(), timeout_seconds=0.05)


@pytest.mark.parametrize(
    ("said", "told"),
    [(b"", "went away"), (b'{"type":"Li', "went away"), (b"[]\n", "cannot be read")],
)
def test_half_an_answer_is_none(tmp_path: Path, said: bytes, told: str) -> None:
    with listen(socket_path(tmp_path)) as door:
        thread = reply(door, said)
        with pytest.raises(NoDaemon, match=told):
            ask(socket_path(tmp_path), ListAll())
        thread.join()


def test_an_answer_is_of_its_type(tmp_path: Path) -> None:
    with listen(socket_path(tmp_path)) as door:
        thread = reply(door, b'{"type":"Listed","campaigns":[]}\n')
        assert ask(socket_path(tmp_path), ListAll()) == Listed(campaigns=())
        thread.join()
