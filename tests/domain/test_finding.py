import msgspec
import pytest

from domain.assignment import Tally
from domain.finding import Finding, Result, Tried, anew, find, told
from domain.lift import USERS_MIN
from domain.variants import AbTest, Variant

TWO = AbTest(tuple(map(Variant, "AB")), test_users=200)
THREE = AbTest(tuple(map(Variant, "ABC")), test_users=300)
AT = 1_774_000_000_000


def found(*tallies: tuple[int, int], until_ms: int | None = None, rest: bool = False) -> Finding:
    """Return what a test of as many variants found: users and conversions of each."""
    held = {name: Tally(*one) for name, one in zip("ABC", tallies, strict=False)}
    test = TWO if len(tallies) == 2 else THREE
    return find(test, held, at_ms=AT, until_ms=until_ms, rest=rest)


@pytest.mark.parametrize(
    ("tallies", "result", "best"),
    [
        (((100, 1), (100, 2)), Result.WON, "B"),
        (((200, 3), (100, 2)), Result.WON, "B"),
        (((100, 2), (200, 4)), Result.TIE, "A"),
        (((100, 0), (100, 0)), Result.TIE, "A"),
        (((100, 1), (100, 3), (200, 6)), Result.TIE, "B"),
        (((100, 5), (100, 3), (100, 3)), Result.WON, "A"),
        (((100, 1), (99, 90)), Result.FEW, "B"),
        (((100, 1), (100, 2), (0, 0)), Result.FEW, "B"),
    ],
    ids=str,
)
def test_a_test_of_enough_users_has_a_winner_or_ends_in_a_tie(
    tallies: tuple[tuple[int, int], ...], result: Result, best: str
) -> None:
    one = found(*tallies)
    assert (one.result, one.best) == (result, best)


def test_only_who_certainly_won_is_called_the_winner() -> None:
    assert found((100, 1), (100, 2)).won == "B"
    assert found((100, 2), (100, 2)).won == ""
    assert found((5, 1), (5, 2)).won == ""
    assert found((100, 1), (100, 2), until_ms=AT + 1).won == "", "it is judged anew"


def test_who_goes_to_the_rest_won_whatever_the_figures() -> None:
    assert found((5, 1), (5, 2), rest=True).won == "B"
    assert found((0, 0), (0, 0), rest=True).won == "A"


@pytest.mark.parametrize(
    ("one", "says"),
    [
        (found((100, 3), (100, 2), rest=True), "Variant “A” goes to the rest. The goal"),
        (
            found((100, 0), (100, 0), rest=True),
            "“A” goes to the rest: it is a tie, and the first of those that did best goes. The",
        ),
        (
            found((100, 3), (0, 0), rest=True),
            "“A” goes to the rest, though it may be chance: fewer than 100 users of a variant say",
        ),
        (found((100, 3), (100, 4)), "Variant “B” won the test."),
        (found((100, 3), (100, 3)), "The test ended in a tie."),
        (found((9, 3), (9, 4)), "The test is over: not enough users"),
        (found((100, 3), (100, 4), until_ms=AT + 1), "so far variant “B” is ahead."),
        (found((100, 3), (100, 3), until_ms=AT + 1), "so far it is a tie."),
        (found((9, 3), (9, 4), until_ms=AT + 1), "so far not enough users"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_what_was_found_is_told_in_words(one: Finding, says: str) -> None:
    assert says in told(one)
    assert f"({USERS_MIN} of each are needed)" in told(one) or "not enough" not in says


def test_the_figures_of_every_variant_are_told() -> None:
    assert told(found((1_000, 30), (0, 0))).endswith(
        " The goal was reached of “A” 30 of 1,000 (3.0 %), of “B” 0 of 0."
    )


def test_when_it_is_judged_anew_is_told() -> None:
    assert anew("in 3 hours") == (
        "What users do until the wait is over counts too: it is judged in 3 hours."
    )


def test_it_is_the_same_after_it_was_written_down() -> None:
    one = found((100, 3), (100, 4), until_ms=AT + 1)
    assert msgspec.json.decode(msgspec.json.encode(one), type=Finding) == one
    assert one.of == (Tried("A", 100, 3), Tried("B", 100, 4))
