"""Judges of what people were told: paused, stopped, suppressed, held; and of who may send at all.

Not judged: what was on the wire as the answer was given, up to the number that it named.
"""

from collections.abc import Iterator

from tests.simulation.history import Violation
from tests.simulation.oracle_ledger import EVER, Act, Ledger, Rules, Try, paused_until

ON_THE_WIRE_MS_MAX = 5_000
"""What was on the wire when the answer was given has begun by then."""
ANSWERS_TO_HELD = ("sample", "approve")
"""Who asks for a higher limit has not answered: another person approves it."""


def quiet(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """P8: nothing begins after an answered pause until a resume; P9: nothing after a stop."""
    for name, tries in ledger.tries_of.items():
        for act in ledger.acts_on(name, "pause", "stop"):
            if not act.granted:
                continue
            until = EVER if act.ask.act == "stop" else paused_until(ledger, name, act)
            after = [t for t in tries if act.answered < t.at < until]
            left = _beginning_yet(ledger, tries, act)
            for tried in after:
                since = tried.request.at_ms - act.answer.at_ms if act.answer else 0
                if left > 0 and since <= ON_THE_WIRE_MS_MAX:
                    left -= 1
                    continue
                promise = "P9" if act.ask.act == "stop" else "P8"
                what = f"{name} was sent in request {tried.request.n}, {since} ms after the answer"
                yield Violation(promise, tried.request.at_ms, f"{what} to {act.ask.act}")
                break


def _beginning_yet(ledger: Ledger, tries: list[Try], act: Act) -> int:
    """Return how many messages the answer named that were claimed and had not begun."""
    assert act.answer is not None, "only a granted act is judged"
    under_way = sum(
        t.at < act.answered and ledger.responses.get(t.request.n, (EVER,))[0] > act.answered
        for t in tries
    )
    return act.answer.on_the_wire - under_way


def kept(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """What happens in the pause of a live campaign that is to hold it is not dropped."""
    for name, plan in ledger.plans.items():
        if plan.kind != "live" or plan.on_pause != "hold":
            continue
        for _at, books in ledger.books.get(name, []):
            if dropped := books.skipped.get("paused_dropped"):
                what = f"{name} holds what happens in a pause, and has dropped {dropped}"
                yield Violation("pause", books.at_ms, what)
                break


def suppressed(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """P23: nothing to a suppressed or erased user after the answer, but what it said is going."""
    for at, told in ledger.suppressed:
        mine = [t for tries in ledger.tries_of.values() for t in tries if t.sent.user == told.user]
        under_way = sum(
            t.at < at and ledger.responses.get(t.request.n, (EVER,))[0] > at for t in mine
        )
        left = told.on_the_wire - under_way
        for tried in sorted((t for t in mine if t.at > at), key=lambda t: t.at):
            if left > 0 and tried.request.at_ms - told.at_ms <= ON_THE_WIRE_MS_MAX:
                left -= 1
                continue
            what = f"{told.user} is suppressed and got {tried.sent.campaign}"
            yield Violation("P23", tried.request.at_ms, what)
            return


def one_daemon(ledger: Ledger, rules: Rules) -> Iterator[Violation]:
    """P14: once another daemon began, only what had begun goes on; a fenced one is silent."""
    begun: dict[int, int] = {}
    for at, request in ledger.requests:
        dead = any(
            when < at and d.daemon == request.daemon and d.what in {"fenced", "killed", "stopped"}
            for when, d in ledger.daemons
        )
        if not dead and not ledger.is_superseded(at, request.daemon):
            continue
        begun[request.daemon] = begun.get(request.daemon, 0) + 1
        if dead or begun[request.daemon] > rules.requests_at_once_max:
            what = f"daemon {request.daemon} began request {request.n} after its end"
            yield Violation("P14", request.at_ms, what)
            return


def safe(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """A run over its safety limit messages nobody until a person answers (BEHAVIOUR, section 4).

    Those who qualify are at least the users of the group whom nobody suppressed, and whose rows
    can be read.
    """
    gone = {told.user for _, told in ledger.suppressed}
    gone |= {rotten.user for _, rotten in ledger.rotten}
    for name, plan in ledger.plans.items():
        tries = ledger.tries_of[name]
        if plan.safety_limit is None or plan.kind == "live" or not tries:
            continue
        began = min((a.asked for a in ledger.acts_on(name, "publish")), default=0)
        qualify = ledger.members(plan.group, began) - gone
        answers = (a.asked for a in ledger.acts_on(name, *ANSWERS_TO_HELD) if not a.refused)
        answered = any(began < asked < tries[0].at for asked in answers)
        if len(qualify) > plan.safety_limit and not answered:
            what = f"{len(qualify)} qualify for {name}, the safety limit is {plan.safety_limit}"
            yield Violation("safety", tries[0].request.at_ms, what)
