import msgspec
import pytest

from actors.mail_trust import Step, Told
from actors.mail_views import BooksView
from clarion.showing_rehearsal import print_rehearsal
from tests.bot.rehearsals import REHEARSED, UNTIL_MS


def said(capsys: pytest.CaptureFixture[str], **changes: object) -> str:
    print_rehearsal(msgspec.structs.replace(REHEARSED, **changes))
    return " ".join(capsys.readouterr().out.split())


def test_a_rehearsal_is_printed_whole(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys)
    for words in (
        "850 messages to 800 users would have gone.",
        "Qualified 1,000",
        "The campaign's total cap was full. 50",
        "2026-02-18 85",
        "secret-user-9 in",
        "Profiles and lists are those of now.",
        "Nothing was sent and nothing was changed.",
    ):
        assert words in text, words


def test_a_short_stretch_is_shown_by_the_hour(capsys: pytest.CaptureFixture[str]) -> None:
    assert "2026-02-18 10:46 850" in said(capsys, from_ms=UNTIL_MS - 3_600_000)


def test_of_a_long_trail_the_beginning_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    told = Told("ann: 9 sent.", "UTC", steps=tuple(Step(n, f"step {n};") for n in range(11)))
    text = said(capsys, examples=(told,))
    assert "step 7;" in text
    assert "step 8;" not in text
    assert "and 3 more steps" in text


def test_where_nobody_qualified_no_table_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, books=BooksView(0, 0, 0, {}, 0), blocked=(), skipped=(), by_day=())
    assert "Qualified" not in text
    assert "Nobody would have qualified" in text


def test_no_line_ends_with_blanks(capsys: pytest.CaptureFixture[str]) -> None:
    print_rehearsal(REHEARSED)
    assert [line for line in capsys.readouterr().out.splitlines() if line != line.rstrip()] == []
