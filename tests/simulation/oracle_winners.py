"""The judge of winners: when a test of variants is over, which of them did best, who gets it then.

The product shows when it decided. By then a message was certainly accepted, or perhaps, and so with
what users did; a winner is wrong only if another one certainly did better.
"""

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction

from msgspec import Struct

from tests.simulation.history import Planned, Tested, Violation
from tests.simulation.oracle_goals import NOT_TAKEN, may_count, must_count
from tests.simulation.oracle_ledger import EVER, Arrival, Ledger, Rules, Try

LIVE = "live"
OVER = frozenset({"stopped", "completed"})
MINUTE_MS = 60_000
JUST_MS = 60_000
HOUR_MS = 3_600_000
"""So long after its time a test is decided in a world where all is well."""


class Did(Struct):
    """How many users got a variant until a moment, and reached the goal: at least, and at most."""

    sent_least: int = 0
    sent_most: int = 0
    converted_least: int = 0
    converted_most: int = 0

    def worst(self) -> Fraction:
        """Return the lowest share that these users may have."""
        return Fraction(self.converted_least, max(self.sent_most, 1))

    def best(self) -> Fraction:
        """Return the highest share."""
        return Fraction(self.converted_most, max(self.sent_least, 1))


def best_wins(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """No other variant did certainly better than the winner, nor as well and stands before it."""
    for plan, test in _tests(ledger):
        if not test.winner:
            continue
        did = what_they_did(ledger, plan, test)
        won = did[test.winner].best()
        for name, one in did.items():
            better = one.worst() > won or (one.worst() == won and name < test.winner)
            if better and name != test.winner:
                what = f"{test.winner} won {plan.name} {test.run} with {won} at most"
                yield Violation("variant", test.decided_ms, f"{what}; {name} had {one.worst()}")


def known_in_time(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """A winner is known after the test, not before, and all the others get it.

    Also where the campaign has ended: then it says besides what was found so far.
    """
    for plan, test in _tests(ledger):
        assert plan.test is not None, "only tests are judged"
        if test.winner and test.decided_ms < test.decide_ms:
            what = f"{plan.name} {test.run} was decided before its time"
            yield Violation("variant", test.decided_ms, what)
        books = ledger.last_books(plan.name)
        state = "" if books is None else books.state
        ripe = state in {"running", *OVER} and test.decide_ms < test.at_ms - HOUR_MS
        if not test.winner and (ripe or (state in OVER and not test.judged)):
            yield Violation("variant", test.at_ms, f"{plan.name} {test.run} has no winner")
        if test.cut and state not in OVER:
            yield Violation("variant", test.at_ms, f"{plan.name} goes on, and its test was cut")
        for tried in ledger.tries_of[plan.name] if test.winner else ():
            if tried.sent.variant != test.winner and _came_after(ledger, plan, test, tried):
                what = f"{tried.sent.user} came after {test.winner} won {plan.name}"
                yield Violation("variant", tried.request.at_ms, f"{what}, got {tried.sent.variant}")
                break


def of_so_many(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """A live test is over when so many users were taken: not fewer, however often one comes."""
    for plan, test in _tests(ledger):
        if test.run != LIVE or plan.test is None or test.cut:
            continue
        over_ms = test.decide_ms - plan.test.wait_minutes * MINUTE_MS
        messaged = {ends[0].user for ends in ledger.ended.values() if ends[0].campaign == plan.name}
        came = {user for user in messaged if _first_ms(ledger, plan, user) <= over_ms}
        strange = {user for user in messaged if not ledger.is_sound(user)}
        if len(came | strange) < plan.test.users:
            what = f"{plan.name} was tested on {len(came)} users, of {plan.test.users}"
            yield Violation("variant", over_ms, what)


def what_they_did(ledger: Ledger, plan: Planned, test: Tested) -> dict[str, Did]:
    """Return by variant what had come of a test when it was decided."""
    assert plan.test is not None, "only tests are asked about"
    did = {name: Did() for name in "ABC"[: plan.test.variants]}
    of_user: dict[tuple[str, str], list[Try]] = defaultdict(list)
    for tried in ledger.tries_of[plan.name]:
        if tried.sent.run == test.run and tried.request.at_ms <= test.decided_ms:
            of_user[tried.sent.variant, tried.sent.user].append(tried)
    for (variant, user), tries in of_user.items():
        one = did[variant]
        one.sent_most += 1
        one.sent_least += any(_settled_by(ledger, each, test.decided_ms) for each in tries)
        arrivals = [a for a in ledger.arrivals[plan.goal] if a.event.user == user]
        events: dict[str, list[Arrival]] = defaultdict(list)
        for arrival in arrivals:
            if arrival.status not in NOT_TAKEN and _sent_ms(arrival) <= test.decided_ms:
                events[arrival.event.id].append(arrival)
        one.converted_most += any(
            may_count(each, taken, plan) for taken in events.values() for each in tries
        )
        elsewhere = any(t.sent.run != test.run for t in ledger.tries_of[plan.name])
        one.converted_least += not elsewhere and any(
            must_count(each, taken, ledger, plan)
            for taken in events.values()
            if max(a.at_ms for a in taken) < test.decided_ms - JUST_MS
            for each in tries
        )
    return did


def _tests(ledger: Ledger) -> Iterator[tuple[Planned, Tested]]:
    """Give the tests of a life in which nothing forgot them, and no clock was wrong."""
    if ledger.restored >= 0 or ledger.rest is None or not ledger.clock_is_true:
        return
    for name, tests in ledger.tested.items():
        if ledger.plans[name].test is not None:
            yield from ((ledger.plans[name], test) for test in tests)


def _settled_by(ledger: Ledger, tried: Try, at_ms: int) -> bool:
    settled = ledger.settled_at(tried)
    return settled != EVER and ledger.responses[tried.request.n][1].at_ms <= at_ms - JUST_MS


def _came_after(ledger: Ledger, plan: Planned, test: Tested, tried: Try) -> bool:
    """Whether a message is of who did first what triggers it when the winner was known."""
    if test.run != LIVE or tried.sent.run != LIVE:
        return False
    return _first_ms(ledger, plan, tried.sent.user) > test.decided_ms


def _first_ms(ledger: Ledger, plan: Planned, user: str) -> float:
    """Return when a user did for the first time what a live campaign waits for; EVER: never."""
    mine = (_sent_ms(a) for a in ledger.arrivals[plan.event] if a.event.user == user)
    return min(mine, default=EVER)


def _sent_ms(arrival: Arrival) -> int:
    return arrival.event.sent_ms or arrival.at_ms
