"""What became of a message that a person sent for a test, in words for that person."""

from typing import assert_never

from actors.segment import (
    Accepted,
    Ambiguous,
    Misdirected,
    NotSent,
    Outcome,
    Rejected,
    Throttled,
)


def told(outcome: Outcome | None) -> str:
    """Return it as the end of a sentence that names the user; None: it did not leave."""
    match outcome:
        case Accepted():
            return "sent as a test"
        case Ambiguous():
            return "may or may not have arrived: Segment did not answer; it is not sent again"
        case None:
            return "not sent: everything is held back at the moment"
        case NotSent(why=why):
            return f"not sent: Segment could not be reached ({why})"
        case Throttled():
            return "not sent: Segment asks to wait; try it again in a minute"
        case Rejected(status=status):
            return f"not sent: Segment refuses the message (status {status})"
        case Misdirected(status=status):
            return f"not sent: Segment refuses the key or the address (status {status})"
        case _:
            assert_never(outcome)
