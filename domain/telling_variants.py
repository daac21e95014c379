"""Variants in plain English: who gets which, and what is in it."""

from collections.abc import Mapping

from domain.phrases import INDENT, quoted, scalar, shortened
from domain.variants import AbTest, ByProperty, Split, Variants, contents

VALUES_SHOWN_MAX = 10
HOUR_MINUTES = 60


def tell_variants(variants: Variants) -> str:
    """Return the rule and its variants as lines."""
    heads: list[str]
    rule: str
    match variants:
        case Split(of=of):
            rule = "A user gets one of these, and keeps it"
            heads = [f"{quoted(part.name)}: {part.percent} % of the users" for part in of]
        case ByProperty(property=name, of=of, otherwise=otherwise):
            rule = f"By the user's {name}"
            heads = [f"{quoted(case.name)}: {name} is {_values(case.values)}" for case in of]
            heads.append(f"{quoted(otherwise.name)}: everybody else")
        case AbTest(of=of):
            rule = _test(variants)
            heads = [quoted(each.name) for each in of]
    lines = [rule]
    for head, each in zip(heads, contents(variants), strict=True):
        lines += [head, *_pairs(each.key_values)]
    return "\n".join(lines)


def _test(test: AbTest) -> str:
    few = f"{test.test_percent} %" if test.test_percent is not None else f"{test.test_users:,}"
    wait = f"{test.wait_minutes} minutes"
    if test.wait_minutes % HOUR_MINUTES == 0:
        hours = test.wait_minutes // HOUR_MINUTES
        wait = f"{hours} hours" if hours > 1 else "an hour"
    return (
        f"A test on {few} of the users, in turn; {wait} later the variant with the highest share of"
        " users who reached the goal goes to the rest (in a tie, the first)"
    )


def _values(values: tuple[str | int | float | bool, ...]) -> str:
    shown = ", ".join(scalar(value) for value in values[:VALUES_SHOWN_MAX])
    more = len(values) - VALUES_SHOWN_MAX
    return f"{shown}, {more} more" if more > 0 else shown


def _pairs(pairs: Mapping[str, str]) -> list[str]:
    return [
        f"{INDENT}{key}: {' '.join(shortened(template).split())}" for key, template in pairs.items()
    ]
