import csv
import io

import msgspec
import pytest

from bot.figures import with_lift
from bot.report_csv import COLUMNS, to_csv
from tests.bot.reports import REPORT, judged


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


def test_what_a_test_of_variants_found_is_in_it() -> None:
    cells = {tuple(row[:3]): row[3] for row in csv.reader(io.StringIO(to_csv(judged())))}
    assert (cells["test", "0", "result"], cells["test", "0", "best"]) == ("won", "B")
    assert cells["test", "0 A", "users"] == "450"
    assert cells["test", "0 B", "converted"] == "60"
