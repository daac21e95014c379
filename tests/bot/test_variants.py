from msgspec.structs import replace

from actors.mail import RunView, VariantView
from bot import words
from bot.variants import BLANKS_SHOWN_MAX, VARIANTS_SHOWN_MAX, blank_lines, variant_lines
from bot.views import campaign_card
from domain.finding import Finding, Result, Tried
from tests.bot.fake_desk import NOW_MS
from tests.bot.samples import LIVE, draft

ZONE = "Europe/Oslo"
RUN = RunView(
    "live", "running", draft(LIVE).books, variants=(VariantView("A", 3, 1), VariantView("<B>", 2))
)


def test_each_variant_has_a_line_with_its_books() -> None:
    assert variant_lines(RUN, ZONE) == [
        "Variant *A*: 3 sent, 1 skipped",
        "Variant *&lt;B&gt;*: 2 sent",
    ]


def test_a_winner_and_a_test_that_goes_on_are_told() -> None:
    won = RunView("live", "running", RUN.books, variants=(VariantView("A", 3, winner=True),))
    assert variant_lines(won, ZONE) == ["Variant *A* :trophy: the winner: 3 sent"]
    tested = RunView("live", "running", RUN.books, test_until_ms=NOW_MS)
    assert "The winner is chosen" in variant_lines(tested, ZONE)[0]


def test_what_a_test_found_is_told_and_when_it_is_judged_anew() -> None:
    found = Finding(Result.FEW, "A", (Tried("<A>", 3, 1), Tried("B", 4)), NOW_MS)
    over = RunView("live", "completed", RUN.books, finding=found)
    (said,) = variant_lines(over, ZONE)
    assert said.startswith("The test is over: not enough users")
    assert "of “&lt;A&gt;” 1 of 3 (33.3 %), of “B” 0 of 4 (0.0 %)" in said
    early = replace(found, result=Result.WON, until_ms=NOW_MS)
    (so_far,) = variant_lines(replace(over, finding=early, test_until_ms=NOW_MS), ZONE)
    assert "so far variant “A” is ahead." in so_far
    assert f"it is judged {words.moment(NOW_MS, ZONE)}." in so_far


def test_of_many_variants_and_values_the_first_are_told() -> None:
    many = tuple(VariantView(f"v{n}", 1) for n in range(VARIANTS_SHOWN_MAX + 1))
    assert variant_lines(RunView("live", "running", RUN.books, variants=many), ZONE)[-1] == (
        "and 1 variant more"
    )
    blanks = {f"Profile.x{n}": 2 for n in range(BLANKS_SHOWN_MAX + 1)}
    (line,) = blank_lines(blanks)
    assert line.startswith("Sent with an empty value: Profile.x0 (2 messages), ")
    assert line.endswith(" and 1 more")
    assert blank_lines({}) == []


def test_the_card_of_a_campaign_shows_them() -> None:
    view = draft(LIVE, state="running", runs=(RUN,), blanks={"Profile.name": 7})
    shown = str(campaign_card(view, ZONE).blocks)
    assert "Variant *A*: 3 sent" in shown
    assert "Profile.name (7 messages)" in shown
