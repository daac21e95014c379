import msgspec
import pytest

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
