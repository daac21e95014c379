"""Timers by themselves, and inaction against a judge that only sorts events by their times."""

import itertools
from random import Random

import pytest
from msgspec.structs import replace

from domain.books import SkipReason
from domain.campaign import Campaign, Delivery, OnDate, Trigger, Without
from domain.timer import Begin, Move, Nothing, Timer, Wait, arm, beaten, clears, misfire

X = 30
"""The wait of these tests, in milliseconds."""
GRACE = 10
RESTART = Trigger("A", without=Without("B", 30))
KEEP = Trigger("A", without=Without("B", 30, on_repeat="keep"))
DATE = Trigger("A", date=OnDate("at", before_minutes=5))
DELAY = Trigger("A", delay_minutes=1)


def wait(at: int) -> Wait:
    return Wait("", at, at + X, at + X + GRACE)


def timer(at: int, *, seq: int = 1, first: int | None = None, state: str = "armed") -> Timer:
    return Timer(
        id=seq,
        campaign="c",
        user="u",
        key="",
        state=state,  # type: ignore[arg-type]
        event_seq=seq,
        occurrence=f"e{seq}",
        first_ms=at if first is None else first,
        since_ms=at,
        until_ms=at + X,
        due_ms=at + X + GRACE,
        armed_ms=at,
    )


def armed(trigger: Trigger, held: list[Timer], at: int, *, seq: int = 9) -> object:
    return arm(trigger, held, wait(at), event_seq=seq, occurrence=f"e{seq}")


def test_the_same_event_again_within_the_wait_begins_it_anew() -> None:
    changed = armed(RESTART, [timer(0)], 20)
    assert isinstance(changed, Move)
    assert changed.ends == ()
    moved = changed.timer
    assert (moved.id, moved.first_ms, moved.since_ms, moved.due_ms) == (1, 0, 20, 60)
    assert (moved.event_seq, moved.occurrence) == (9, "e9")


@pytest.mark.parametrize("at", [X, X + 1])
def test_after_the_wait_it_is_another_one_though_the_first_has_not_fired(at: int) -> None:
    assert isinstance(armed(RESTART, [timer(0)], at), Move if at == X else Begin)
    assert armed(KEEP, [timer(0)], at) == (Nothing() if at == X else Begin())


def test_who_keeps_the_first_wait_takes_no_second_one_while_it_runs() -> None:
    assert armed(KEEP, [timer(0)], 20) == Nothing()
    assert armed(KEEP, [timer(0, state="fired")], 20) == Nothing()
    assert armed(KEEP, [timer(0, state="cancelled")], 20) == Begin()


def test_an_event_that_arrives_after_a_later_one_waits_for_nothing_of_its_own() -> None:
    assert armed(RESTART, [timer(20)], 5) == Nothing((), (timer(20, first=5),))
    assert armed(RESTART, [timer(20, state="cancelled")], 5) == Nothing(
        (), (timer(20, first=5, state="cancelled"),)
    )
    assert armed(RESTART, [timer(40)], 5) == Begin()


def test_a_late_event_that_joins_two_waits_leaves_the_later() -> None:
    first, second = timer(0, seq=1), timer(45, seq=2)
    assert armed(RESTART, [first, second], 20) == Nothing((first,), (replace(second, first_ms=20),))


def test_the_same_event_considered_twice_waits_once() -> None:
    for trigger in (RESTART, KEEP, DATE, DELAY):
        assert armed(trigger, [timer(0, seq=9, state="cancelled")], 0) == Nothing()


def test_a_new_date_takes_the_place_of_the_one_before_and_old_news_changes_nothing() -> None:
    assert armed(DATE, [timer(10)], 20) == Begin((timer(10),))
    assert armed(DATE, [timer(10)], 5) == Nothing()
    assert armed(DATE, [timer(10, state="fired")], 5) == Nothing()


def test_every_event_of_a_delayed_campaign_waits() -> None:
    assert armed(DELAY, [timer(0)], 1) == Begin()


@pytest.mark.parametrize(
    ("at", "seq", "cleared"),
    [(9, 5, False), (10, 5, True), (40, 5, True), (41, 5, False), (10, 1, False)],
)
def test_what_clears_counts_from_the_event_to_the_end_of_the_wait_and_never_the_event_itself(
    at: int, seq: int, *, cleared: bool
) -> None:
    assert clears(timer(10), time_ms=at, seq=seq) is cleared


def test_of_two_timers_that_came_together_one_falls_due() -> None:
    early, late = timer(0, seq=1), timer(20, seq=2)
    both = [early, late]
    assert [beaten(RESTART, each, both) for each in both] == [late, None]
    assert [beaten(KEEP, each, both) for each in both] == [None, early]
    assert [beaten(DATE, each, both) for each in both] == [late, None]
    assert [beaten(DELAY, each, both) for each in both] == [None, None]
    apart = [early, timer(X + 1, seq=2)]
    assert [beaten(trigger, apart[0], apart) for trigger in (RESTART, KEEP)] == [None, None]


def test_of_two_timers_of_one_instant_the_later_in_the_log_counts() -> None:
    both = [timer(0, seq=1), timer(0, seq=2)]
    assert [beaten(RESTART, each, both) is None for each in both] == [False, True]
    assert [beaten(KEEP, each, both) is None for each in both] == [True, False]


def test_what_waits_may_be_as_late_as_a_message_of_its_campaign_and_a_date_two_hours() -> None:
    hour = 3_600_000
    campaign = Campaign(name="a", kind="live", trigger=DELAY)
    assert misfire(campaign, 0, now_ms=hour) is None
    assert misfire(campaign, 0, now_ms=hour + 1) is SkipReason.EXPIRED
    patient = replace(campaign, delivery=Delivery(expires_minutes=4_320))
    assert misfire(patient, 0, now_ms=72 * hour) is None
    dated = replace(campaign, trigger=DATE)
    assert misfire(dated, 0, now_ms=2 * hour) is None
    assert misfire(dated, 0, now_ms=2 * hour + 1) is SkipReason.DATE_IN_PAST


class Desk:
    """What a campaign does with its timers, without a store: arm, clear, fire."""

    def __init__(self, trigger: Trigger) -> None:
        self.trigger = trigger
        self.held: dict[int, Timer] = {}
        self.stops: list[tuple[int, int]] = []
        self.fired: set[int] = set()
        self._ids = itertools.count()

    def hear(self, kind: str, at: int, seq: int, *, arrival: int) -> None:
        if kind in "BC":
            self.stops.append((at, seq))
            for each in list(self.held.values()):
                if each.state == "armed" and clears(each, time_ms=at, seq=seq):
                    self._end(each, "cancelled")
        if kind in "AC":
            held = list(self.held.values())
            waits = replace(wait(at), due_ms=max(at + X + GRACE, arrival))
            changed = arm(self.trigger, held, waits, event_seq=seq, occurrence=str(seq))
            for each in changed.ends:
                self._end(each, "restarted")
            if isinstance(changed, Nothing):
                for each in changed.reach:
                    self.held[each.id] = each
            if isinstance(changed, Move):
                self.held[changed.timer.id] = changed.timer
            if isinstance(changed, Begin):
                number = next(self._ids)
                self.held[number] = replace(timer(at, seq=seq), id=number, due_ms=waits.due_ms)
            for each in list(self.held.values()):
                if each.event_seq == seq and self._stopped(each):
                    self._end(each, "cancelled")

    def fire(self, upto: float) -> None:
        for each in sorted(self.held.values(), key=lambda one: one.due_ms):
            if each.state != "armed" or each.due_ms > upto:
                continue
            if self._stopped(each):
                self._end(each, "cancelled")
            else:
                assert beaten(self.trigger, each, list(self.held.values())) is None
                self._end(each, "fired")
                self.fired.add(each.event_seq)

    def _stopped(self, each: Timer) -> bool:
        return any(clears(each, time_ms=at, seq=seq) for at, seq in self.stops)

    def _end(self, each: Timer, state: str) -> None:
        self.held[each.id] = replace(each, state=state)


def last_of_each_burst(events: list[tuple[str, int, int]]) -> set[int]:
    """Judge `restart`: did A, and within X neither A again nor B; by time, and then by place."""
    fired = set()
    for kind, at, seq in events:
        others = [(k, t, s) for k, t, s in events if s != seq and at <= t <= at + X]
        again = any(k in "AC" and (t, s) > (at, seq) for k, t, s in others)
        stopped = any(k in "BC" for k, t, s in others)
        if kind in "AC" and not again and not stopped:
            fired.add(seq)
    return fired


def first_of_each_wait(events: list[tuple[str, int, int]]) -> set[int]:
    """Judge `keep`: walk in time; the first A opens a wait, which ends at its end or with a B."""
    fired: set[int] = set()
    opened: tuple[int, int] | None = None
    stops = sorted(t for kind, t, _ in events if kind == "B")
    for kind, at, seq in sorted(events, key=lambda event: event[1:]):
        if opened is not None:
            ended = next((t for t in stops if opened[0] <= t <= opened[0] + X), None)
            if ended is not None and at >= ended:
                opened = None
            elif ended is None and at > opened[0] + X:
                fired.add(opened[1])
                opened = None
        if opened is None and kind == "A":
            opened = (at, seq)
    if opened is not None and not any(opened[0] <= t <= opened[0] + X for t in stops):
        fired.add(opened[1])
    return fired


def stream(chance: Random, *, late: int, kinds: str) -> list[tuple[int, str, int, int]]:
    """Return events as (arrival, kind, time, seq) by arrival; many share an instant."""
    drawn = []
    for _ in range(chance.randrange(2, 14)):
        at = 5 * chance.randrange(0, 40)
        drawn.append((at + chance.randint(0, late), chance.choice(kinds), at))
    drawn.sort(key=lambda event: event[0])
    return [(arrival, kind, at, seq) for seq, (arrival, kind, at) in enumerate(drawn)]


def played(trigger: Trigger, events: list[tuple[int, str, int, int]]) -> set[int]:
    desk = Desk(trigger)
    for arrival, kind, at, seq in events:
        desk.fire(arrival - 1)
        desk.hear(kind, at, seq, arrival=arrival)
    desk.fire(float("inf"))
    return desk.fired


@pytest.mark.parametrize("kinds", ["AAB", "AAAAB", "ABC"])
def test_whatever_the_order_of_arrival_inaction_fires_for_whom_a_judge_of_times_names(
    kinds: str,
) -> None:
    """C is an event that both begins and clears."""
    chance = Random(f"restart {kinds}")
    found = 0
    for _ in range(3_000):
        events = stream(chance, late=GRACE, kinds=kinds)
        named = last_of_each_burst([event[1:] for event in events])
        assert played(RESTART, events) == named, events
        found += len(named)
    assert found > 1_000


def test_the_first_wait_is_kept_as_a_judge_of_times_says() -> None:
    chance = Random("keep")
    found = 0
    for _ in range(3_000):
        events = stream(chance, late=0, kinds="AAAB")
        named = first_of_each_wait([event[1:] for event in events])
        assert played(KEEP, events) == named, events
        found += len(named)
    assert found > 1_000


def test_whatever_arrives_when_nobody_who_did_b_in_time_is_messaged() -> None:
    """Also where events arrive long after their deadlines."""
    chance = Random("late")
    for trigger, late in itertools.product((RESTART, KEEP), (0, 25, 90)):
        for _ in range(1_000):
            events = stream(chance, late=late, kinds="AAB")
            desk_fired = played(trigger, events)
            for arrival, kind, at, seq in events:
                due = max(at + X + GRACE, arrival)
                stopped = any(
                    k == "B" and at <= t <= at + X and came <= due for came, k, t, _ in events
                )
                assert not (kind == "A" and seq in desk_fired and stopped), events
