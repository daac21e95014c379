import pytest

from actors.mail_limits import LimitLine, LimitsShown
from clarion.showing_limits import print_limits

AT_MS = 1_774_771_200_000  # 2026-03-29T08:00Z, 10:00 in Oslo


@pytest.mark.parametrize("columns", ["80", "140"])
def test_limits_are_a_table_that_fits_the_terminal(
    columns: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    lines = (
        LimitLine("Cap a day", "500 messages", 125, 500, frees_ms=AT_MS),
        LimitLine("One user\x1b[31m", "gets it once at most, ever", frees="never"),
    )
    print_limits(LimitsShown("Spring", "running", "Europe/Oslo", lines, 1, "1 s"))
    said = capsys.readouterr().out
    for part in ("Spring", "125 of 500", "2026-03-29 10:00", "never", "1 message waits", "1 s."):
        assert part in said
    assert max(map(len, said.splitlines())) <= int(columns)
    assert "\x1b" not in said
