import pytest

from actors.intake_view import ZONES_MAX
from actors.mail_intake import Intake, SourceLine, ZoneLine
from clarion import showing_intake

AT_MS = 1_774_771_200_000  # 2026-03-29T08:00Z, 10:00 in Oslo


def test_each_source_has_its_counts_and_when_it_was_heard(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    counts = {"accepted": 12_345, "rejected": 6, "merged": 7}
    zones = (ZoneLine("Mars/\x1b[31m", 9),)
    shown = Intake((SourceLine("web", counts, AT_MS),), zones, more_zones=True)
    showing_intake.print_intake(shown, "Europe/Oslo")
    said = capsys.readouterr().out
    for part in ("web", "12,345", "Rejected", "6", "2026-03-29 10:00", "Mars/", "9", "more"):
        assert part in said
    assert "\x1b" not in said
    assert ZONES_MAX > 1


def test_nothing_that_came_in_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    showing_intake.print_intake(Intake((), ()), "UTC")
    assert capsys.readouterr().out == "Nothing has come in yet.\n"
