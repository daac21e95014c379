"""Judges of what leaves the product: no value of a user and no secret in it (P24).

Every value of a user and every secret of the world says `canary`, so it is known wherever it
stands. A user's id is shown to whoever asks about a user, and stands nowhere else.
"""

import re
from collections.abc import Iterator

from tests.simulation.history import Violation
from tests.simulation.oracle_ledger import Ledger, Rules

CANARY = "canary"
ASKED_FOR = frozenset({"answer"})
"""Answers to one person or sender, who named the user."""


def sealed(ledger: Ledger, rules: Rules) -> Iterator[Violation]:
    """P24: no text has a user's value or a secret, and none but an answer a user's id."""
    ids = "|".join(re.escape(user) for user in sorted(ledger.users))
    named = re.compile(rf"\b(?:{ids})\b") if ids else None
    for left in ledger.left:
        low = left.text.lower()
        found = CANARY in low or any(secret in left.text for secret in rules.secrets)
        id_in_it = named is not None and left.where not in ASKED_FOR and named.search(left.text)
        if found or id_in_it:
            what = f"{left.where} has {'a value or a secret' if found else 'the id of a user'}"
            yield Violation("P24", left.at_ms, f"{what}: {left.text[:200]!r}")
            return
