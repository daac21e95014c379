import msgspec
import pytest

from actors.mail_report import ArmView
from actors.mail_views import BooksView
from bot.figures import with_lift
from clarion.showing_report import print_report
from domain.goal import Goal
from domain.spans import Span
from tests.bot.reports import HOUR_MS, PAYING, REPORT, judged, with_money


def said(capsys: pytest.CaptureFixture[str], **changes: object) -> str:
    print_report(msgspec.structs.replace(with_lift(REPORT), **changes))
    return " ".join(capsys.readouterr().out.split())


def test_a_report_is_printed_whole(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys)
    for words in (
        "Qualified 1,234",
        "The cap of that run was full. 9",
        "B (won) 450 59 13 450 60 13.3 %",
        "target 900 90 10.0 % 1,200.00 1.33",
        "control 200 10 5.0 % 100.00 0.50",
        "Lift +100.0 %",
        "2026-03-20 09:00 100",
        "Empty in messages that were sent: Profile.first_name in 41",
    ):
        assert words in text, words


def test_without_a_goal_nothing_is_said_about_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Lift" not in said(capsys, goal=None, target=None, control=None, compared=None)


def test_a_control_group_of_nobody_is_told_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys, control=ArmView(), compared=None)
    assert "target 900" in text
    assert "control 0" not in text


def test_a_report_of_nobody_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Nobody has qualified yet." in said(capsys, books=BooksView(0, 0, 0, {}, 0))


def test_what_revenue_says_is_printed_with_its_interval(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_report(with_lift(with_money(PAYING)))
    text = " ".join(capsys.readouterr().out.split())
    assert "Revenue a user +0.83 (95 % interval +0.38 to +1.29)." in text
    assert "Too few brought revenue to compare it" in said(capsys)


def test_money_is_shown_only_where_it_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Revenue" not in said(capsys, goal=Goal("Order Completed"))


def test_of_a_long_delivery_the_latest_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    spans = tuple(Span(REPORT.at_ms + n * HOUR_MS, 1) for n in range(40))
    assert "Before that 9 more" in said(capsys, delivered=spans)


def test_a_name_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert "\x1b" not in said(capsys, name="a\x1b[2J")


def test_what_a_test_of_variants_found_is_in_the_report(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_report(judged())
    assert "Variant “B” won the test." in " ".join(capsys.readouterr().out.split())
