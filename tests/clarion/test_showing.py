from datetime import datetime

import pytest
from msgspec import structs

from actors.mail import BooksView, CampaignLine, CampaignView, Estimate, RunView
from actors.mail_audience import AudienceUse
from actors.mail_views import RehearsalView, Since
from clarion import showing
from domain.audience import Did
from domain.campaign import Campaign, Limits
from domain.slots import named
from domain.waits import Cause, Wait

AT_MS = 1_774_771_200_000  # 2026-03-29T08:00Z, 10:00 in Oslo
BOOKS = BooksView(
    qualified=12_345, control=1_234, sent=10_000, skipped={"cap_reached": 1_111}, pending=0
)
NAME = "A name that is rather long, as marketers like them, with a date: 2026-03-29"
DEFINITION = Campaign(name=NAME, kind="past_behaviour", limits=Limits(safety_limit=500))


def line(name: str = NAME) -> CampaignLine:
    return CampaignLine("c1", name, "live", "awaiting_next_run", "U0ANA00001", BOOKS, AT_MS)


def view() -> CampaignView:
    run = "2026-03-29T09:00[Europe/Oslo]"
    return CampaignView(
        id="c1",
        name=NAME,
        kind="past_behaviour",
        state="blocked",
        reason="safety_limit",
        author="U0ANA00001",
        editors=("U0ANA00001", "U0BEN00002"),
        revision=2,
        hash="0123456789abcdef",
        definition=DEFINITION,
        approved_by="U0CHLOE003",
        published=2,
        published_ms=AT_MS,
        updated_ms=AT_MS,
        allowed=("release", "stop", "complete"),
        estimate=Estimate(1_000, 100, 5, 95, 800, 12),
        runs=(RunView(run, "blocked", BOOKS, AT_MS, 12_345, 500),),
        books=BOOKS,
    )


def widest(text: str) -> int:
    return max(map(len, text.splitlines()))


def test_a_list_fits_eighty_columns_and_cuts_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    showing.print_list([line()], "Europe/Oslo")
    said = capsys.readouterr().out
    assert widest(said) <= 80
    for told in ("12,345", "10,000", "2026-03-29 10:00"):
        assert told in said
    assert "awaiting next run" in said


def test_a_wide_terminal_shows_the_author_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "140")
    showing.print_list([line("Short")], "UTC")
    assert "U0ANA00001" in capsys.readouterr().out


def test_a_very_wide_terminal_shows_the_next_run_and_the_last_message(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = structs.replace(line("Short"), next_ms=AT_MS + 3_600_000, last_ms=None)
    for columns, is_told in (("140", True), ("139", False)):
        monkeypatch.setenv("COLUMNS", columns)
        showing.print_list([shown], "Europe/Oslo")
        assert ("2026-03-29 11:00" in capsys.readouterr().out) == is_told


def test_an_empty_list_says_how_to_begin(capsys: pytest.CaptureFixture[str]) -> None:
    showing.print_list([], "UTC")
    assert "clarion campaign draft FILE" in capsys.readouterr().out


def test_one_campaign_shows_everything_a_reviewer_asks(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    showing.print_campaign(view(), "Europe/Oslo")
    said = capsys.readouterr().out
    assert widest(said) <= 80
    for told in ("blocked", "safety limit", "U0BEN00002", "U0CHLOE003", "0123456789ab", "800"):
        assert told in said
    assert "Possible        stop" in said
    assert "cap reached 1,111" in said


def test_a_runs_name_can_be_copied_from_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    showing.print_campaign(view(), "Europe/Oslo")
    assert "2026-03-29T09:00[Europe/Oslo]" in capsys.readouterr().out


def test_an_instant_is_shown_as_the_accounts_wall_shows_it() -> None:
    assert showing.moment(AT_MS, "Europe/Oslo") == "2026-03-29 10:00"


def test_a_saved_audience_is_shown_as_the_campaign_keeps_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    use = AudienceUse("Buyers", 1, 2, Did("Bought"))
    showing.print_campaign(structs.replace(view(), audiences=(use,)), "UTC")
    said = capsys.readouterr().out
    assert 'Saved audience "Buyers", as of version 1; it is at version 2 now' in said
    assert 'did "Bought" at least once' in said


def test_it_is_shown_how_many_wait_for_their_moment(capsys: pytest.CaptureFixture[str]) -> None:
    showing.print_campaign(structs.replace(view(), waiting=3, next_due_ms=AT_MS), "UTC")
    assert "3 wait for their moments, the next at 2026-03-29" in capsys.readouterr().out


def test_the_next_runs_are_shown_by_the_wall_of_their_own_zone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    coming = (named(datetime.fromisoformat("2026-03-29T09:00"), "Asia/Tokyo"),)
    showing.print_campaign(structs.replace(view(), next_runs=coming), "Europe/Oslo")
    assert "Sunday 2026-03-29 at 09:00 (Asia/Tokyo)" in capsys.readouterr().out


def test_of_many_runs_the_latest_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    runs = tuple(RunView(run=f"run {n:02}", state="done", books=BOOKS) for n in range(30))
    showing.print_campaign(structs.replace(view(), runs=runs), "Europe/Oslo")
    said = capsys.readouterr().out
    assert "The last 10 of 30 runs" in said
    assert "run 29" in said
    assert "run 19" not in said


def test_what_the_rehearsal_of_a_review_found_is_shown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = RehearsalView("done", from_ms=AT_MS, until_ms=AT_MS, messages=7, users=5)
    showing.print_campaign(structs.replace(view(), rehearsal=found), "Europe/Oslo")
    assert "7 messages to 5 users would have gone." in " ".join(capsys.readouterr().out.split())


def test_who_decides_at_a_terminal_sees_what_changed_and_the_cautions(
    capsys: pytest.CaptureFixture[str],
) -> None:
    since = Since(1, "U0BEN00002", AT_MS, (("How many", "No cap → At most 5 a run"),))
    decided = structs.replace(view(), since=since, cautions=("It has no end.",))
    showing.print_campaign(decided, "Europe/Oslo")
    said = capsys.readouterr().out
    assert "Changed since revision 1, approved by U0BEN00002" in said
    assert "No cap → At most 5 a run" in said
    assert "! It has no end." in said


def test_what_is_pending_says_what_it_waits_for(capsys: pytest.CaptureFixture[str]) -> None:
    waiting = structs.replace(view(), waits=(Wait(Cause.QUIET, 3, AT_MS),), waiting=2)
    showing.print_campaign(waiting, "Europe/Oslo")
    said = capsys.readouterr().out
    assert "3 wait until their users' do-not-disturb is over, 2026-03-29 10:00." in said
    assert "2 wait for their moments" in said


def test_a_change_of_what_runs_says_by_what_it_runs(capsys: pytest.CaptureFixture[str]) -> None:
    showing.print_campaign(structs.replace(view(), state="running", amends=True), "Europe/Oslo")
    assert "until then it runs by revision 2" in capsys.readouterr().out
