import gzip
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from actors import file_records
from actors.file_import import PIECE_BYTES_MAX, PIECE_ROWS_MAX, Imported, Importer, Unusable, Wish
from actors.file_layout import What
from actors.file_problems import Problems
from actors.mail import Answer, Refused, Request
from actors.mail_files import BeginFile, EndFile, FileStands, TakeEntries, TakeRecords
from clarion.client import NoDaemon
from store.imports import Counts
from store.log import Incoming

NOW = 1_795_597_200_000  # 2026-11-25T09:00:00Z
HOUR_MS = 3_600_000
Fault: TypeAlias = Callable[[Request], Answer | None]


class Daemon:
    """Keeps what it is given, as the real one does, and fails as it is told."""

    def __init__(self) -> None:
        self.kept: list[Incoming] = []
        self.entries: list[str] = []
        self.done = False
        self.begun_ms = NOW
        self.requests: list[Request] = []
        self.fault: Fault = lambda _request: None

    def ask(self, request: Request) -> Answer:
        self.requests.append(request)
        if (failed := self.fault(request)) is not None:
            return failed
        match request:
            case TakeRecords(at=at, records=records):
                assert at == len(self.kept)
                self.kept += records
            case TakeEntries(at=at, entries=entries):
                assert at == len(self.entries)
                self.entries += [entry.id for entry in entries]
            case EndFile():
                self.done = True
            case _:
                assert isinstance(request, BeginFile)
        rows = len(self.kept) + len(self.entries)
        done_ms = 7 if self.done else None
        return FileStands("s", Counts(rows=rows), done_ms, begun_ms=self.begun_ms)


def test_events_on_which_live_campaigns_act_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "identity,event,time\nu1,A,2026-11-25T08:30:00Z\nu2,A,2026-11-25T06:00:00Z\nu3,A,2026-10-01\n"
    )
    done = run(Daemon(), path, "events", check=True)
    assert isinstance(done, Imported)
    assert (done.rows_good, done.rows_recent) == (3, 1)


def run(
    daemon: Daemon,
    path: Path,
    what: What = "profiles",
    *,
    check: bool = False,
    naps: list[float] | None = None,
    now_ms: int = NOW,
) -> Imported | Unusable | Refused:
    wish = Wish(what, path, "U1", list_name="VIP" if what == "list" else "")
    with Problems(path) as problems:
        importer = Importer(
            wish,
            daemon.ask,
            lambda _doing, _at: None,
            nap=(naps if naps is not None else []).append,
            now_ms=now_ms,
        )
        return importer.check(problems) if check else importer.run(problems)


def table(path: Path, n: int, *, wide: int = 0) -> Path:
    notes = [f"note{i}" for i in range(wide)]
    lines = [",".join(["identity", *notes]), *(f"u{i}" + f",{'x' * 500}" * wide for i in range(n))]
    path.write_text("\n".join(lines))
    return path


def users(daemon: Daemon) -> list[str]:
    return [record.user for record in daemon.kept]


def test_a_file_is_handed_over_in_pieces_that_fit_a_line(tmp_path: Path) -> None:
    daemon = Daemon()
    done = run(daemon, table(tmp_path / "a.csv", 2 * PIECE_ROWS_MAX + 1))
    sizes = [len(each.records) for each in daemon.requests if isinstance(each, TakeRecords)]
    assert sizes == [PIECE_ROWS_MAX, PIECE_ROWS_MAX, 1]
    assert isinstance(done, Imported)
    assert (done.rows_good, done.rows_bad, daemon.done) == (2 * PIECE_ROWS_MAX + 1, 0, True)
    wide = Daemon()
    run(wide, table(tmp_path / "b.csv", 100, wide=40))
    for each in wide.requests:
        if isinstance(each, TakeRecords):
            assert sum(len(record.body) for record in each.records) < PIECE_BYTES_MAX + 40_000
    assert len(wide.kept) == 100


@pytest.mark.parametrize("after", [0, 1, 2, 3])
def test_a_start_after_any_crash_hands_over_each_row_once(tmp_path: Path, after: int) -> None:
    path = table(tmp_path / "a.csv", 2 * PIECE_ROWS_MAX + 5)
    daemon = Daemon()

    def crash(_request: Request) -> None:
        if len(daemon.requests) > after:
            raise NoDaemon("It went away.", "")

    daemon.fault = crash
    with pytest.raises(NoDaemon):
        run(daemon, path)
    daemon.fault = lambda _request: None
    done = run(daemon, path)
    assert isinstance(done, Imported)
    assert users(daemon) == [f"u{i}" for i in range(2 * PIECE_ROWS_MAX + 5)]


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_a_start_that_comes_late_judges_each_row_as_the_first_one_did(
    tmp_path: Path, name: str
) -> None:
    """How far a file came is counted in good rows; a row that has become good would shift them."""
    path = tmp_path / name
    ahead = NOW + 25 * HOUR_MS
    lines = ["identity,event,time", f"late,A,{ahead}", *(f"u{n},A,{NOW}" for n in range(2_500))]
    if name.endswith("jsonl"):
        at = [ahead, *[NOW] * 2_500]
        who = ["late", *(f"u{n}" for n in range(2_500))]
        lines = [
            f'{{"userId":"{user}","event":"A","timestamp":"{file_records.iso(str(when))}"}}'
            for user, when in zip(who, at, strict=True)
        ]
    path.write_text("\n".join(lines))
    daemon = Daemon()

    def crash(_request: Request) -> None:
        if len(daemon.requests) > 2:
            raise NoDaemon("It went away.", "")

    daemon.fault = crash
    with pytest.raises(NoDaemon):
        run(daemon, path, "events")
    daemon.fault = lambda _request: None
    done = run(daemon, path, "events", now_ms=NOW + 2 * HOUR_MS)
    assert isinstance(done, Imported)
    assert (users(daemon), done.rows_bad) == ([f"u{n}" for n in range(2_500)], 1)


def test_a_piece_that_was_kept_without_an_answer_is_not_kept_twice(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", PIECE_ROWS_MAX + 5)
    daemon = Daemon()

    def kept_then_gone(request: Request) -> None:
        if isinstance(request, TakeRecords):
            daemon.kept += request.records[:700]
            raise NoDaemon("It went away.", "")

    daemon.fault = kept_then_gone
    with pytest.raises(NoDaemon):
        run(daemon, path)
    daemon.fault = lambda _request: None
    run(daemon, path)
    assert users(daemon) == [f"u{i}" for i in range(PIECE_ROWS_MAX + 5)]


def test_bad_rows_are_left_out_and_named_again_at_a_second_start(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("identity,age:number\nu1,38\nu2,old\n,40\nu3,39\n")
    daemon = Daemon()
    for _ in range(2):
        done = run(daemon, path)
        assert isinstance(done, Imported)
        daemon.done = False
        assert (done.rows_good, done.rows_bad, done.problems) == (2, 2, 2)
        assert "line 3, age" in Path(done.problems_file).read_text()
    assert users(daemon) == ["u1", "u3"]


def test_a_daemon_that_has_too_much_to_do_is_waited_for(tmp_path: Path) -> None:
    daemon, naps = Daemon(), list[float]()

    def busy(request: Request) -> Answer | None:
        if isinstance(request, TakeRecords) and len(naps) < 2:
            return FileStands("s", Counts(), wait_seconds=3)
        return None

    daemon.fault = busy
    run(daemon, table(tmp_path / "a.csv", 3), naps=naps)
    assert (naps, users(daemon)) == ([3, 3], ["u0", "u1", "u2"])


def test_a_refusal_ends_it(tmp_path: Path) -> None:
    daemon = Daemon()
    daemon.fault = lambda request: Refused("No.", "") if isinstance(request, TakeRecords) else None
    assert run(daemon, table(tmp_path / "a.csv", 3)) == Refused("No.", "")
    assert not daemon.done


def test_of_a_file_that_is_in_already_only_the_problems_are_said_again(tmp_path: Path) -> None:
    daemon = Daemon()
    daemon.done = True
    path = table(tmp_path / "a.csv", 3)
    path.write_text(path.read_text() + "\n  ,\n")
    done = run(daemon, path)
    assert isinstance(done, Imported)
    assert (done.already, done.rows_good, len(daemon.requests)) == (True, 3, 1)
    assert done.rows_bad == done.problems == 1
    assert "line 5" in Path(done.problems_file).read_text()


def test_a_file_that_changes_meanwhile_does_not_end(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", 3)
    daemon = Daemon()

    def change(request: Request) -> None:
        if isinstance(request, TakeRecords):
            table(path, 4)

    daemon.fault = change
    done = run(daemon, path)
    assert isinstance(done, Imported)
    assert (done.problems, daemon.done) == (1, False)


def test_a_packed_file_that_is_cut_short_is_not_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    lines = "\n".join(f"u{i}" for i in range(5_000))
    path.write_bytes(gzip.compress(f"identity\n{lines}".encode()))
    assert isinstance(run(Daemon(), path), Imported)
    path.write_bytes(path.read_bytes()[:-20])
    found = run(Daemon(), path)
    assert isinstance(found, Unusable)
    assert "cannot be read to its end" in found.problems[0].what


def test_a_value_over_a_limit_keeps_no_more_than_itself_out(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"identity,note\nu1,{'x' * 513}\nu2,y\n")
    daemon = Daemon()
    done = run(daemon, path)
    assert isinstance(done, Imported)
    assert (users(daemon), done.rows_bad, done.rows_partly) == (["u1", "u2"], 0, 1)
    assert done.problems == 1
    assert "line 2" in Path(done.problems_file).read_text()


def test_a_check_needs_no_daemon(tmp_path: Path) -> None:
    daemon = Daemon()
    path = tmp_path / "a.csv"
    path.write_text("identity,age:number\nu1,38\nu2,old\n")
    done = run(daemon, path, check=True)
    assert isinstance(done, Imported)
    assert (done.rows_good, done.rows_bad, done.stands, daemon.requests) == (1, 1, None, [])
    path.write_text("who\nu1\n")
    assert isinstance(run(daemon, path, check=True), Unusable)


def test_a_list_and_lines_of_json_are_handed_over_likewise(tmp_path: Path) -> None:
    daemon = Daemon()
    path = tmp_path / "a.csv"
    path.write_text("Type,Identity\ni,u1\ng,a1\n")
    run(daemon, path, "list")
    assert (daemon.entries, daemon.done) == (["u1", "a1"], True)
    daemon = Daemon()
    path = tmp_path / "a.jsonl.gz"
    line = '{"userId":"u1","event":"A","timestamp":"2026-03-29T09:00:00Z"}\n'
    path.write_bytes(gzip.compress(line.encode()))
    run(daemon, path, "events")
    assert users(daemon) == ["u1"]


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b'Type,Identity\ni,ann\ni,"ben\ni,cleo\n', "never closed"),
        (b'Type,Identity\ni,"ann"x\ni,ben\n', "middle of a quoted cell"),
        (b"Type,Identity\ni,ann\ni,J\xf6rg\n", "name the encoding"),
    ],
)
def test_a_file_that_is_misread_replaces_no_list(tmp_path: Path, body: bytes, what: str) -> None:
    path = tmp_path / "vip.csv"
    path.write_bytes(body)
    daemon = Daemon()
    for check in (True, False):
        done = run(daemon, path, "list", check=check)
        assert isinstance(done, Unusable)
        assert what in f"{done.problems[0].what} {done.problems[0].fix}"
    assert daemon.requests == []


def test_the_same_rows_as_another_event_are_another_file(tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    path.write_text("identity,time\nann,2026-11-01T08:00:00Z\n")
    digests = set()
    for event in ("Opened", "Closed"):
        daemon = Daemon()
        wish = Wish("events", path, "U1", every_row_is=event)
        with Problems(path) as problems:
            Importer(
                wish, daemon.ask, lambda _doing, _at: None, nap=lambda _s: None, now_ms=NOW
            ).run(problems)
        digests |= {each.source for each in daemon.requests if isinstance(each, BeginFile)}
    assert len(digests) == 2
