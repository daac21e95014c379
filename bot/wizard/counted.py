"""What was counted for a form: whom it reaches and, for its review, what is worth a second look."""

from msgspec import Struct

from actors.mail import Reached, Refused
from actors.mail_audience import Estimate, Weighed
from bot import words
from bot.blocks import clip


class Counted(Struct, frozen=True):
    """What a step shows of a count.

    `said` is the reach as markup, "" where there is none to tell; `messages`: so many would go now,
    None: nobody knows; `cautions` are ranked, None: nobody has weighed them yet.
    """

    said: str = ""
    messages: int | None = None
    cautions: tuple[str, ...] | None = None


NOT_YET = Counted()
COUNTING = Counted("*Estimated reach*: counting…")
BUSY = Counted("*Estimated reach*: many forms are being counted now; it follows your next change.")
FIRST = Counted(
    "*Estimated reach*: it is counted as soon as the conditions are complete."
    " After you type a number, press Done."
)


def counted(answer: object) -> Counted:
    """Return what came of a count, or why nothing did."""
    match answer:
        case Reached(estimate):
            return Counted(_told(estimate), estimate.expected)
        case Weighed(cautions, None):
            return Counted(cautions=cautions)
        case Weighed(cautions, Estimate() as estimate):
            return Counted(_told(estimate), estimate.expected, cautions)
        case Refused(what, fix):
            return Counted(f"*Estimated reach*: {clip(what, 500)} {clip(fix, 500)}")
        case _:
            raise AssertionError("the desk counts or refuses")


def _told(estimate: Estimate) -> str:
    few, all_of = words.number(estimate.expected), words.number(estimate.qualified)
    took = f"_Counted in {estimate.took_ms / 1_000:.2f} s._"
    first = f"*Estimated reach*: *{few}* get a message, of {all_of} who fit. {took}"
    return f"{first}\n{words.waterfall(estimate)}"
