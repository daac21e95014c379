"""The variants in the step What: the alternatives that were entered, and what they mean."""

from itertools import islice
from operator import itemgetter
from typing import Any, cast

from msgspec import structs

from bot import conditions
from bot.inputs import TEXT_CHARS_MAX
from bot.wizard.contents import VARIANTS, Alternative, WhatValues
from bot.wizard.durations import read_minutes, write_minutes
from bot.wizard.kept import read_kept, write_kept
from bot.wizard.pairs import read_pairs, write_pairs
from bot.wizard.reading import Reading
from bot.wizard.step import StepName, block_id
from domain.behaviour import Scalar
from domain.variants import AbTest, ByProperty, Case, Part, Split, Variant, Variants

ROWS_MAX = 12
ROWS_MIN = 2


def row_block(name: str, number: int) -> str:
    """Return the block id of an input of an alternative; they count from 0."""
    return block_id(StepName.WHAT, f"alternative_{name}_{number}")


def rows(part: WhatValues) -> tuple[tuple[int, Alternative], ...]:
    """Return the alternatives that say something, each with its number.

    Two are there from the start, so one of them may be empty: it sends what all of them share. Only
    of those that a property chooses none is: somebody must say for which values it is.
    """
    every = tuple(enumerate(part.alternatives))
    entered = [(number, row) for number, row in every if row != Alternative()]
    least = 0 if part.among == "by_property" else ROWS_MIN
    taken = {number for number, _ in entered}
    free = (number for number in range(ROWS_MIN) if number not in taken)
    missing = [(number, Alternative()) for number in islice(free, max(least - len(entered), 0))]
    return tuple(sorted((*entered, *missing), key=itemgetter(0)))


def name_of(number: int, row: Alternative) -> str:
    """Return what an alternative is called: by its letter, unless it was given a name."""
    return row.name.strip() or chr(ord("A") + number)


def say_variants(part: WhatValues, reading: Reading) -> Variants | None:
    """Return the variants that were entered; what cannot be read is noted."""
    if part.kept_variants:
        kept: Variants = read_kept(part.kept_variants, Variants)
        return kept
    if VARIANTS not in part.topics:
        return None
    match part.among:
        case "by_property":
            return _by_property(part, reading)
        case "ab":
            return _test(part, reading)
        case _:
            return Split(
                tuple(
                    Part(name_of(n, row), _percent(n, row, reading), _pairs(n, row, reading))
                    for n, row in rows(part)
                )
            )


def fill_variants(part: WhatValues, variants: Variants | None) -> WhatValues:
    """Return the answers with variants; what they cannot say, or not exactly, is kept whole."""
    if variants is None:
        return part
    asked = structs.replace(part, topics=(*part.topics, VARIANTS), **_filled(variants))
    reading = Reading()
    same = say_variants(asked, reading) == variants and not reading.errors
    texts = [asked.other_pairs, *(t for row in asked.alternatives for t in structs.astuple(row))]
    if same and len(asked.alternatives) <= ROWS_MAX and max(map(len, texts)) <= TEXT_CHARS_MAX:
        return asked
    return structs.replace(part, kept_variants=write_kept(variants))


def _by_property(part: WhatValues, reading: Reading) -> ByProperty:
    cases = []
    for number, row in rows(part):
        values = conditions.read_value("in", row.share) or ()
        cases.append(
            Case(
                name_of(number, row),
                cast("tuple[Scalar, ...]", values),
                _pairs(number, row, reading),
            )
        )
    pairs, _ = read_pairs(part.other_pairs, block_id(StepName.WHAT, "other_pairs"), reading)
    otherwise = Variant(part.other_name.strip(), pairs)
    return ByProperty(part.property.strip(), tuple(cases), otherwise)


def _test(part: WhatValues, reading: Reading) -> AbTest:
    size = reading.whole(block_id(StepName.WHAT, "test"), part.test, "20")
    wait = read_minutes(reading, block_id(StepName.WHAT, "wait"), part.wait, part.wait_unit)
    users = part.test_of == "users"
    return AbTest(
        tuple(Variant(name_of(n, row), _pairs(n, row, reading)) for n, row in rows(part)),
        test_percent=None if users else size,
        test_users=size if users else None,
        wait_minutes=AbTest(()).wait_minutes if wait is None else wait,
    )


def _percent(number: int, row: Alternative, reading: Reading) -> int:
    percent = reading.whole(row_block("share", number), row.share, "50")
    if percent is None:
        reading.wrong(row_block("share", number), "How many per cent get it? Enter a number.")
    return percent or 0


def _pairs(number: int, row: Alternative, reading: Reading) -> dict[str, str]:
    block = row_block("pairs", number)
    pairs, required = read_pairs(row.pairs, block, reading)
    if required:
        reading.wrong(block, "The * belongs to the key-value pairs that all of them share.")
    return pairs


def _filled(variants: Variants) -> dict[str, Any]:
    match variants:
        case Split(of):
            rows_ = [Alternative(p.name, str(p.percent), write_pairs(p.key_values)) for p in of]
            return {"among": "split", "alternatives": tuple(rows_)}
        case ByProperty(name, cases, otherwise):
            rows_ = [
                Alternative(c.name, conditions.write_value(c.values), write_pairs(c.key_values))
                for c in cases
            ]
            return {
                "among": "by_property",
                "alternatives": tuple(rows_),
                "property": name,
                "other_name": otherwise.name,
                "other_pairs": write_pairs(otherwise.key_values),
            }
        case AbTest():
            rows_ = [Alternative(v.name, "", write_pairs(v.key_values)) for v in variants.of]
            wait, unit = write_minutes(variants.wait_minutes)
            counted, size = "percent", variants.test_percent
            if variants.test_users is not None:
                counted, size = "users", variants.test_users
            return {
                "among": "ab",
                "alternatives": tuple(rows_),
                "test_of": counted,
                "test": "" if size is None else str(size),
                "wait": wait,
                "wait_unit": unit,
            }
