"""Which texts may leave, and which must not."""

import pytest

from tests.simulation.history import Left
from tests.simulation.made import GOOD, NOON, broken

CASES = {
    "a plain line": (set[str](), Left(NOON, "log", "daemon annoyed by c_annex")),
    "a user's value": ({"P24"}, Left(NOON, "answer", "mail to Canary-ann@example.com")),
    "a secret": ({"P24"}, Left(NOON, "health", "key=0a0b0c")),
    "a user's id in the log": ({"P24"}, Left(NOON, "log", "message of ann: dead")),
    "a user's id in Slack": ({"P24"}, Left(NOON, "slack", "ann got nothing")),
    "a user's id for whoever asked": (set[str](), Left(NOON, "answer", "ann is suppressed")),
}


@pytest.mark.parametrize("case", CASES)
def test_no_value_of_a_user_and_no_secret_leaves(case: str) -> None:
    expected, left = CASES[case]
    assert broken([*GOOD, left], secrets=("0a0b0c",)) == expected
