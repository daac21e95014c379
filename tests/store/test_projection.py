import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from domain.audience import EVERYONE, All, Count, Did, DidNot, Filter, Node, Property, Scalar
from domain.facts import Event, User
from store import audience, copy_connection
from store.catalogue import Kind
from store.copy_connection import Limits
from store.copy_errors import (
    CopyDamagedError,
    CopyNotWrittenError,
    CopyUnreadableError,
    QuestionTooLargeError,
)
from store.projection import Interrupted, Projection
from tests.store.copies import DRAW, NOW_MS, Row, event, person, rows, selected

PEOPLE = [
    person("anna", 7, plan="pro", tags=["a", "b"]),
    person("ben", 8, plan="free", since="2026-01-01"),
    person("cleo", 9),
]
EVENTS = [
    event(1, "anna", "Bought", price=60, sizes=[38, 39]),
    event(2, "ben", "Bought", NOW_MS - 1, price="dear"),
    event(4, "anna", "Viewed", item="shoe", first=True),
    event(7, "anna", "Bought", price=10),
]
QUESTIONS: list[Node] = [
    EVERYONE,
    Did("Bought"),
    Did("Bought", count=Count(">=", 2)),
    Did("Bought", (Filter("sizes", "equals", 39),)),
    DidNot("Viewed", (Filter("first", "equals", True),)),
    Property("tags", "equals", "b"),
    Property("since", "after", "2025-12-31"),
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "audience.duckdb"


@pytest.fixture
def copy(path: Path) -> Iterator[Projection]:
    copy = Projection.open(path)
    yield copy
    copy.close()


def answers(copy: Projection) -> list[set[str]]:
    return [selected(copy, question) for question in QUESTIONS]


EXPECTED = [{"anna", "ben", "cleo"}, {"anna", "ben"}, {"anna"}, {"anna"}, {"ben", "cleo"}]
EXPECTED += [{"anna"}, {"ben"}]


def test_a_new_copy_holds_nothing_and_selects_nobody(copy: Projection) -> None:
    assert copy.watermark() == 0
    assert selected(copy, EVERYONE) == set()


def test_the_copy_answers_as_the_log_says(copy: Projection) -> None:
    assert copy.catch_up(rows(EVENTS), PEOPLE) == 7
    assert answers(copy) == EXPECTED


def test_catching_up_twice_is_the_same_as_once(copy: Projection) -> None:
    copy.catch_up(rows(EVENTS), PEOPLE)
    copy.catch_up(rows(EVENTS), PEOPLE)
    assert (copy.watermark(), answers(copy)) == (7, EXPECTED)


def test_catching_up_row_by_row_is_the_same_as_at_once(copy: Projection) -> None:
    for row in rows(EVENTS):
        copy.catch_up([row], [one for one in PEOPLE if one.user == row.user])
    copy.catch_up([], PEOPLE)
    assert answers(copy) == EXPECTED


def test_a_reopened_copy_goes_on_where_it_was(path: Path) -> None:
    for part in (EVENTS[:2], EVENTS[2:]):
        copy = Projection.open(path)
        copy.catch_up(rows(part), PEOPLE)
        copy.close()
    copy = Projection.open(path)
    assert (copy.watermark(), answers(copy)) == (7, EXPECTED)
    copy.close()


def test_a_rebuilt_copy_gives_the_same_answers(copy: Projection) -> None:
    copy.catch_up(rows(EVENTS), PEOPLE)
    copy.rebuild()
    assert copy.watermark() == 0
    copy.catch_up(rows(EVENTS), PEOPLE)
    assert (copy.watermark(), answers(copy)) == (7, EXPECTED)


def test_rows_that_are_no_events_only_move_the_watermark(copy: Projection) -> None:
    profile = Row(9, "profile", "anna", "", NOW_MS, b'{"plan": "free"}')
    assert copy.catch_up([profile, Row(10, "other", "anna", "", NOW_MS, b"[]")]) == 10
    assert selected(copy, EVERYONE) == set()


def test_a_changed_user_is_replaced_whole(copy: Projection) -> None:
    copy.catch_up([], PEOPLE)
    copy.catch_up([], [person("anna", 7, tags=["c"], suppressed=True)])
    gone = [Property("plan", "exists"), Property("tags", "equals", "a")]
    assert [selected(copy, node) for node in gone] == [{"ben"}, set()]
    assert selected(copy, Property("tags", "equals", "c")) == {"anna"}
    reach = audience.count(copy, EVERYONE, now_ms=NOW_MS, zone="UTC")
    assert (reach.qualified, reach.unreachable) == (3, 1)


def test_a_catch_up_that_breaks_leaves_everything_as_it_was(
    copy: Projection, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy.catch_up(rows(EVENTS), PEOPLE)
    broken = [event(8, "cleo", "New event", new_key=1), event(9, "cleo", "Bought", new_key="x")]

    def forget(_people: object) -> None:
        raise ValueError("after the events")

    monkeypatch.setattr(copy, "_forget", forget)
    with pytest.raises(ValueError, match="after the events"):
        copy.catch_up(rows(broken), PEOPLE)
    monkeypatch.undo()
    assert (copy.watermark(), answers(copy)) == (7, EXPECTED)
    assert selected(copy, Did("New event", (Filter("new_key", "exists"),))) == set()
    copy.catch_up(rows(broken))
    assert selected(copy, Did("New event", (Filter("new_key", "equals", 1),))) == {"cleo"}


def test_a_row_that_cannot_be_read_is_left_out_and_counted(copy: Projection) -> None:
    copy.catch_up([*rows(EVENTS), Row(8, "event", "cleo", "Bought", NOW_MS, b"{broken")], PEOPLE)
    assert (copy.watermark(), answers(copy), copy.left_out) == (8, EXPECTED, 1)


def test_a_crash_before_the_commit_leaves_the_last_watermark(path: Path, tmp_path: Path) -> None:
    """What a crash leaves is the files as they stand, so they are copied under the open copy."""
    copy = Projection.open(path)
    copy.catch_up(rows(EVENTS), PEOPLE)
    image = tmp_path / "image"
    image.mkdir()
    for file in (path, path.with_name(path.name + ".wal")):
        if file.exists():
            (image / file.name).write_bytes(file.read_bytes())
    copy.close()
    crashed = Projection.open(image / path.name)
    assert (crashed.watermark(), answers(crashed)) == (7, EXPECTED)
    crashed.close()


def test_a_copy_of_another_version_is_made_anew(path: Path) -> None:
    copy = Projection.open(path)
    copy.catch_up(rows(EVENTS), PEOPLE)
    copy.close()
    with duckdb.connect(path) as old:
        old.execute("UPDATE watermark SET version = 0")
    copy = Projection.open(path)
    assert copy.watermark() == 0
    copy.close()


def test_a_file_that_is_no_copy_is_refused_with_what_to_do(path: Path) -> None:
    path.write_bytes(b"something else " * 1_000)
    with pytest.raises(CopyUnreadableError, match="delete it"):
        Projection.open(path)


def test_new_keys_get_columns_that_other_events_share(copy: Projection) -> None:
    copy.catch_up(rows([event(1, "anna", "A", x=1, y="t"), event(2, "anna", "B", z=2)]), PEOPLE)
    copy.catch_up(rows([event(3, "anna", "B", z=3, w=4, x="2026-01-01")]))
    found = copy.catalogue
    scopes = [found.scope("A"), found.scope("B")]
    assert [found.find(scope, "x") for scope in scopes if scope] != [{}, {}]
    assert {slot.column for slot in found.table_columns("events")} == {"n1", "n2", "s1", "t1"}
    assert selected(copy, Did("B", (Filter("w", "equals", 4),))) == {"anna"}
    assert selected(copy, Did("B", (Filter("z", "between", (2, 3)),), Count("=", 2))) == {"anna"}


@pytest.mark.parametrize(
    "text", ["'; DROP TABLE users; --", '"', "a\0b", "%", "$1", "s1", "Пальто 😀", "", "users"]
)
def test_names_and_values_are_data_whatever_they_look_like(copy: Projection, text: str) -> None:
    odd = Event(1, text, text, text, NOW_MS, NOW_MS, {text: text, "list": [text]})
    copy.catch_up(rows([odd, event(2, "ben", "Bought")]), [User(text, 1, {text: text}), *PEOPLE])
    same = (Filter(text, "equals", text), Filter("list", "equals", text))
    assert selected(copy, All((Did(text, same), Property(text, "equals", text)))) == {text}
    assert selected(copy, EVERYONE) == {text, "anna", "ben", "cleo"}


def test_events_with_ids_in_their_names_are_taken_together(
    copy: Projection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sender that has them took three milliseconds for each event, and kept everybody waiting."""
    appended: list[str] = []
    append = Projection._append

    def counted(self: Projection, table: str, *rest: Any) -> None:
        appended.append(table)
        append(self, table, *rest)

    monkeypatch.setattr(Projection, "_append", counted)
    named = [event(n, f"u{n % 3}", f"Viewed {n}", price=n, tags=[n]) for n in range(1, 40)]
    other = [event(n, "u0", f"Said {n}", text="x") for n in range(40, 50)]
    copy.catch_up(rows([*named, *other]), [person(f"u{n}") for n in range(3)])
    assert sorted(appended) == ["events", "events", "users"]
    assert selected(copy, Did("Viewed 7", (Filter("price", "equals", 7),))) == {"u1"}
    assert selected(copy, Did("Viewed 8", (Filter("tags", "equals", 8),))) == {"u2"}
    assert selected(copy, Did("Said 41", (Filter("text", "equals", "x"),))) == {"u0"}
    assert selected(copy, Did("Viewed 7", (Filter("price", "equals", 8),))) == set()


def test_a_question_can_be_cut_short_from_another_thread(copy: Projection) -> None:
    endless = "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range < b.range"
    over = threading.Event()

    def cut_short() -> None:
        while not over.wait(0.01):  # the question may not have begun at the first try
            copy.interrupt()

    other = threading.Thread(target=cut_short)
    other.start()
    with pytest.raises(Interrupted), copy.asking(endless, []) as cursor:
        cursor.fetchall()
    over.set()
    other.join()
    assert selected(copy, EVERYONE) == set()


def test_an_interrupt_with_nothing_to_cut_short_harms_nothing(copy: Projection) -> None:
    copy.interrupt()
    copy.catch_up(rows(EVENTS), PEOPLE)
    copy.interrupt()
    assert answers(copy) == EXPECTED


def test_a_selection_under_way_does_not_see_what_comes_in(copy: Projection) -> None:
    copy.catch_up([], PEOPLE)
    under_way = audience.select(copy, EVERYONE, now_ms=NOW_MS, zone="UTC", draw=DRAW)
    first = next(under_way)
    copy.catch_up([], [person("dora", 1)])
    assert len({first.user, *(one.user for one in under_way)}) == 3


def test_an_event_of_a_user_that_is_not_known_yet_waits_for_them(copy: Projection) -> None:
    events: list[Event] = [event(1, "late", "Bought")]
    copy.catch_up(rows(events))
    assert selected(copy, Did("Bought")) == set()
    copy.catch_up([], [person("late")])
    assert selected(copy, Did("Bought")) == {"late"}


def test_kinds_are_kept_apart_for_one_key(copy: Projection) -> None:
    values = [1, "1", True, ["1"], {"1": 1}]
    copy.catch_up(
        rows([event(i, f"u{i}", "E", v=v) for i, v in enumerate(values, 1)]),
        [person(f"u{i}") for i in range(1, 6)],
    )
    scope = copy.catalogue.scope("E")
    assert scope is not None
    assert set(copy.catalogue.find(scope, "v")) == {Kind.NUMBER, Kind.TEXT, Kind.FLAG, Kind.ITEMS}
    asked: list[Scalar] = [1, "1", True]
    found = [selected(copy, Did("E", (Filter("v", "equals", v),))) for v in asked]
    assert found == [{"u1"}, {"u2", "u4"}, {"u3"}]


def test_a_disk_that_takes_nothing_is_named_and_the_copy_goes_on_when_it_is_opened_anew(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = Projection.open(path)
    copy.catch_up(rows(EVENTS[:3]), PEOPLE)

    def full(_rows: object, _people: object) -> None:
        raise duckdb.IOException("No space left on device")

    monkeypatch.setattr(copy, "_load", full)
    with pytest.raises(CopyNotWrittenError, match="look at free disk space"):
        copy.catch_up(rows(EVENTS))
    copy.close()
    again = Projection.open(path)
    again.catch_up(rows(EVENTS))
    assert answers(again) == EXPECTED
    again.close()


def test_a_copy_whose_blocks_are_damaged_says_so_and_quotes_nobody(path: Path) -> None:
    copy = Projection.open(path)
    copy.catch_up(rows(event(i, f"u{i}", "E") for i in range(1, 50_000)))
    copy.close()
    damage(path)
    copy = Projection.open(path)
    with pytest.raises(CopyDamagedError, match="nothing is lost"), copy.asking(_ALL, []) as cursor:
        cursor.fetchall()
    copy.close()


def damage(path: Path) -> None:
    """Overwrite the middle of the blocks in which events lie."""
    with duckdb.connect(path, read_only=True) as copy:
        blocks = copy.execute(
            "SELECT DISTINCT block_id FROM pragma_storage_info('events') WHERE block_id >= 0"
        ).fetchall()
    with path.open("r+b") as file:
        for (block,) in blocks:
            file.seek(HEADER_BYTES + block * BLOCK_BYTES + BLOCK_BYTES // 2)
            file.write(b"\xa5" * 100)


HEADER_BYTES, BLOCK_BYTES = 3 * 4_096, 262_144
_ALL = "SELECT sum(no), sum(seq), sum(time_ms) FROM events"


def test_a_question_that_needs_too_much_memory_is_told_so_and_the_copy_goes_on(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copy_connection, "SPILL_MB_MAX", 1)
    copy = Projection.open(path, Limits(memory_mb_max=32))
    copy.catch_up(rows(EVENTS), PEOPLE)
    large = "SELECT count(DISTINCT hash(range)::VARCHAR) FROM range(5000000)"
    with (
        pytest.raises(QuestionTooLargeError, match="memory_mb_max"),
        copy.asking(large, []) as asked,
    ):
        asked.fetchall()
    assert answers(copy) == EXPECTED
    copy.close()
