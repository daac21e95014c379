"""The rules of variants: names that differ, shares that are all, a test that can end."""

from collections import Counter
from collections.abc import Iterator, Mapping

from domain.campaign import Campaign
from domain.content import KEY_CHARS_MAX
from domain.phrases import scalar
from domain.place import item, member
from domain.problem import Problem
from domain.rules_filters import scalar_problems
from domain.rules_text import duplicate_problems, text_problems
from domain.variants import AbTest, ByProperty, Case, Split, contents, names

VARIANT_CHARS_MAX = 40
PARTS_MAX = 10
TEST_VARIANTS_MAX = 3
CASES_MAX = 50
VALUES_MAX = 50
WAIT_MINUTES_MIN = 5
WAIT_MINUTES_MAX = 30 * 24 * 60
TEST_USERS_MAX = 1_000_000_000
WHOLE_PERCENT = 100
TWO = 2


def variant_problems(campaign: Campaign) -> Iterator[Problem]:
    """Yield what is wrong with a campaign's variants, but for their templates."""
    variants = campaign.variants
    if variants is None:
        return
    for place, name, _ in variant_pairs(campaign):
        yield from text_problems(name, member(place, "name"), VARIANT_CHARS_MAX)
    yield from duplicate_problems(names(variants), "variants.of")
    match variants:
        case Split():
            yield from _split_problems(variants)
        case AbTest():
            yield from _test_problems(variants, live=campaign.kind == "live")
        case ByProperty():
            yield from _property_problems(variants)


def variant_pairs(campaign: Campaign) -> Iterator[tuple[str, str, Mapping[str, str]]]:
    """Yield each variant's place, its name and its own key-values."""
    variants = campaign.variants
    of = () if variants is None else variants.of
    for i, each in enumerate(contents(variants)):
        place = item("variants.of", i) if i < len(of) else "variants.otherwise"
        yield place, each.name, each.key_values


def _split_problems(split: Split) -> Iterator[Problem]:
    yield from _number_problems(len(split.of), TWO, PARTS_MAX)
    for i, part in enumerate(split.of):
        if not 1 <= part.percent < WHOLE_PERCENT:
            place = member(item("variants.of", i), "percent")
            yield Problem(place, f"{part.percent} % is not possible.", "Choose 1 to 99.")
    total = sum(part.percent for part in split.of)
    if split.of and total != WHOLE_PERCENT:
        said = f"The shares are {total} % together; they must be 100 %."
        yield Problem("variants.of", said, "Change a percent.")


def _test_problems(test: AbTest, *, live: bool) -> Iterator[Problem]:
    yield from _number_problems(len(test.of), TWO, TEST_VARIANTS_MAX)
    percent, users = test.test_percent, test.test_users
    if live and percent is not None:
        said = "How many will qualify for a live campaign is not known, so it has no per cent."
        yield Problem("variants.test_percent", said, "Use test_users.")
    elif percent is not None and users is not None:
        said = "The size of the test is given twice."
        yield Problem("variants.test_users", said, "Keep test_percent or test_users.")
    elif percent is None and users is None:
        said = "The size of the test is missing."
        fix = "Add test_users." if live else "Add test_percent or test_users."
        yield Problem("variants", said, fix)
    if percent is not None and not 1 <= percent < WHOLE_PERCENT:
        yield Problem("variants.test_percent", f"{percent} % is not possible.", "Choose 1 to 99.")
    if users is not None and not len(test.of) <= users <= TEST_USERS_MAX:
        fix = f"Choose {len(test.of)} to {TEST_USERS_MAX}: at least one for each variant."
        yield Problem("variants.test_users", f"{users} is not possible.", fix)
    if not WAIT_MINUTES_MIN <= test.wait_minutes <= WAIT_MINUTES_MAX:
        fix = f"Choose {WAIT_MINUTES_MIN} to {WAIT_MINUTES_MAX} (30 days)."
        yield Problem("variants.wait_minutes", f"{test.wait_minutes} is not possible.", fix)


def _property_problems(by: ByProperty) -> Iterator[Problem]:
    yield from text_problems(by.property, "variants.property", KEY_CHARS_MAX)
    yield from _number_problems(len(by.of), 1, CASES_MAX)
    for i, case in enumerate(by.of):
        place = member(item("variants.of", i), "values")
        if not 1 <= len(case.values) <= VALUES_MAX:
            said = f"There are {len(case.values)} values; 1 to {VALUES_MAX} are possible."
            yield Problem(place, said, "Name the values that get this variant.")
        for value in case.values:
            yield from scalar_problems(value, place)
    yield from _taken_problems(by.of)


def _taken_problems(of: tuple[Case, ...]) -> Iterator[Problem]:
    """Yield each value of which nobody could tell which variant it gets."""
    taken = Counter((isinstance(value, bool), value) for case in of for value in case.values)
    for (_, value), n in taken.items():
        if n > 1:
            said = f"The value {scalar(value)} is there more than once."
            yield Problem("variants.of", said, "Keep it in one variant.")


def _number_problems(n: int, least: int, most: int) -> Iterator[Problem]:
    if not least <= n <= most:
        said = f"There are {n} variants; {least} to {most} are possible."
        yield Problem("variants.of", said, "Add or remove some.")
