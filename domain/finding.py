"""What a test of variants found: who did best and with which figures, a tie, or too few to say.

While users wait for a winner somebody has to win, so the first of those that did as well gets them.
Where nobody waits any more, because the campaign is over or everybody was in the test, the answer
may be that nobody knows.
"""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from domain.assignment import Tally, winner
from domain.lift import USERS_MIN
from domain.variants import AbTest

PERCENT = 100


class Result(StrEnum):
    """How a test ended."""

    WON = "won"
    TIE = "tie"
    FEW = "few"  # a variant has fewer users than say anything


class Tried(Struct, frozen=True):
    """How one variant did: users who got it, and those of them who reached the goal."""

    name: str
    users: int = 0
    converted: int = 0


class Finding(Struct, frozen=True):
    """What was found at `at_ms`, in the order of the definition.

    `best` is the first of those with the highest share. `rest`: others get it, so it won whatever
    the `result`. `until_ms`: the campaign ended before the wait of its test did; what users do
    until then counts, and it is judged anew. None: that is that.
    """

    result: Result
    best: str
    of: tuple[Tried, ...]
    at_ms: int
    until_ms: int | None = None
    rest: bool = False

    @property
    def won(self) -> str:
        """The variant that may be called the winner; empty: none may."""
        decided = self.rest or self.result is Result.WON
        return self.best if decided and self.until_ms is None else ""


def find(
    test: AbTest,
    tallies: Mapping[str, Tally],
    *,
    at_ms: int,
    until_ms: int | None = None,
    rest: bool = False,
) -> Finding:
    """Say what came of a test until `at_ms`."""
    best = winner(test, tallies)
    found = [tallies.get(each.name, Tally()) for each in test.of]
    return Finding(
        result=_result(found, tallies.get(best, Tally())),
        best=best,
        of=tuple(
            Tried(each.name, one.sent, one.converted)
            for each, one in zip(test.of, found, strict=True)
        ),
        at_ms=at_ms,
        until_ms=until_ms,
        rest=rest,
    )


def _result(found: list[Tally], best: Tally) -> Result:
    if min(one.sent for one in found) < USERS_MIN:
        return Result.FEW
    as_good = [one for one in found if one.converted * best.sent == best.converted * one.sent]
    return Result.TIE if len(as_good) > 1 else Result.WON


def told(finding: Finding) -> str:
    """Say what a test found, with its figures."""
    return f"{head(finding)} The goal was reached {figures(finding)}."


def anew(when: str) -> str:
    """Say that a test whose campaign ended before it is judged anew; `when` in words."""
    return f"What users do until the wait is over counts too: it is judged {when}."


def head(finding: Finding) -> str:
    """Say what a test found, without its figures."""
    best = f"“{finding.best}”"
    if finding.rest:
        return f"Variant {best} goes to the rest{_doubt(finding.result)}."
    few = f"not enough users to say which variant does better ({USERS_MIN} of each are needed)."
    if finding.until_ms is not None:
        so_far = {
            Result.WON: f"variant {best} is ahead.",
            Result.TIE: "it is a tie.",
            Result.FEW: few,
        }
        return f"The campaign is over before its test is; so far {so_far[finding.result]}"
    match finding.result:
        case Result.WON:
            return f"Variant {best} won the test."
        case Result.TIE:
            return "The test ended in a tie."
        case Result.FEW:
            return f"The test is over: {few}"


def _doubt(result: Result) -> str:
    """Return why who goes to the rest may be no better: somebody had to win."""
    match result:
        case Result.WON:
            return ""
        case Result.TIE:
            return ": it is a tie, and the first of those that did best goes"
        case Result.FEW:
            few = f"fewer than {USERS_MIN} users of a variant say little"
            return f", though it may be chance: {few}"


def figures(finding: Finding) -> str:
    """Return how each variant did: `of “A” 3 of 100 (3.0 %), of “B” 0 of 0`."""
    return ", ".join(
        f"of “{one.name}” {one.converted:,} of {one.users:,}{_share(one)}" for one in finding.of
    )


def _share(one: Tried) -> str:
    return f" ({PERCENT * one.converted / one.users:.1f} %)" if one.users else ""
