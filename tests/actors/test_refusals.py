from actors.mail_intake import RefusedLine
from actors.refusals import OTHERWISE, WHY, Refusals


def test_what_was_turned_away_is_counted_by_status_with_its_last_time() -> None:
    refusals = Refusals()
    for status, at in ((429, 5), (401, 6), (429, 7), (418, 8)):
        refusals.count(status, now_ms=at)
    assert list(refusals.lines()) == [
        RefusedLine(401, WHY[401], 1, 6),
        RefusedLine(418, OTHERWISE, 1, 8),
        RefusedLine(429, WHY[429], 2, 7),
    ]
