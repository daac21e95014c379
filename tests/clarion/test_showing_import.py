import pytest

from actors.file_import import Imported
from actors.file_types import Column, Kind
from actors.mail_files import FileStands
from clarion.showing_import import print_imported
from domain.problem import Problem
from store.imports import Counts

COUNTS = Counts(rows=8, matched=3, unknown=2, duplicates=1, erased=1, too_old=1)
STANDS = FileStands("s", COUNTS, done_ms=1_774_774_800_000)


def said(
    capsys: pytest.CaptureFixture[str], done: Imported, first: tuple[Problem, ...] = ()
) -> str:
    print_imported(done, first, "Europe/Oslo")
    captured = capsys.readouterr()
    return " ".join((captured.out + captured.err).split())


def imported(
    stands: FileStands | None, *, good: int = 7, problems: int = 0, recent: int = 0
) -> Imported:
    columns = (Column("age", Kind.NUMBER, given=False),)
    return Imported(
        "a.csv", "events", stands, False, good, 1, recent, 2, problems, "a.csv.problems", columns
    )


def test_every_count_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, imported(STANDS))
    assert "a.csv is in. 8 rows: 3 of users who were known, 2 of users who are new" in text
    assert "1 duplicate, 1 of erased users (not kept), 1 too old (not kept)." in text
    assert "Columns: age number" in text


def test_the_first_problems_are_shown_and_where_all_of_them_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    problem = Problem("age", "It is old.", "Mend it.", 17)
    text = said(capsys, imported(STANDS, problems=5), (problem,))
    assert "line 17" in text
    assert "2 rows were left out. 1 row was taken without such values." in text
    assert "All problems stand in a.csv.problems. 4 more" in text


def test_a_column_of_profiles_that_is_nearly_one_with_a_meaning_is_pointed_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    columns = (Column("City", Kind.TEXT, given=False), Column("plan", Kind.TEXT, given=False))
    text = said(capsys, Imported("a.csv", "profiles", STANDS, False, 7, 0, 0, 0, 0, "", columns))
    assert "“City” is a trait like any other; what audiences read is “city”." in text
    assert "plan” is" not in text


@pytest.mark.parametrize(
    ("done", "told"),
    [
        (imported(None), "a.csv: 7 rows can be imported."),
        (
            imported(None, recent=3),
            "3 rows are less than 2 hours old: running live campaigns act on that.",
        ),
        (imported(FileStands("s", COUNTS)), "a.csv is not whole: 8 rows"),
        (
            Imported("a.csv", "events", STANDS, True, 7, 0, 0, 0, 0, ""),
            "a.csv was imported already, 2026-03-29 11:00",
        ),
        (
            Imported(
                "a.csv", "list", FileStands("s", COUNTS, 1, "VIP", 3), False, 7, 0, 0, 0, 0, ""
            ),
            "“VIP” has 3 members now (version 3); 2 not known to be users",
        ),
        (
            Imported(
                "a.csv", "list", FileStands("s", COUNTS, None, "VIP", 3), False, 7, 0, 0, 0, 0, ""
            ),
            "“VIP” stays as it was",
        ),
    ],
)
def test_how_it_ended_is_told(
    capsys: pytest.CaptureFixture[str], done: Imported, told: str
) -> None:
    assert told in said(capsys, done)


def test_a_file_with_a_header_alone_is_told_so(capsys: pytest.CaptureFixture[str]) -> None:
    empty = FileStands("s", Counts(), done_ms=1_774_774_800_000)
    done = Imported("a.csv", "events", empty, False, 0, 0, 0, 0, 0, "")
    assert "a header and no rows" in said(capsys, done)
