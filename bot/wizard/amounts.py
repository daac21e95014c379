"""How often, how much and how old: numbers as they were entered in a row, and what they say."""

from typing import Final, cast

from bot import conditions
from bot.wizard.reading import Reading
from bot.wizard.row import BlockOf, Row
from domain.audience import Age, Amount, Comparison, Count

BETWEEN: Final = "between"


def read_count(row: Row, reading: Reading, block: BlockOf) -> Count:
    """Return how often, and note what cannot be read."""
    return Count(
        cast("Comparison", row.count_op), _whole(row, reading, block, "How often?", "2, 5")
    )


def read_age(row: Row, reading: Reading, block: BlockOf) -> Age:
    """Return how old, and note what cannot be read."""
    return Age(cast("Comparison", row.count_op), _whole(row, reading, block, "How old?", "18, 30"))


def _whole(
    row: Row, reading: Reading, block: BlockOf, asked: str, two: str
) -> int | tuple[int, int]:
    if row.count_op == BETWEEN:
        found = conditions.read_value(BETWEEN, row.count)
        if isinstance(found, tuple) and len(found) == 2 and all(type(n) is int for n in found):
            return cast("tuple[int, int]", found)
        reading.wrong(block("counts"), f"Two numbers, such as {two}.")
        return (1, 1)
    number = reading.whole(block("count"), row.count, two.partition(",")[0])
    if number is None:
        reading.wrong(block("count"), f"{asked} Enter a number.")
    return 1 if number is None else number


def read_amount(row: Row, reading: Reading, block: BlockOf) -> Amount:
    """Return how much, and note what cannot be read."""
    op = cast("Comparison", row.count_op)
    value = conditions.read_value(BETWEEN if op == BETWEEN else "equals", row.count)
    several = value if isinstance(value, tuple) else (value,)
    numbers = tuple(
        each for each in several if isinstance(each, int | float) and not isinstance(each, bool)
    )
    if len(numbers) == len(several) == (2 if op == BETWEEN else 1):
        return Amount(op, (numbers[0], numbers[1]) if op == BETWEEN else numbers[0])
    if op == BETWEEN:
        reading.wrong(block("amounts"), "Two numbers, such as 10, 99.5.")
        return Amount(op, (0, 0))
    reading.wrong(block("amount"), "How much? Enter a number, such as 99.5.")
    return Amount(op, 0)


def write_number(value: float | tuple[float, ...]) -> str:
    """Return a number, or two, as they would be typed."""
    return conditions.write_value(value)
