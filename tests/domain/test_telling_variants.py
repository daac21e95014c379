import pytest

from domain.telling_variants import tell_variants
from domain.variants import AbTest, ByProperty, Case, Part, Split, Variant, Variants

A_TEST = (
    "A test on 20 % of the users, in turn; 24 hours later the variant with the highest share of"
    " users who reached the goal goes to the rest (in a tie, the first)"
)


@pytest.mark.parametrize(
    ("variants", "lines"),
    [
        (
            Split((Part("A", 40, {"offer": "10 %"}), Part("B", 60))),
            [
                "A user gets one of these, and keeps it",
                '"A": 40 % of the users',
                "  offer: 10 %",
                '"B": 60 % of the users',
            ],
        ),
        (
            ByProperty("tier", (Case("Gold", ("gold", 1)),), Variant("Others", {"a": "b"})),
            [
                "By the user's tier",
                '"Gold": tier is "gold", 1',
                '"Others": everybody else',
                "  a: b",
            ],
        ),
        (
            AbTest((Variant("A"), Variant("B")), test_percent=20),
            [
                A_TEST,
                '"A"',
                '"B"',
            ],
        ),
    ],
)
def test_variants_are_told_in_plain_english(variants: Variants, lines: list[str]) -> None:
    assert tell_variants(variants).split("\n") == lines


@pytest.mark.parametrize(("minutes", "said"), [(60, "an hour"), (90, "90 minutes")])
def test_the_wait_of_a_test_is_told_as_people_say_it(minutes: int, said: str) -> None:
    test = AbTest((Variant("A"), Variant("B")), test_users=2_000, wait_minutes=minutes)
    assert f"A test on 2,000 of the users, in turn; {said} later" in tell_variants(test)


def test_of_many_values_the_first_are_told() -> None:
    by = ByProperty("n", (Case("Some", tuple(range(12))),), Variant("Others"))
    assert '"Some": n is 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 2 more' in tell_variants(by)
