import pytest

from actors.mail_audience import AudienceLine, Audiences, AudienceShown, Exported, ListLine
from clarion.showing_audience import print_answer
from domain.audience import All, CustomList, Not, Saved

MAY = 1_777_600_000_000  # 2026-05-01T01:46:40Z


def said(answer: object, capsys: pytest.CaptureFixture[str]) -> str:
    print_answer(answer, "UTC")  # type: ignore[arg-type]
    return capsys.readouterr().out


def test_where_nothing_is_saved_one_is_told_how_to(capsys: pytest.CaptureFixture[str]) -> None:
    assert "`clarion audience save NAME FILE --as ID`" in said(Audiences((), ()), capsys)


def test_audiences_and_lists_are_two_tables(capsys: pytest.CaptureFixture[str]) -> None:
    line = AudienceLine("Buyers", 2, "U0ANA00001", MAY)
    shown = said(Audiences((line,), (ListLine("VIPs", 3, 1_000, 20, 4, "U1", MAY),)), capsys)
    assert shown.index("Buyers") < shown.index("VIPs")
    assert max(map(len, shown.splitlines())) <= 80
    for part in ("2026-05-01 01:46", "1,000", "Unknown"):
        assert part in shown


def test_an_audience_is_told_in_plain_english(capsys: pytest.CaptureFixture[str]) -> None:
    who = All((Saved("Buyers"), Not(CustomList("Staff"))))
    shown = said(AudienceShown("Friends", 1, 1, who, "U1", MAY, ("Cart", "Win back")), capsys)
    assert shown.splitlines() == [
        "Friends  version 1",
        "Saved by U1, 2026-05-01 01:46 (UTC)",
        "",
        "all of these:",
        '  in the saved audience "Buyers"',
        '  not: in the list "Staff"',
        "",
        "Named by: Cart, Win back.",
    ]


def test_an_earlier_version_says_which_is_the_latest(capsys: pytest.CaptureFixture[str]) -> None:
    shown = said(AudienceShown("F", 1, 4, Saved("B"), "U1", MAY), capsys)
    assert "version 1 (the latest is 4)" in shown


def test_a_name_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    shown = said(AudienceShown("\x1b[2J", 1, 1, Saved("\x1b[2J"), "U1", MAY), capsys)
    assert "\x1b[2J" not in shown


def test_an_export_says_where_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        said(Exported("/x/out.csv", 1_234, 1_500), capsys) == "/x/out.csv: 1,234 users in 1.5 s.\n"
    )
