"""Judges of what runs again: no run is skipped, doubled or early, and what is missed is told.

They reckon every slot from the calendar by themselves. Not judged: a life whose wall clock jumped,
after a backup came back which runs it knows of, and where the cap over all runs was full.
"""

import re
from collections.abc import Iterator

from msgspec import Struct

from tests.simulation.history import Planned, Ran, Violation
from tests.simulation.oracle_ledger import EVER, Ledger, Rules
from tests.simulation.walls import USER, Slot, cutoff_ms, slots

MINUTE_MS = 60_000
LATE_MS_MAX = 2 * 3_600_000
ROOM_MS_MIN = 40 * MINUTE_MS
"""With so much of its time left and nothing in its way, a run certainly begins."""
LOOKS_MS_MAX = 15 * MINUTE_MS
"""A machine that has slept begins what fell due at most so late, once all is well."""
DAY_MS = 86_400_000
LOST = frozenset({"missed", "skipped_overlap"})
TOLD = re.compile(
    r"(?:The run of (.+?) was missed|(\d+) runs were missed, the last of them (.+?): )"
)


ZONES_IN_WORDS = {USER: "where each user is"}


class Published(Struct, frozen=True):
    """When a campaign was published: not before, and, if it certainly was, not after."""

    least_ms: int
    most_ms: float


def published(ledger: Ledger, name: str) -> Published | None:
    """Return when a campaign may have been published; None: nobody ever asked for it."""
    acts = list(ledger.acts_on(name, "publish"))
    if not acts:
        return None
    sure = [act.answer.at_ms for act in acts if act.granted and act.answer]
    return Published(min(act.ask.at_ms for act in acts), min(sure, default=EVER))


def planned(ledger: Ledger, plan: Planned, rules: Rules) -> list[Slot]:
    """Return the slots of a campaign until the history ends; what fell due before is none."""
    begun = published(ledger, plan.name)
    if plan.calendar is None or begun is None:
        return []
    every = slots(plan.calendar, plan.personal, rules.zone, upto_ms=ledger.end_ms + DAY_MS)
    return [slot for slot in every if slot.here_ms >= begun.least_ms]


def only_slots(ledger: Ledger, rules: Rules) -> Iterator[Violation]:
    """P16: what runs is one of the slots, and not before it; each has one row."""
    for name, plan in ledger.plans.items():
        if plan.calendar is None:
            continue
        known = {slot.name: slot for slot in planned(ledger, plan, rules)}
        grace_ms = 0 if ledger.clock_is_true else 2_000
        for tried in ledger.tries_of[name]:
            slot, at_ms = known.get(tried.sent.run), tried.request.at_ms
            if slot is None:
                yield Violation("P16", at_ms, f"{name} has no run {tried.sent.run}, and sent it")
                break
            if at_ms + grace_ms < slot.due_ms:
                what = f"{name} sent {tried.sent.run} {slot.due_ms - at_ms} ms early"
                yield Violation("P16", at_ms, what)
                break
        rows = ledger.ran[name]
        for row in rows:
            found = known.get(row.run)
            if found is None and ledger.clock_is_true:
                yield Violation("P16", row.at_ms, f"{name} has no run {row.run}, and shows it")
            elif found is not None and found.due_ms != row.due_ms:
                what = f"{row.run} of {name} was due at {found.due_ms}, not at {row.due_ms}"
                yield Violation("P16", row.at_ms, what)
        if len({row.run for row in rows}) < len(rows):
            yield Violation("P16", rows[0].at_ms, f"{name} shows a run twice")


def none_skipped(ledger: Ledger, rules: Rules) -> Iterator[Violation]:
    """P16 at rest: each slot that fell due has its row, however it ended."""
    rest = ledger.rest
    if rest is None or not ledger.clock_is_true or ledger.restored >= 0:
        return
    for name, plan in ledger.plans.items():
        books, begun = ledger.last_books(name), published(ledger, name)
        if plan.calendar is None or books is None or begun is None:
            continue
        rows = ledger.ran[name]
        goes_on = books.state in {"running", "awaiting_next_run", "scheduled"} or (
            books.state == "completed" and plan.cap_total is None
        )
        upto_ms = rest.at_ms - LOOKS_MS_MAX if goes_on else max((r.due_ms for r in rows), default=0)
        shown = {row.run for row in rows}
        for slot in planned(ledger, plan, rules):
            sure = slot.here_ms > begun.most_ms and slot.due_ms <= upto_ms
            if sure and slot.name not in shown:
                yield Violation("P16", rest.at_ms, f"{name} has skipped {slot.name}")
                break
        ahead = [s for s in planned(ledger, plan, rules) if s.due_ms > rest.at_ms]
        if books.state == "completed" and plan.cap_total is None and ahead:
            what = f"{name} is completed, and {ahead[0].name} is still to come"
            yield Violation("P16", rest.at_ms, what)


def one_by_one(ledger: Ledger, rules: Rules) -> Iterator[Violation]:
    """Runs of one campaign do not overlap: none begins before the one before it has ended.

    Where users have times of their own, those of a run may wait for theirs beside the next.
    """
    for name, plan in ledger.plans.items():
        if plan.calendar is None or plan.personal is not None:
            continue
        due = {slot.name: slot.due_ms for slot in planned(ledger, plan, rules)}
        latest_ms, latest = 0, ""
        answered = 0  # where the last answer to the runs before came
        for tried in ledger.tries_of[name]:
            if tried.at <= ledger.restored:
                continue
            due_ms = due.get(tried.sent.run, 0)
            if due_ms < latest_ms:
                what = f"{name} sent {tried.sent.run} after it had begun {latest}"
                yield Violation("overlap", tried.request.at_ms, what)
                break
            if due_ms > latest_ms and tried.at < answered:
                what = f"{name} began {tried.sent.run} while {latest} was on the wire"
                yield Violation("overlap", tried.request.at_ms, what)
                break
            latest_ms, latest = due_ms, tried.sent.run
            answered = max(answered, ledger.responses.get(tried.request.n, (0, None))[0])


def in_its_time(ledger: Ledger, rules: Rules) -> Iterator[Violation]:
    """A run is missed where nothing could begin it in time, and only there."""
    if not ledger.clock_is_true or ledger.restored >= 0 or ledger.rest is None:
        return
    for name, plan in ledger.plans.items():
        if plan.calendar is None or plan.personal is not None:
            continue
        open_ms: float = 0.0  # until when runs before may be open
        by_name = {slot.name: slot for slot in planned(ledger, plan, rules)}
        for row in sorted(ledger.ran[name], key=lambda each: each.due_ms):
            slot = by_name.get(row.run)
            if slot is None:
                continue
            zone = plan.calendar.zone or rules.zone
            ends_ms = min(slot.due_ms + LATE_MS_MAX, cutoff_ms(plan.calendar, slot.wall, zone))
            barred = _barred(ledger, plan)
            whole = [(slot.due_ms, ends_ms)]
            if row.state in LOST:
                begins_ms = max(slot.due_ms, open_ms)
                free = max((e - b for b, e in _without(barred, begins_ms, ends_ms)), default=0)
                if free > ROOM_MS_MIN:
                    what = f"{row.run} of {name} is {row.state}, and had {free} ms to begin"
                    yield Violation("missed", row.at_ms, what)
            elif row.state == "done" and not _without(barred, *whole[0]):
                what = f"{row.run} of {name} is done, and could not begin in its time"
                yield Violation("missed", row.at_ms, what)
            open_ms = max(open_ms, _open_until(ledger, name, row))


def _barred(ledger: Ledger, plan: Planned) -> list[tuple[float, float]]:
    """Return the times in which a campaign certainly, or perhaps, could not begin a run."""
    found: list[tuple[float, float]] = []
    down_ms: float | None = None
    latest = 0  # one that was suspended may end long after another took its place
    for _, daemon in ledger.daemons:
        if daemon.what == "started":
            if down_ms is not None:
                found.append((down_ms, daemon.at_ms))
            down_ms, latest = None, daemon.daemon
        elif down_ms is None and daemon.daemon == latest:
            down_ms = daemon.at_ms
    pauses = [act for act in ledger.acts_on(plan.name, "pause", "stop") if act.answer]
    resumes = [act for act in ledger.acts_on(plan.name, "resume") if not act.refused]
    for pause in (act for act in pauses if act.granted):
        assert pause.answer is not None, "it was granted"
        until = [act.ask.at_ms for act in resumes if act.answered > pause.answered]
        stopped = pause.ask.act == "stop"
        found.append((pause.answer.at_ms, EVER if stopped else min(until, default=EVER)))
    return found


def _without(
    barred: list[tuple[float, float]], begins: float, ends: float
) -> list[tuple[float, float]]:
    """Return what is left of a time without the others."""
    free = [(begins, ends)] if begins < ends else []
    for start, stop in barred:
        free = [
            part
            for b, e in free
            for part in ((b, min(e, start)), (max(b, stop), e))
            if part[0] < part[1]
        ]
    return free


def _open_until(ledger: Ledger, name: str, row: Ran) -> float:
    """Return until when a run may have been open at the latest; EVER where that is not certain."""
    if row.state in LOST:
        return 0.0
    if row.state != "done":
        return EVER
    latest = float(row.due_ms)
    for ends in ledger.ended.values():
        end = ends[0]
        if end.campaign != name or end.run != row.run:
            continue
        tries = ledger.tries.get(end.message_id, [])
        answers = [ledger.responses.get(t.request.n) for t in tries]
        if end.state != "accepted" or not tries or None in answers:
            return EVER
        latest = max([latest, *(answer[1].at_ms for answer in answers if answer)])
    return latest + LOOKS_MS_MAX


def told(ledger: Ledger, _: Rules) -> Iterator[Violation]:
    """A run that was missed is told in Slack, by itself or as one of several."""
    if ledger.restored >= 0 or ledger.rest is None:
        return
    for name, plan in ledger.plans.items():
        if plan.calendar is None:
            continue
        rows = sorted(ledger.ran[name], key=lambda each: each.due_ms)
        named: set[str] = set()
        lost = [_in_words(row.run) for row in rows if row.state in LOST]
        for left in ledger.left:
            if left.where != "slack" or f"*{name}*" not in left.text:
                continue
            for one, count, last in TOLD.findall(left.text):
                if one:
                    named.add(_in_words(one))
                elif _in_words(last) in lost:
                    upto = lost.index(_in_words(last)) + 1
                    named.update(lost[max(upto - int(count), 0) : upto])
        for run in lost:
            if run not in named:
                yield Violation(
                    "missed", ledger.rest.at_ms, f"nobody was told that {run} was missed"
                )
                break


def _in_words(run: str) -> str:
    """Return the name of a run as people read it: `2026-03-29 09:00 Europe/Kyiv`."""
    wall, _, zone = run.removesuffix("]").partition("[")
    return f"{wall[:10]} {wall[11:]}" + (f" {ZONES_IN_WORDS.get(zone, zone)}" if zone else "")


def cut_off(ledger: Ledger, rules: Rules) -> Iterator[Violation]:
    """Nothing of a run begins at its cut-off or later, retries included."""
    grace_ms = 0 if ledger.clock_is_true else 2_000
    for name, plan in ledger.plans.items():
        if plan.calendar is None or not plan.calendar.cutoff or plan.personal is not None:
            continue
        zone = plan.calendar.zone or rules.zone
        for tried in ledger.tries_of[name]:
            wall = tried.sent.run.partition("[")[0]
            late_ms = tried.request.at_ms - cutoff_ms(plan.calendar, wall, zone)
            if late_ms >= grace_ms and ledger.clock_is_true:
                what = f"{tried.sent.run} of {name} was sent {late_ms} ms after its cut-off"
                yield Violation("cutoff", tried.request.at_ms, what)
                break
