import pytest
from msgspec.structs import replace

from actors.mail import BooksView, RunView, VariantView
from clarion.showing_variants import BLANKS_SHOWN_MAX, print_blanks, print_variants
from domain.finding import Finding, Result, Tried


def test_each_variant_is_told_with_its_books(capsys: pytest.CaptureFixture[str]) -> None:
    both = (VariantView("A", 1_000, 2, 3, winner=True), VariantView("B\x1b[31m", 4))
    print_variants(RunView("live", "running", BooksView(), variants=both), "UTC")
    assert capsys.readouterr().out.splitlines() == [
        "  variant A, the winner: 1,000 sent, 2 skipped, 3 pending",
        "  variant B\ufffd[31m: 4 sent, 0 skipped, 0 pending",
    ]


def test_a_test_that_goes_on_says_when_its_winner_is_chosen(
    capsys: pytest.CaptureFixture[str],
) -> None:
    run = RunView("live", "running", BooksView(), test_until_ms=1_774_000_000_000)
    print_variants(run, "Europe/Oslo")
    assert "the winner of the test is chosen at 2026-03-20 10:46" in capsys.readouterr().out


def test_what_a_test_found_is_told_and_when_it_is_judged_anew(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = Finding(Result.TIE, "A", (Tried("A", 300, 1), Tried("B\x1b[31m", 300, 1)), 0)
    over = RunView("live", "completed", BooksView(), finding=found)
    print_variants(over, "UTC")
    said = " ".join(capsys.readouterr().out.split())
    assert said == (
        "The test ended in a tie. The goal was reached of “A” 1 of 300 (0.3 %),"
        " of “B\ufffd[31m” 1 of 300 (0.3 %)."
    )
    early = replace(found, until_ms=1_774_000_000_000)
    print_variants(replace(over, finding=early), "Europe/Oslo")
    said = " ".join(capsys.readouterr().out.split())
    assert "so far it is a tie." in said
    assert said.endswith("it is judged at 2026-03-20 10:46.")


def test_values_that_were_empty_are_told_the_most_frequent_first(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_blanks({})
    assert capsys.readouterr().out == ""
    print_blanks({f"Profile.x{n}": 12 for n in range(BLANKS_SHOWN_MAX + 2)})
    said = " ".join(capsys.readouterr().out.split())
    assert said.startswith("Empty in messages that were sent: Profile.x0 in 12, Profile.x1 in 12")
    assert said.endswith("and 2 more")
