import msgspec
import pytest

from actors.mail_report import ArmView
from actors.mail_views import BooksView
from bot.figures import (
    alt_text,
    compact,
    findings,
    goal_line,
    headline,
    lift_line,
    revenue_line,
    short,
    span_label,
    spans_title,
    time_of,
    told,
    window,
    with_lift,
)
from domain.brought import Difference, FewPayers, RevenueCompared
from domain.finding import Finding, Result
from domain.goal import Goal
from domain.lift import Compared, Lift, NoBase, NotEnough
from domain.spans import Span
from tests.bot.reports import PAYING, REPORT, TESTED, judged, with_money


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Europe/Oslo", "Oslo time"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires time"),
        ("UTC", "UTC"),
        ("Etc/UTC", "UTC"),
        ("Etc/GMT+5", "Etc/GMT+5"),
    ],
)
def test_a_zone_is_called_as_people_call_its_time(zone: str, said: str) -> None:
    assert time_of(zone) == said


def test_bars_over_time_say_whose_time_it_is() -> None:
    hour, day = Span(REPORT.at_ms, 1), Span(REPORT.at_ms, 1, days=True)
    assert spans_title("Messages", (hour,), "Europe/Oslo") == "Messages, by the hour, Oslo time"
    assert spans_title("Messages", (day,), "UTC") == "Messages, by the day, UTC"
    assert spans_title("Messages", (), "UTC") == "Messages"


@pytest.mark.parametrize(
    ("compared", "said"),
    [
        (Lift(0.378, 0.06, 0.78), "Lift +37.8 % (95 % interval +6 to +78 %)"),
        (Lift(-0.1, -0.3, 0.2), "Lift -10.0 %, not clear yet (95 % interval -30 to +20 %)"),
        (Lift(0.004, -0.0301, 0.04), "Lift +0.4 %, not clear yet (95 % interval -3.0 to +4.0 %)"),
        (NotEnough(), "Not enough users to compare: 100 are needed in each arm"),
        (NoBase(), "Nobody in the control group converted: no lift to tell"),
        (None, "The comparison could not be made: ask for the report again"),
    ],
)
def test_a_comparison_is_told_with_its_doubt(compared: Compared | None, said: str) -> None:
    assert lift_line(msgspec.structs.replace(REPORT, compared=compared)) == said


@pytest.mark.parametrize(
    ("compared", "said"),
    [
        (
            Difference(0.83, 0.214, 1_445.5),
            "Revenue a user +0.83 (95 % interval +0.21 to +1,445.50)",
        ),
        (
            Difference(-0.1, -0.3, 0.2),
            "Revenue a user -0.10, not clear yet (95 % interval -0.30 to +0.20)",
        ),
        (FewPayers(), "Too few brought revenue to compare it: 30 are needed in each arm"),
        (NotEnough(), ""),
        (None, ""),
    ],
)
def test_what_revenue_says_is_told_with_its_doubt(
    compared: RevenueCompared | None, said: str
) -> None:
    assert revenue_line(msgspec.structs.replace(REPORT, revenue_compared=compared)) == said


def test_revenue_is_compared_where_it_is_counted_and_enough_brought_some() -> None:
    assert with_lift(REPORT).revenue_compared == FewPayers()
    found = with_lift(with_money(PAYING))
    assert isinstance(found.revenue_compared, Difference)
    assert found.revenue_compared.difference == pytest.approx(1_200 / 900 - 100 / 200)
    assert revenue_line(found) in alt_text(found)
    (last, is_clear) = told(found)[-1]
    assert (last, is_clear) == (revenue_line(found), True)
    uncounted = msgspec.structs.replace(with_money(PAYING), goal=Goal("Order Completed"))
    assert with_lift(uncounted).revenue_compared is None
    assert len(told(with_lift(uncounted))) == 1


def test_two_arms_are_compared_and_one_alone_is_not() -> None:
    found = with_lift(REPORT)
    assert isinstance(found.compared, Lift)
    assert found.compared.lift == pytest.approx(1.0)
    few = msgspec.structs.replace(REPORT, control=ArmView())
    assert with_lift(few).compared == NotEnough()
    alone = msgspec.structs.replace(few, books=BooksView(1_034, 0, 900, {"unreachable": 109}, 25))
    assert with_lift(alone).compared is None
    assert lift_line(with_lift(alone)) == "Nobody is in a control group: nothing to compare with"
    without = msgspec.structs.replace(REPORT, goal=None, target=None, control=None)
    assert with_lift(without).compared is None


def test_a_picture_is_told_to_those_who_cannot_see_it() -> None:
    said = alt_text(with_lift(REPORT))
    assert "1,234 qualified, 900 sent, 200 control, 109 skipped, 25 pending." in said
    assert "Of 900 users 90 reached the goal." in said
    assert "Lift +100.0 %" in said


def test_words_of_a_picture_are_short_and_in_the_accounts_zone() -> None:
    assert short("abcdef", 4) == "abc…"
    assert headline(REPORT) == "Running, as of 2026-03-20 10:46, Oslo time"
    assert span_label(Span(REPORT.at_ms, 1), "UTC") == "20 Mar\n09:46"
    assert span_label(Span(REPORT.at_ms, 1, days=True), "UTC") == "20 Mar"
    assert goal_line(REPORT) == "Goal: Order Completed within 1 day"
    long = msgspec.structs.replace(REPORT, goal=Goal("Order Completed " * 9, window_minutes=4_321))
    assert goal_line(long) == "Goal: Order Completed Order … within 4,321 minutes"
    assert [window(n) for n in (5, 120, 2_880)] == ["5 minutes", "2 hours", "2 days"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0"), (950, "950"), (9_999, "9,999"), (12_500, "12.5k"), (7_500_000, "7.5M"), (2e9, "2B")],
)
def test_a_number_on_an_axis_is_short(value: float, shown: str) -> None:
    assert compact(value) == shown


def test_what_a_test_of_variants_found_is_told_with_its_figures() -> None:
    assert findings(REPORT) == []
    (said,) = findings(judged())
    assert said == (
        "Variant “B” won the test."
        " The goal was reached of “A” 30 of 450 (6.7 %), of “B” 60 of 450 (13.3 %)."
    )
    assert said in alt_text(judged())


def test_a_test_whose_campaign_ended_before_says_when_it_is_judged() -> None:
    early = msgspec.structs.replace(TESTED, until_ms=REPORT.at_ms)
    (said,) = findings(judged(early))
    assert "so far variant “B” is ahead." in said
    assert said.endswith("it is judged at 2026-03-20 10:46.")


def test_of_many_runs_the_latest_tests_are_told_with_their_runs() -> None:
    few: Finding = msgspec.structs.replace(TESTED, result=Result.FEW)
    told = findings(judged(*[TESTED] * 4, few))
    assert len(told) == 3
    assert told[0].startswith("Run 4: The test is over: not enough users")
    assert told[1].startswith("Run 3: Variant “B” won the test.")
