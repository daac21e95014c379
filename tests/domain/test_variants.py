from domain.variants import AbTest, ByProperty, Case, Part, Split, Variant, contents, names

BY_TIER = ByProperty("tier", (Case("Gold", ("gold",)), Case("Silver", ("silver",))), Variant("All"))


def test_the_default_of_a_property_comes_after_its_cases() -> None:
    assert names(BY_TIER) == ("Gold", "Silver", "All")
    assert contents(BY_TIER)[-1] is BY_TIER.otherwise


def test_every_kind_names_its_variants_in_their_order() -> None:
    assert names(Split((Part("B", 40), Part("A", 60)))) == ("B", "A")
    assert names(AbTest((Variant("A"), Variant("B")), test_percent=10)) == ("A", "B")
    assert names(None) == ()
