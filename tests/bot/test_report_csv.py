import csv
import io

import msgspec
import pytest

from actors.mail_report import ArmView, Report
from bot.figures import with_lift
from bot.report_csv import COLUMNS, to_csv
from domain.goal import Goal
from tests.bot.reports import PAYING, REPORT, judged, with_money


def test_the_csv_has_every_number_once_and_no_formula() -> None:
    report = msgspec.structs.replace(with_lift(REPORT), name="=1+1")
    rows = list(csv.reader(io.StringIO(to_csv(report))))
    assert tuple(rows[0]) == COLUMNS
    cells = {tuple(row[:3]): row[3] for row in rows[1:]}
    assert len(cells) == len(rows) - 1
    assert cells["books", "", "sent"] == "900"
    assert cells["skipped", "unreachable", "users"] == "100"
    assert cells["arm", "control", "revenue"] == "100.0"
    assert cells["variant", "B", "converted"] == "60"
    assert cells["blank", "Profile.first_name", "messages"] == "41"
    assert float(cells["lift", "target", "lift"]) == pytest.approx(1)
    assert ("campaign", "'=1+1", "id") in cells


def cells_of(report: Report) -> dict[tuple[str, ...], str]:
    rows = csv.reader(io.StringIO(to_csv(with_lift(report))))
    return {tuple(row[:3]): row[3] for row in rows}


def test_what_revenue_says_is_in_it_with_its_interval() -> None:
    cells = cells_of(with_money(PAYING))
    low, high = (float(cells["revenue", "target", end]) for end in ("low", "high"))
    assert low < float(cells["revenue", "target", "difference"]) < high
    assert cells["revenue", "target", "result"] == "found"
    assert cells["revenue", "target", "said"].startswith("Revenue a user +0.83 (95 % interval")
    assert cells["arm", "control", "revenue_per_user"] == "0.5"
    assert (cells["arm", "control", "payers"], cells["arm", "control", "deviation"]) == (
        "39",
        "2.5",
    )


@pytest.mark.parametrize(
    ("report", "lift", "revenue"),
    [
        (with_money(ArmView(99, 50)), "not_enough_users", "not_enough_users"),
        (with_money(ArmView()), "not_enough_users", "not_enough_users"),
        (with_money(ArmView(200)), "nobody_of_control_converted", "too_few_brought_revenue"),
        (REPORT, "found", "too_few_brought_revenue"),
        (
            msgspec.structs.replace(
                with_money(ArmView()), books=msgspec.structs.replace(REPORT.books, control=0)
            ),
            "no_control_group",
            "no_control_group",
        ),
    ],
)
def test_where_a_comparison_has_no_number_a_row_says_why(
    report: Report, lift: str, revenue: str
) -> None:
    cells = cells_of(report)
    assert cells["lift", "target", "result"] == lift
    assert cells["revenue", "target", "result"] == revenue
    assert cells["lift", "target", "said"]
    assert cells["revenue", "target", "said"]
    assert (("lift", "target", "low") in cells) == (lift == "found")
    assert ("revenue", "target", "low") not in cells


def test_a_comparison_that_nobody_could_make_is_not_called_a_missing_group() -> None:
    """The process that loads SciPy may fail, on a machine without memory."""
    cells = {tuple(row[:3]): row[3] for row in csv.reader(io.StringIO(to_csv(REPORT)))}
    assert cells["lift", "target", "result"] == "not_made"
    assert cells["revenue", "target", "result"] == "not_made"
    assert "could not be made" in cells["lift", "target", "said"]


def test_without_a_goal_or_its_revenue_there_is_no_row_of_it() -> None:
    uncounted = cells_of(msgspec.structs.replace(REPORT, goal=Goal("Order Completed")))
    assert ("lift", "target", "result") in uncounted
    assert ("revenue", "target", "result") not in uncounted
    none = cells_of(msgspec.structs.replace(REPORT, goal=None, target=None, control=None))
    assert not [cell for cell in none if cell[0] in ("lift", "revenue", "arm")]


def test_what_a_test_of_variants_found_is_in_it() -> None:
    cells = {tuple(row[:3]): row[3] for row in csv.reader(io.StringIO(to_csv(judged())))}
    assert (cells["test", "0", "result"], cells["test", "0", "best"]) == ("won", "B")
    assert cells["test", "0 A", "users"] == "450"
    assert cells["test", "0 B", "converted"] == "60"
