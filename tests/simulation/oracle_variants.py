"""Judges of variants: each message has one, users keep theirs, and a winner is known after a test.

Which variant a share falls to is the product's own chance; that it stays the same is judged. Not
judged: how many get a variant of a live test, and of a run that a person or a restore cut short.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator

from tests.simulation.history import Planned, Ran, Violation
from tests.simulation.oracle_goals import may_count, must_count
from tests.simulation.oracle_ledger import Ledger, Rules, Try
from tests.simulation.walls import due_ms

MINUTE_MS = 60_000
FIRST = "A"
LIVE = "live"
JUST_MS = 60_000


def one_variant(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """A message has one variant that there is, and a user of a campaign always the same.

    In each test a user has one; who comes again to a live one may get the winner then.
    """
    held: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for message_id, tries in ledger.tries.items():
        plan = ledger.plans.get(tries[0].sent.campaign) if tries else None
        if plan is None:
            continue
        found, sent = {each.sent.variant for each in tries}, tries[0].sent
        if len(found) > 1 or not found <= _possible(plan):
            what = f"{message_id} of {plan.name} has the variants {sorted(found)}"
            yield Violation("variant", tries[-1].request.at_ms, what)
        mine = held[plan.name, sent.user, sent.run if plan.test else ""]
        mine |= found
        if len(mine) > (2 if plan.test and sent.run == LIVE else 1) and ledger.restored < 0:
            what = f"{sent.user} has the variants {sorted(mine)} in {plan.name}"
            yield Violation("variant", tries[0].request.at_ms, what)


def _possible(plan: Planned) -> frozenset[str]:
    if plan.test is not None:
        return frozenset("ABC"[: plan.test.variants])
    return frozenset("AB") if plan.split or plan.by_group else frozenset({""})


def by_group(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """Where a property decides, users whose profile was known all the time get theirs."""
    for name, plan in ledger.plans.items():
        began = min((act.asked for act in ledger.acts_on(name, "publish")), default=-1)
        for tried in ledger.tries_of[name] if plan.by_group else ():
            user = tried.sent.user
            sure = user in ledger.members("", began) and not ledger.is_late(user)
            if not sure or not ledger.is_sound(user) or user not in ledger.users:
                continue
            wanted = "A" if ledger.users[user][0].group == "a" else "B"
            if tried.sent.variant != wanted:
                what = f"{user} of group {ledger.users[user][0].group} got {tried.sent.variant}"
                yield Violation("variant", tried.request.at_ms, f"{what} of {name}")
                break


def few_before_the_winner(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """Until a test of a run is over, no more get a message than are tested."""
    for name, plan in ledger.plans.items():
        if plan.test is None or plan.kind == LIVE or not ledger.clock_is_true:
            continue
        asked = min((act.ask.at_ms for act in ledger.acts_on(name, "publish")), default=0)
        firsts: dict[str, dict[str, Try]] = defaultdict(dict)
        for tried in ledger.tries_of[name]:
            if tried.at > ledger.restored:
                firsts[tried.sent.run].setdefault(tried.sent.message_id, tried)
        for run, tries in firsts.items():
            ends_ms = max(due_ms(run), asked) + plan.test.wait_minutes * MINUTE_MS
            size = _size(plan, len(ledger.users))
            early = [one for one in tries.values() if one.request.at_ms < ends_ms]
            if len(early) > size:
                what = f"{len(early)} messages of {name} {run} before its test of {size} was over"
                yield Violation("variant", early[size].request.at_ms, what)


def _size(plan: Planned, users: int) -> int:
    assert plan.test is not None, "only tests are asked about"
    return plan.test.users or math.ceil(users * plan.test.percent / 100)


def shown_as_sent(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """P27: the books by variant count what was accepted, under the variant on the wire."""
    if ledger.restored >= 0 or ledger.rest is None:
        return
    for name, rows in ledger.ran.items():
        if ledger.plans[name].test is None:
            continue
        for row in rows:
            counted = Counter(
                tries[0].sent.variant
                for message_id, ends in ledger.ended.items()
                if (ends[0].campaign, ends[0].run, ends[0].state) == (name, row.run, "accepted")
                and (tries := ledger.tries.get(message_id))
            )
            shown = {share.name: share.sent for share in row.variants if share.sent}
            if shown != dict(counted) or sum(shown.values()) != row.sent:
                what = f"{name} {row.run} shows {shown} by variant, {dict(counted)} were accepted"
                yield Violation("P27", row.at_ms, what)


def one_winner(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """A test has at most one winner, which goes to all but those who were tested, and did best."""
    if ledger.restored >= 0 or ledger.rest is None or not ledger.clock_is_true:
        return
    for name, rows in ledger.ran.items():
        plan = ledger.plans[name]
        for row in rows if plan.test is not None else ():
            won = [share.name for share in row.variants if share.winner]
            if len(won) > 1:
                yield Violation("variant", row.at_ms, f"{name} {row.run} has two winners")
            if plan.kind == LIVE or not won:
                continue
            others = [share for share in row.variants if share.name != won[0]]
            beside = [share.sent + share.skipped + share.pending for share in others]
            size = _size(plan, row.qualified)
            if sum(beside) > size or max(beside, default=0) - min(beside, default=0) > 1:
                what = f"{name} {row.run}: {beside} beside the winner, {size} were tested"
                yield Violation("variant", row.at_ms, what)
            if wrong := _wrong_winner(ledger, plan, row, won[0]):
                yield Violation("variant", row.at_ms, f"{name} {row.run}: {wrong}")


def _wrong_winner(ledger: Ledger, plan: Planned, row: Ran, won: str) -> str:
    """Say why another variant had to win; empty where it may be right."""
    assert plan.test is not None, "only tests are asked about"
    goals = _goals(ledger, plan, row)
    if won != FIRST and not goals[won][1]:
        return f"{won} won, and nobody can have reached the goal by it"
    best = [name for name, (must, _) in goals.items() if must and name != won]
    if not goals[won][1] and best:
        return f"{won} won, by which nobody reached the goal, and {best} did"
    return ""


def _goals(ledger: Ledger, plan: Planned, row: Ran) -> dict[str, tuple[int, int]]:
    """Return how many reached the goal in time by each variant: at least, and at most."""
    assert plan.test is not None, "only tests are asked about"
    asked = min((act.ask.at_ms for act in ledger.acts_on(plan.name, "publish")), default=0)
    known_ms = max(due_ms(row.run), asked) + plan.test.wait_minutes * MINUTE_MS - JUST_MS
    found: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for tried in ledger.tries_of[plan.name]:
        if tried.sent.run != row.run:
            continue
        for arrival in ledger.arrivals[plan.goal]:
            if arrival.event.user != tried.sent.user or arrival.status in {400, 401, 413, 429}:
                continue
            must = arrival.at_ms < known_ms and must_count(tried, [arrival], ledger, plan)
            least, most = found[tried.sent.variant]
            found[tried.sent.variant] = least + must, most + may_count(tried, [arrival], plan)
    return found
