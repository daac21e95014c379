import pytest

from actors.intake_view import ZONES_MAX
from actors.mail_intake import Intake, RefusedLine, SourceLine, ZoneLine
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


def test_profiles_that_cannot_be_read_are_said(
    capsys: pytest.CaptureFixture[str],
) -> None:
    shown = Intake((SourceLine("web", {"broken": 3}, AT_MS), SourceLine("app", {}, AT_MS)), ())
    showing_intake.print_intake(shown, "UTC")
    assert "3 profile records stand in the log only" in capsys.readouterr().out


def test_who_was_turned_away_and_unknown_zones_are_told_even_where_no_source_sent(
    capsys: pytest.CaptureFixture[str],
) -> None:
    refused = (RefusedLine(401, "the key is not right", 1_234, AT_MS),)
    shown = Intake((), (ZoneLine("Pluto", 2),), refused=refused)
    showing_intake.print_intake(shown, "Europe/Oslo")
    said = " ".join(capsys.readouterr().out.split())
    assert "Pluto: 2" in said
    assert "401, 1,234: the key is not right; last 2026-03-29 10:00" in said


def test_on_a_narrow_screen_no_number_is_cut(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    counts = dict.fromkeys(showing_intake.COLUMNS, 1_234_567)
    shown = Intake((SourceLine("(files of profiles)", counts, AT_MS),), ())
    showing_intake.print_intake(shown, "UTC")
    said = capsys.readouterr().out
    assert "…" not in said
    assert said.count("1,234,567") == len(counts)


@pytest.mark.parametrize(("days", "since_ms", "told"), [
    (0, None, ""),
    (365, None, "Events are kept for 365 days, none has left yet."),
    (365, AT_MS, "Events are kept for 365 days, since 2026-03-29 10:00; the first of each event"),
    (0, AT_MS, "Events are kept for ever, since 2026-03-29 10:00; the first"),
])  # fmt: skip
def test_since_when_events_are_kept_is_told(
    capsys: pytest.CaptureFixture[str], days: int, since_ms: int | None, told: str
) -> None:
    shown = Intake((), (), keep_events_days=days, kept_since_ms=since_ms)
    showing_intake.print_intake(shown, "Europe/Oslo")
    said = " ".join(capsys.readouterr().out.split())
    assert told in said
    assert ("kept" in said) is bool(told)


def test_for_whom_events_are_kept_longer_than_the_operator_said_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    shown = Intake((), (), keep_events_days=90, kept_longer_for="Win back")
    showing_intake.print_intake(shown, "UTC")
    said = " ".join(capsys.readouterr().out.split())
    assert "kept for 90 days" in said
    assert "because “Win back” looks back so far" in said


def test_events_that_were_too_old_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    shown = Intake((SourceLine("web", {"too_old": 1_234}, AT_MS),), ())
    showing_intake.print_intake(shown, "UTC")
    assert "1,234 events happened before those that are kept" in capsys.readouterr().out
