"""The audit log as an operator checks it: beside a daemon, and after someone was at it."""

import csv
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import trio

from store import audit
from store.acts import audit_key
from store.database import DATABASE_NAME, open_database
from store.meta import ensure_install_key
from store.migrations import load
from tests.clarion.terminal import flat, run

INSTALL_KEY = b"k" * 32
NOW = 1_790_000_000_000
DETAILS = ("", "7 of 9", "=1+1", 'a "quote", and more')


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder in which four things were done."""
    (tmp_path / "config.toml").write_text("")

    def work(conn: sqlite3.Connection) -> None:
        key = audit_key(ensure_install_key(conn, INSTALL_KEY))
        for n, detail in enumerate(DETAILS):
            audit.append(conn, at_ms=NOW + n, who="U_ANN", action="draft", detail=detail, key=key)

    async def keep() -> None:
        async with open_database(tmp_path / "data", load()) as store:
            await store.write(work)

    trio.run(keep)
    return tmp_path


def tamper(folder: Path, *statements: str) -> None:
    """Change rows as someone with the file in hand can."""
    with closing(sqlite3.connect(folder / "data" / DATABASE_NAME)) as conn:
        conn.execute("DROP TRIGGER audit_is_immutable")
        conn.execute("DROP TRIGGER audit_is_kept")
        for statement in statements:
            conn.execute(statement)
        conn.commit()


def asked(folder: Path, *arguments: str) -> tuple[int, str]:
    done = run(
        "audit", *arguments, "--config", str(folder / "config.toml"), "--data", str(folder / "data")
    )
    return done.exit_code, flat(done.output)


def head(folder: Path) -> str:
    done = run("audit", "verify", "--data", str(folder / "data"), "--json")
    return str(json.loads(done.stdout)["head"])


def test_a_whole_log_is_said_to_be_whole_with_the_head_to_keep(folder: Path) -> None:
    code, said = asked(folder, "verify")
    assert code == 0
    assert "The audit log is whole: 4 acts." in said
    assert f"Head: {head(folder)}" in said


def test_a_head_that_was_kept_is_on_the_way(folder: Path) -> None:
    code, said = asked(folder, "verify", "--head", head(folder))
    assert (code, "It leads through act 4, which you kept." in said) == (0, True)


@pytest.mark.parametrize(
    ("statement", "row"),
    [
        ("UPDATE audit SET who = 'U_EVE' WHERE id = 2", 2),
        ("DELETE FROM audit WHERE id = 3", 3),
        ("UPDATE audit SET id = 9 WHERE id = 1", 1),
        ("INSERT INTO audit (at_ms, who, action, mac) VALUES (1, 'U_EVE', 'approve', 'x')", 5),
    ],
)
def test_the_first_act_that_somebody_was_at_is_named(
    folder: Path, statement: str, row: int
) -> None:
    tamper(folder, statement)
    code, said = asked(folder, "verify")
    assert (code, f"Act {row} is not what was written there" in said) == (1, True)
    done = run("audit", "verify", "--data", str(folder / "data"), "--json")
    assert json.loads(done.stdout)["wrong"] == row


def test_a_tail_that_was_cut_shows_against_the_head_that_was_kept(folder: Path) -> None:
    kept = head(folder)
    tamper(folder, "DELETE FROM audit WHERE id > 2")
    assert asked(folder, "verify")[0] == 0
    code, said = asked(folder, "verify", "--head", kept)
    assert (code, "Act 3 is not what was written there, or is gone." in said) == (1, True)


def test_acts_are_written_as_a_table_and_as_lines(folder: Path) -> None:
    table, lines = folder / "acts.csv", folder / "acts.jsonl"
    assert asked(folder, "export", str(table))[0] == 0
    assert asked(folder, "export", str(lines))[0] == 0
    with table.open(newline="") as file:
        rows = list(csv.DictReader(file))
    found = [json.loads(line) for line in lines.read_text().splitlines()]
    assert [row["who"] for row in rows] == [one["who"] for one in found] == ["U_ANN"] * 4
    assert tuple(one["detail"] for one in found) == DETAILS
    assert rows[2]["detail"] == "'=1+1", "a spreadsheet must not run it"
    assert found[0]["time"] == "2026-09-21T14:13:20.000+00:00"
    assert head(folder).split(":") == [str(found[-1]["id"]), found[-1]["mac"]]
    assert table.stat().st_mode & 0o777 == lines.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("verify", "--head", "7"), 2, "'7' is no head."),
        (("export", "acts.txt"), 2, "neither .csv nor .jsonl"),
        (("export", "/proc/acts.csv"), 1, "Name a file where you may write."),
    ],
)
def test_what_cannot_be_done_is_said_with_what_to_do(
    folder: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    found = asked(folder, *arguments)
    assert (found[0], said in found[1]) == (code, True), found


def test_a_file_that_is_there_is_not_written_over(folder: Path) -> None:
    there = folder / "acts.csv"
    there.write_text("mine")
    code, said = asked(folder, "export", str(there))
    assert (code, "exists already" in said, there.read_text()) == (1, True, "mine")


def test_it_is_read_beside_a_daemon_that_writes(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "data" / DATABASE_NAME)) as daemon:
        daemon.execute("BEGIN IMMEDIATE")
        daemon.execute("INSERT INTO audit (at_ms, who, action, mac) VALUES (1, 'U', 'x', 'y')")
        assert asked(folder, "verify")[0] == 0


@pytest.mark.parametrize("spoil", [Path.unlink, lambda path: path.write_bytes(b"x" * 9_999)])
def test_without_a_database_it_is_said_that_there_is_none(
    folder: Path, spoil: Callable[[Path], object]
) -> None:
    spoil(folder / "data" / DATABASE_NAME)
    code, said = asked(folder, "verify")
    assert (code, "cannot be read" in said) == (1, True)
