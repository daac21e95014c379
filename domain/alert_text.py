"""The words of an alert, in the order in which somebody needs them at night."""

EACH_OF_THEM = "*Look at them* shows each, and why"
EVERYTHING_WAITS = "nothing is lost: every message of every campaign waits"
CHECK_THE_KEY = (
    "whoever runs Clarion checks the write key and the region; a test event shows whether they are"
    " right"
)


def alert_text(happened: str, done: str, to_do: str) -> str:
    """Return what happened, what was done about it and what is to do, a line for each."""
    return f"{happened}\n*Done*: {done}\n*To do*: {to_do}"
