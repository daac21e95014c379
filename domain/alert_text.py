"""The words of an alert, in the order in which somebody needs them at night."""

EACH_OF_THEM = "*Look at them* shows each, and why"


def alert_text(happened: str, done: str, to_do: str) -> str:
    """Return what happened, what was done about it and what is to do, a line for each."""
    return f"{happened}\n*Done*: {done}\n*To do*: {to_do}"
