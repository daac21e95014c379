import msgspec
import pytest

from domain.campaign import Campaign, What
from domain.definition import problems
from domain.rules_variants import variant_problems
from domain.variants import AbTest, ByProperty, Case, Part, Split, Variant, Variants
from tests.domain.definitions import LIVE, NOW_MS, PAST, ZONE

A, B = Variant("A"), Variant("B")


def found(variants: Variants, campaign: Campaign = PAST) -> list[tuple[str, str]]:
    changed = msgspec.structs.replace(campaign, variants=variants)
    return [(problem.where, problem.what) for problem in variant_problems(changed)]


@pytest.mark.parametrize(
    "variants",
    [
        Split((Part("A", 50), Part("B", 50))),
        Split(tuple(Part(f"P{n}", 10) for n in range(10))),
        AbTest((A, B), test_percent=1),
        AbTest((A, B, Variant("C")), test_users=3, wait_minutes=43_200),
        ByProperty("tier", (Case("Gold", ("gold", 1, True)),), Variant("Others")),
    ],
)
def test_variants_that_can_be_given_have_no_problems(variants: Variants) -> None:
    assert found(variants) == []


def test_without_variants_nothing_is_said() -> None:
    assert list(variant_problems(PAST)) == []


@pytest.mark.parametrize(
    ("variants", "where", "said"),
    [
        (Split((Part("A", 50), Part("B", 40))), "variants.of", "90 % together"),
        (Split((Part("A", 100), Part("B", 0))), "variants.of[0].percent", "100 % is not possible."),
        (Split((Part("A", 50), Part("A", 50))), "variants.of", '"A" is there more than once.'),
        (Split((Part("A", 50), Part(" ", 50))), "variants.of[1].name", "begins or ends"),
        (Split(()), "variants.of", "There are 0 variants; 2 to 10"),
        (AbTest((A,), test_percent=10), "variants.of", "There are 1 variants; 2 to 3"),
        (AbTest((A, B)), "variants", "The size of the test is missing."),
        (AbTest((A, B), 10, 10), "variants.test_users", "given twice"),
        (AbTest((A, B), test_percent=100), "variants.test_percent", "100 % is not possible."),
        (AbTest((A, B), test_users=1), "variants.test_users", "1 is not possible."),
        (AbTest((A, B), 10, wait_minutes=4), "variants.wait_minutes", "4 is not possible."),
        (ByProperty("", (Case("Gold", (1,)),), A), "variants.property", "It is empty."),
        (ByProperty("x", (), A), "variants.of", "There are 0 variants; 1 to 50"),
        (ByProperty("x", (Case("Gold", ()),), A), "variants.of[0].values", "There are 0 values"),
        (ByProperty("x", (Case("A", (1,)),), A), "variants.of", '"A" is there more than once.'),
        (
            ByProperty("x", (Case("C", (1, 2)), Case("D", (2,))), A),
            "variants.of",
            "The value 2 is there more than once.",
        ),
        (
            ByProperty("x", (Case("C", (float("nan"),)),), A),
            "variants.of[0].values",
            "nan is not a number",
        ),
    ],
)
def test_what_is_wrong_with_variants_is_said_at_its_place(
    variants: Variants, where: str, said: str
) -> None:
    assert any(place == where and said in what for place, what in found(variants))


def test_a_live_test_has_no_per_cent() -> None:
    (problem,) = found(AbTest((A, B), test_percent=10), LIVE)
    assert problem[0] == "variants.test_percent"
    assert found(AbTest((A, B), test_users=10), LIVE) == []


def test_templates_of_variants_keep_the_rules_of_all_templates() -> None:
    split = Split((Part("A", 50, {"x": "{{ Event.price }}"}), Part("B", 50, {"y": "{{ name }}"})))
    campaign = msgspec.structs.replace(PAST, variants=split, what=What(required=("x",)))
    told = {p.where: p.what for p in problems(campaign, now_ms=NOW_MS, zone=ZONE)}
    assert "no triggering event" in told["variants.of[0].key_values.x"]
    assert "nothing is called" in told["variants.of[1].key_values.y"].lower()
    assert told["what.required"] == '"x" is not among the key_values of the variant "B".'


def test_shared_and_own_pairs_are_counted_together() -> None:
    own = Split((Part("A", 50, {f"a{n}": "" for n in range(30)}), Part("B", 50)))
    shared = What(key_values={f"b{n}": "" for n in range(30)})
    campaign = msgspec.structs.replace(PAST, variants=own, what=shared)
    told = [p.what for p in problems(campaign, now_ms=NOW_MS, zone=ZONE)]
    assert told == ["There are 60 pairs; at most 50 are possible."]
