import errno
import stat
from pathlib import Path

import pytest

from store.disk import BALLAST_NAME, FULL_BYTES, Disk, is_no_room
from tests.store.conftest import fill

MIB = 2**20


@pytest.mark.parametrize(
    ("free", "state"),
    [
        (0, "full"),
        (FULL_BYTES - 1, "full"),
        (FULL_BYTES, "low"),
        (99 * MIB, "low"),
        (100 * MIB, "ample"),
    ],
)
def test_the_state_follows_the_free_bytes(tmp_path: Path, free: int, state: str) -> None:
    disk = Disk(tmp_path, free_bytes_min=100 * MIB, free=lambda _: free)
    assert (disk.state(), disk.free_bytes()) == (state, free)


def test_without_ballast_the_disk_is_full_until_there_is_room_for_twice_its_size(
    tmp_path: Path,
) -> None:
    free = [100 * MIB]
    disk = Disk(tmp_path, free_bytes_min=8 * MIB, ballast_bytes=MIB, free=lambda _: free[0])
    assert disk.keep_ballast()
    disk.give_up()
    free[0] = 2 * MIB - 1
    assert (disk.state(), disk.keep_ballast()) == ("full", False)
    free[0] = 2 * MIB
    assert (disk.state(), disk.keep_ballast(), disk.spent) == ("low", True, False)


def test_the_ballast_really_occupies_its_room_and_is_its_owners(tmp_path: Path) -> None:
    assert Disk(tmp_path, ballast_bytes=3 * MIB).keep_ballast()
    found = (tmp_path / BALLAST_NAME).stat()
    assert (found.st_size, stat.S_IMODE(found.st_mode)) == (3 * MIB, 0o600)
    assert found.st_blocks * 512 >= 3 * MIB


def test_a_ballast_that_is_there_is_kept_and_a_hollow_one_is_made_anew(tmp_path: Path) -> None:
    ballast = tmp_path / BALLAST_NAME
    with ballast.open("wb") as hollow:
        hollow.truncate(3 * MIB)
    assert Disk(tmp_path, ballast_bytes=3 * MIB).keep_ballast()
    made = ballast.stat()
    assert made.st_blocks * 512 >= 3 * MIB
    assert Disk(tmp_path, ballast_bytes=3 * MIB).keep_ballast()
    assert ballast.stat().st_mtime_ns == made.st_mtime_ns


def test_on_a_small_disk_giving_up_the_ballast_makes_room_at_once(small: Path) -> None:
    disk = Disk(small, free_bytes_min=0, ballast_bytes=2 * MIB)
    assert disk.keep_ballast()
    with pytest.raises(OSError, match="No space left") as refused:
        fill(small / "x")
    assert is_no_room(refused.value)
    assert disk.state() == "full"
    disk.give_up()
    (small / "urgent").write_bytes(bytes(MIB))
    assert disk.state() == "full"
    (small / "x").unlink()
    assert (disk.keep_ballast(), disk.state()) == (True, "ample")


def test_a_disk_too_small_for_the_ballast_starts_without_it_and_says_full(small: Path) -> None:
    disk = Disk(small, ballast_bytes=5 * MIB)
    assert not disk.keep_ballast()
    assert disk.state() == "full"
    assert not (small / BALLAST_NAME).exists()


def test_only_want_of_room_is_want_of_room() -> None:
    assert is_no_room(OSError(errno.EDQUOT, "quota"))
    assert not is_no_room(OSError(errno.EIO, "broken"))
    assert not is_no_room(ValueError("no error of the system"))
