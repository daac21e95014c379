import pytest

from actors.mail_trust import Aside, AsideLine, Connection, NotPaused, PausedAll, Step, Told
from clarion import showing_trust
from tests.clarion.terminal import flat

AT_MS = 1_774_771_200_000  # 2026-03-29T08:00Z, 10:00 in Oslo
ID = "m1_ahzm3e3u4jvp66tzpu6tvfh5zngv2lfigoleg4l6"
LINE = AsideLine(ID, "unknown", "A campaign with a long name", "ann@\x1b[31m", "Why. " * 30, AT_MS)


@pytest.fixture(params=["80", "140"])
def columns(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setenv("COLUMNS", request.param)
    return int(request.param)


def widest(text: str) -> int:
    return max(map(len, text.splitlines()))


def test_what_waits_fits_the_terminal_and_each_id_can_be_copied(
    columns: int, capsys: pytest.CaptureFixture[str]
) -> None:
    showing_trust.print_aside(Aside((LINE,), more=True), "Europe/Oslo")
    said = capsys.readouterr().out
    assert widest(said) <= columns
    for part in (ID, "unknown", "2026-03-29 10:00", "There are more", "Europe/Oslo"):
        assert part in said
    assert "\x1b" not in said


def test_a_trail_names_the_zone_and_every_step_in_its_order(
    columns: int, capsys: pytest.CaptureFixture[str]
) -> None:
    steps = (Step(AT_MS, f"message {ID} was written", event_seq=7), Step(AT_MS + 1_000, "sent"))
    showing_trust.print_told(Told("ann in “A”.", "Europe/Oslo", ("It runs.",), steps))
    said = capsys.readouterr().out
    assert widest(said) <= columns
    for part in ("It runs.", "2026-03-29 10:00:01 CEST  sent", "[event 7]", "Europe/Oslo", ID):
        assert part in said


def test_nothing_that_waits_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    showing_trust.print_aside(Aside(()), "UTC")
    assert capsys.readouterr().out == "Nothing waits for a person.\n"


def test_what_was_not_paused_is_told_with_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    others = (NotPaused("B", "blocked", "its safety limit holds it"),)
    showing_trust.print_paused_all(PausedAll("Paused 1 campaign.", ("A",), others))
    said = flat(capsys.readouterr().out)
    assert "paused: A" in said
    assert "not paused: B: its safety limit" in said


def test_a_connection_that_is_not_verified_is_no_tick(capsys: pytest.CaptureFixture[str]) -> None:
    for verified, mark in ((True, "✓ "), (False, "! ")):
        showing_trust.print_connection(Connection("So.", verified, "https://x.test"))
        assert capsys.readouterr().out.startswith(mark)
