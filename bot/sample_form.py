"""The form that asks for a sample of a saved audience: how many users, and what beside each."""

from typing import Any

from msgspec import Struct

from bot.blocks import clip, section
from bot.ids import Field, ViewId
from bot.inputs import Errors, input_block, modal, number_input
from bot.menus import LongNames, menu_of_many
from bot.refs import Memo, write_memo
from bot.wizard.given import read_given

SAMPLE_MAX = 1_000
"""A sample to look at. All of a large audience is a file for whoever runs Clarion."""
PROPERTIES_MAX = 20


class Sample(Struct, frozen=True):
    """So many users at random, and these properties beside each."""

    users: int
    profile: tuple[str, ...]


def sample_form(memo: Memo) -> dict[str, Any]:
    """Return the form; `memo.about` is the audience's name."""
    blocks = [
        section(
            f"Users of *{clip(memo.about, 400)}*, drawn at random, as a CSV file in your direct"
            " messages with Clarion. It names people, so it is for you alone; the audit says who"
            " asked."
        ),
        input_block(
            Field.NUMBER, "How many users", number_input("100"), hint=f"Up to {SAMPLE_MAX:,}."
        ),
        input_block(
            Field.PROPERTIES,
            "Properties to write beside each",
            menu_of_many((), placeholder="Choose or type"),
            hint=f"What is known of users, such as email or plan. At most {PROPERTIES_MAX}.",
            optional=True,
        ),
    ]
    return modal(
        ViewId.EXPORT_SAMPLE, "Export a sample", blocks, submit="Export", memo=write_memo(memo)
    )


def read_sample_form(view: dict[str, Any], names: LongNames) -> Sample | Errors:
    """Return what was entered, or what is wrong with it, by input."""
    given = read_given(view, names)
    number = str(given.get(Field.NUMBER) or "").strip()
    chosen = given.get(Field.PROPERTIES)
    profile = tuple(dict.fromkeys(filter(None, chosen))) if isinstance(chosen, tuple) else ()
    errors: Errors = {}
    whole = number.isascii() and number.isdigit() and len(number) <= len(str(SAMPLE_MAX))
    if not (whole and 1 <= int(number) <= SAMPLE_MAX):
        errors[Field.NUMBER.value] = f"A whole number from 1 to {SAMPLE_MAX:,}."
    if chosen is None:  # a long name whose offer is forgotten
        errors[Field.PROPERTIES.value] = "Choose them again."
    elif len(profile) > PROPERTIES_MAX:
        errors[Field.PROPERTIES.value] = f"At most {PROPERTIES_MAX} properties."
    return errors or Sample(int(number), profile)
