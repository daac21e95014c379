import os
import re
import signal
from pathlib import Path

import pytest

from actors.clock import WallClock
from clarion import fault_env
from clarion.fault_env import WrongFaultPoint, listen, listener, names, parse
from store import fault_points

HOUR_MS = 3_600_000
ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/reference/fault-points.md"
KNOWN = {"live.admitted": (), "draw.selected": ()}


def signals(text: str, *reached: str) -> list[tuple[int, int]]:
    """Return what the process sends itself when these places are reached in turn."""
    sent: list[tuple[int, int]] = []
    hear = listener(parse(text, KNOWN), send=lambda pid, number: sent.append((pid, number)))
    for name in reached:
        hear(name)
    return sent


def test_the_third_time_that_a_place_is_reached_the_process_kills_itself() -> None:
    two = ["live.admitted", "draw.selected", "live.admitted"]
    assert signals("live.admitted:3", *two) == []
    assert signals("live.admitted:3", *two, "live.admitted") == [(os.getpid(), signal.SIGKILL)]


def test_it_can_suspend_itself_instead_and_go_on_to_die_elsewhere() -> None:
    sent = signals("live.admitted:1:stop, draw.selected", "live.admitted", "draw.selected")
    assert sent == [(os.getpid(), signal.SIGSTOP), (os.getpid(), signal.SIGKILL)]


def test_it_happens_once() -> None:
    assert len(signals("live.admitted:1:stop", *["live.admitted"] * 3)) == 1


def test_a_wrong_name_is_told_with_the_names_that_there_are() -> None:
    with pytest.raises(WrongFaultPoint, match=r"no place 'live.admited'.*live.admitted, draw"):
        parse("live.admited:3", KNOWN)


@pytest.mark.parametrize("text", ["live.admitted:x", "live.admitted:1:twice", ","])
def test_what_cannot_be_read_is_told_with_how_it_is_written(text: str) -> None:
    with pytest.raises(WrongFaultPoint, match="NAME:TIMES"):
        parse(text, KNOWN)


@pytest.mark.parametrize("times", ["0", "1000001"])
def test_a_place_is_reached_at_least_once(times: str) -> None:
    with pytest.raises(WrongFaultPoint, match="1 to 1,000,000"):
        parse(f"live.admitted:{times}", KNOWN)


def test_without_the_variable_nothing_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fault_points, "listener", None)
    listen({})
    assert fault_points.listener is None


def test_with_the_variable_the_places_are_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fault_points, "listener", None)
    listen({fault_env.VARIABLE: "live.admitted:2"})
    assert fault_points.listener is not None
    fault_points.reach("live.admitted")


def test_the_wall_clock_is_the_machines_unless_a_file_is_named() -> None:
    assert isinstance(fault_env.wall_clock({}), WallClock)


def test_a_wrong_clock_is_off_by_what_its_file_says_at_the_moment(tmp_path: Path) -> None:
    file = tmp_path / "off"
    clock = fault_env.wall_clock({fault_env.CLOCK_VARIABLE: str(file)})
    right = WallClock()
    assert abs(clock.now_ms() - right.now_ms()) < HOUR_MS
    file.write_text(f"{-10 * HOUR_MS}\n")
    assert abs(clock.now_ms() - right.now_ms() + 10 * HOUR_MS) < HOUR_MS
    file.write_text("soon")
    with pytest.raises(ValueError, match="soon"):
        clock.now_ms()


def test_the_table_of_fault_points_is_the_code() -> None:
    rows = re.findall(r"^\| `([a-z_.]+)` \| \S", PAGE.read_text(), re.MULTILINE)
    assert sorted(rows) == sorted(names())


def test_a_fault_point_stands_at_one_place() -> None:
    assert {name: files for name, files in names().items() if len(files) > 1} == {}


def test_every_call_names_its_place_in_the_form_that_the_register_reads() -> None:
    """Else a place would be reached that nobody can name."""
    listed = [path for files in names().values() for path in files]
    for floor in fault_env.FLOORS:
        for path in (ROOT / floor).rglob("*.py"):
            text = path.read_text()
            if "from store.fault_points import reach" in text:
                calls = len(re.findall(r"\breach\(", text))
                assert calls == listed.count(path.relative_to(ROOT)), path
