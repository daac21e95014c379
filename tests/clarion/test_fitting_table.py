import pytest
from rich.cells import cell_len
from rich.text import Text

from clarion.fitting_table import Row, print_bars, print_table

HEADINGS = ("Variant", "Sent", "Skipped", "Converted", "Rate")
ROWS: list[Row] = [
    (Text("Ten per cent off and free shipping", "bold"), "450,000", "50", "30,000", "6.7 %"),
    ("B", "450", "59", "60", ""),
]
BARS = [("2026-03-20 08:00", 0), ("2026-03-20 09:00", 1_234), ("2026-03-20 10:00", 617)]
WIDTHS = (24, 36, 48, 60, 80, 120)


@pytest.fixture(params=WIDTHS, ids=str)
def width(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setenv("COLUMNS", str(request.param))
    return int(request.param)


def test_no_number_is_cut_and_no_name_lost_however_narrow_it_is(
    width: int, capsys: pytest.CaptureFixture[str]
) -> None:
    print_table(HEADINGS, ROWS)
    lines = capsys.readouterr().out.splitlines()
    said = " ".join(" ".join(lines).split())
    for whole in ("450,000", "30,000", "6.7 %", "59", "Converted", "shipping", "B"):
        assert whole in said
    assert "…" not in said
    assert max(map(cell_len, lines)) <= width


def test_where_it_fits_it_is_a_table_and_else_lines(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    print_table(HEADINGS, ROWS)
    assert "Variant" in capsys.readouterr().out
    monkeypatch.setenv("COLUMNS", "40")
    print_table(HEADINGS, ROWS)
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "B",
        "  Sent 450, Skipped 59, Converted 60",
    ]


def test_bars_are_as_long_as_there_is_room_for(
    width: int, capsys: pytest.CaptureFixture[str]
) -> None:
    print_bars(("Accepted", "Messages"), BARS)
    lines = capsys.readouterr().out.splitlines()
    said = " ".join(lines)
    bars = [line.count("█") for line in lines]
    assert max(bars) == (min(30, width - 30) if width >= 34 else 0)
    if width >= 30:
        assert max(map(cell_len, lines)) <= width
        assert "2026-03-20 09:00" in said
    assert "1,234" in said
