import pytest

from actors.mail import BooksView, RunView, VariantView
from clarion.showing_variants import BLANKS_SHOWN_MAX, print_blanks, print_variants


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


def test_values_that_were_empty_are_told_the_most_frequent_first(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_blanks({})
    assert capsys.readouterr().out == ""
    print_blanks({f"Profile.x{n}": 12 for n in range(BLANKS_SHOWN_MAX + 2)})
    said = " ".join(capsys.readouterr().out.split())
    assert said.startswith("Empty in messages that were sent: Profile.x0 in 12, Profile.x1 in 12")
    assert said.endswith("and 2 more")
