import pytest

from actors.mail_copy import CopyStatus
from clarion import showing_copy

UP_TO_DATE = CopyStatus(watermark=1_200, last_seq=1_200, bytes=3_145_728)


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (UP_TO_DATE, ["everything of it", "1,200 places long", "3.0 MB"]),
        (CopyStatus(200, 1_200, 0), ["all but the last 1,000 places"]),
        (CopyStatus(0, 1_200, 0, making="running", made=300, to_make=1_200), ["300 of 1,200"]),
        (CopyStatus(0, 0, 0, making="failed", why="no room"), ["not made anew: no room"]),
    ],
)
def test_how_the_copy_stands_is_said_in_numbers(
    status: CopyStatus, says: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    showing_copy.print_copy(status)
    said = capsys.readouterr().out
    assert [each for each in says if each not in said] == []


def test_a_program_that_waits_gets_no_bar(capsys: pytest.CaptureFixture[str]) -> None:
    with showing_copy.progress() as show:
        show(UP_TO_DATE)
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "")
