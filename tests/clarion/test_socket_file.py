import os
import socket
from pathlib import Path

import pytest

from clarion import socket_file
from clarion.socket_file import PATH_BYTES_MAX, PathTooLong, address, socket_path


def deep(folder: Path) -> Path:
    found = folder / ("d" * 60) / ("e" * 60)
    found.mkdir(parents=True)
    return socket_path(found)


def test_a_short_path_is_named_as_it_is() -> None:
    with address(Path("/srv/clarion/clarion.sock")) as place:
        assert place == "/srv/clarion/clarion.sock"


def test_a_path_that_is_too_long_for_a_socket_works_all_the_same(tmp_path: Path) -> None:
    path = deep(tmp_path)
    with (
        socket.socket(socket.AF_UNIX) as door,
        socket.socket(socket.AF_UNIX) as link,
        address(path) as place,
    ):
        assert len(os.fsencode(place)) <= PATH_BYTES_MAX
        door.bind(place)
        door.listen()
        link.connect(place)
        assert path.is_socket()


def test_where_the_system_has_no_such_names_the_remedy_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket_file, "_DESCRIPTORS", tmp_path / "none")
    with pytest.raises(PathTooLong, match="shorter path"), address(deep(tmp_path)):
        pass
