import pytest
from msgspec import structs

from bot.wizard.alternatives import ROWS_MAX, fill_variants, rows, say_variants
from bot.wizard.contents import Alternative, WhatValues
from bot.wizard.reading import Reading
from domain.variants import AbTest, ByProperty, Case, Part, Split, Variant, Variants

TITLE = {"title": "A\nB", "x": "{{ Profile.y }}"}


@pytest.mark.parametrize(
    "variants",
    [
        None,
        Split((Part("A", 30, TITLE), Part("B", 70))),
        ByProperty("plan", (Case("Some", ("gold", 5, True), TITLE),), Variant("Others", TITLE)),
        AbTest((Variant("A", TITLE), Variant("B")), test_percent=20, wait_minutes=240),
        AbTest((Variant("A"), Variant("B"), Variant("C")), test_users=300),
    ],
)
def test_all_variants_are_asked_for_and_said_again(variants: Variants | None) -> None:
    part = fill_variants(WhatValues(), variants)
    assert part.kept_variants == ""
    reading = Reading()
    assert say_variants(part, reading) == variants
    assert reading.errors == {}


@pytest.mark.parametrize(
    "variants",
    [
        Split(tuple(Part(f"v{n}", 1) for n in range(ROWS_MAX + 1))),
        AbTest((Variant("A"), Variant("B")), test_percent=20, test_users=5),
        ByProperty("p", (Case("A", ()),), Variant(" ")),
    ],
)
def test_what_the_form_cannot_say_is_kept(variants: Variants) -> None:
    part = fill_variants(WhatValues(), variants)
    assert part.kept_variants
    assert say_variants(part, Reading()) == variants


def test_an_empty_alternative_between_others_is_left_out() -> None:
    of = (Alternative("A", "50"), Alternative(), Alternative("C", "50"))
    part = WhatValues(topics=("variants",), alternatives=of)
    assert [number for number, _ in rows(part)] == [0, 2]
    assert say_variants(part, Reading()) == Split((Part("A", 50), Part("C", 50)))


def test_a_variant_without_a_name_is_called_by_its_letter() -> None:
    of = (Alternative(), Alternative(pairs="title = Other"))
    part = WhatValues(topics=("variants",), among="ab", test="20", alternatives=of)
    said = say_variants(part, Reading())
    assert isinstance(said, AbTest)
    assert said.of == (Variant("A"), Variant("B", {"title": "Other"}))


def test_two_variants_are_there_from_the_start_unless_a_property_chooses() -> None:
    part = WhatValues(topics=("variants",), alternatives=())
    assert [number for number, _ in rows(part)] == [0, 1]
    assert rows(structs.replace(part, among="by_property")) == ()


@pytest.mark.parametrize(
    ("row", "block"),
    [
        (Alternative("A"), "what.alternative_share_0"),
        (Alternative("A", "x"), "what.alternative_share_0"),
        (Alternative("A", "5", "no pair"), "what.alternative_pairs_0"),
        (Alternative("A", "5", "a* = 1"), "what.alternative_pairs_0"),
    ],
)
def test_what_cannot_be_read_is_said_in_its_row(row: Alternative, block: str) -> None:
    reading = Reading()
    other = Alternative("B", "5")
    say_variants(WhatValues(topics=("variants",), alternatives=(row, other)), reading)
    assert list(reading.errors) == [block]


def test_what_is_not_asked_about_is_none() -> None:
    part = WhatValues(alternatives=(Alternative("A", "50"),))
    assert say_variants(part, Reading()) is None
    assert say_variants(structs.replace(part, topics=("variants",)), Reading()) is not None
