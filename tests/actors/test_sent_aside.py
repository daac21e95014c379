import pytest

from actors.segment import (
    Accepted,
    Ambiguous,
    Misdirected,
    NotSent,
    Outcome,
    Rejected,
    Throttled,
)
from actors.sent_aside import told


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Accepted(), "sent as a test"),
        (Ambiguous("timed out"), "may or may not have arrived"),
        (None, "held back"),
        (NotSent("refused"), "could not be reached (refused)"),
        (Throttled(None), "asks to wait"),
        (Rejected(413), "refuses the message (status 413)"),
        (Misdirected(401), "the key or the address (status 401)"),
    ],
)
def test_what_became_of_a_test_message_is_told_in_words(
    outcome: Outcome | None, words: str
) -> None:
    assert words in told(outcome)
