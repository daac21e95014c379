"""Judges of what messages say: a variant's own words, and the words of amendments.

An amendment holds once it is approved, for the runs that fall due from then on, and for what comes
to a live campaign from then on. Not judged: after a backup came back.
"""

from collections.abc import Iterator

from msgspec import Struct

from tests.simulation.history import Planned, Violation
from tests.simulation.oracle_events import heard
from tests.simulation.oracle_ledger import EVER, Act, Ledger, Rules, Try
from tests.simulation.walls import due_ms

LIVE = "live"
JUST_MS = 5_000


class Amended(Struct, frozen=True):
    """Words that people asked for: where they may hold at the earliest, and from when surely."""

    words: str
    may: float
    surely_ms: float


def own(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """Each variant says its own words."""
    for name, plan in ledger.plans.items():
        for tried in ledger.tries_of[name] if plan.chosen.own_words else ():
            if tried.sent.said != f"words of {tried.sent.variant}":
                what = f"{tried.sent.user} got {tried.sent.variant} of {name}: {tried.sent.said!r}"
                yield Violation("words", tried.request.at_ms, what)
                break


def approved(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """P15: no message says what nobody has approved by then."""
    for name, plan in _speaking(ledger):
        amendments = _amendments(ledger, name)
        for tried in ledger.tries_of[name]:
            known = {each.words for each in amendments if each.may < tried.at}
            if tried.sent.said not in {plan.chosen.words, *known}:
                what = f"{name} said {tried.sent.said!r} before anybody had approved it"
                yield Violation("P15", tried.request.at_ms, what)
                break


def of_one_run(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """All messages of one run say the same."""
    for name, plan in _speaking(ledger):
        said: dict[str, str] = {}
        for tried in ledger.tries_of[name] if plan.kind != LIVE else ():
            if said.setdefault(tried.sent.run, tried.sent.said) != tried.sent.said:
                what = f"{tried.sent.run} of {name} said two things"
                yield Violation("amendment", tried.request.at_ms, what)
                break


def amended(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """What is approved holds for what begins after that, until something else is."""
    for name, plan in _speaking(ledger):
        if not ledger.clock_is_true:
            continue
        amendments = _amendments(ledger, name)
        for tried in ledger.tries_of[name]:
            begins_ms = _begins_ms(ledger, plan, tried)
            held = [n for n, each in enumerate(amendments) if each.surely_ms < begins_ms]
            latest = held[-1] if held else -1
            if latest < 0:
                continue
            right = {each.words for each in amendments[latest:]}
            if tried.sent.said not in right:
                what = f"{name} said {tried.sent.said!r} after {amendments[latest].words!r}"
                yield Violation("amendment", tried.request.at_ms, f"{what} was approved")
                break


def _speaking(ledger: Ledger) -> Iterator[tuple[str, Planned]]:
    if ledger.restored < 0:
        for name, plan in ledger.plans.items():
            if plan.chosen.words and not plan.chosen.own_words:
                yield name, plan


def _begins_ms(ledger: Ledger, plan: Planned, tried: Try) -> float:
    """Return the latest moment from which on a message may have been decided, certainly."""
    if plan.kind != LIVE:
        return due_ms(tried.sent.run) - JUST_MS if plan.calendar is not None else 0
    mine = [
        a.event.sent_ms - JUST_MS
        for a in heard(ledger, plan)
        if a.event.user == tried.sent.user
        and (not tried.sent.event or a.event.id == tried.sent.event)
    ]
    return min(mine, default=0)


def _amendments(ledger: Ledger, name: str) -> list[Amended]:
    """Return what was asked for, in order, with where it was approved."""
    acts = list(ledger.acts_on(name, "amend", "approve", "publish"))
    found: list[Amended] = []
    for place, act in enumerate(acts):
        if act.ask.act == "amend" and act.ask.said:
            after = acts[place + 1 :]
            ends = next((n for n, a in enumerate(after) if a.ask.act == "amend"), len(after))
            found.append(_amended(act, after[:ends]))
    return found


def _amended(act: Act, after: list[Act]) -> Amended:
    asked = [each for each in after if not each.refused]
    may = min((each.asked for each in asked), default=EVER)
    answers = [each.answer for each in after]
    granted = [answer for answer in answers if answer is not None and answer.ok]
    names = {each.ask.act for each in after if each.granted}
    whole = act.granted and "approve" in names and len(granted) == len(answers)
    return Amended(act.ask.said, may, granted[-1].at_ms if whole else EVER)
