"""The laws of the store, over any order of its jobs: the books, the caps, and what is final.

Two campaigns live side by side: one listens, with a total cap and a cap a day; one runs once, with
a run cap and a safety limit. Every job is done twice, because the outcome of a commit can be
unknown: the second time must change nothing.
"""

import sqlite3
from collections import Counter
from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from actors import resuming, reviewing, running
from actors.mail import Approve, Pause, RaiseLimit, Refused, Resume, SendSample, SkipRun, Stop
from actors.rules import Rules
from domain.books import Books, SkipReason
from domain.review import Action, State
from domain.verdict import Control, Hold, Send, Skip
from store import acts, admission, books, campaigns, caps, outbox, runs, users
from store.admission import LIVE, Admitted
from store.campaigns import CampaignRow
from store.outbox import Ending, Postponed, Row
from store.recipients import ROOM_FOR_ALL, Room
from tests.store.stage import (
    DAY,
    HOUR,
    KEY,
    NOW,
    SLOT,
    batch,
    decide,
    everything,
    fresh,
    live,
    past,
    rows,
    start,
    the_run,
)

T = TypeVar("T")
CART = live(cap_total=6, cap_per_day=4)
WIN_BACK = past(cap_total=5, cap_per_run=4, safety_limit=7)
QUALIFIED_MAX = 10
USERS = [f"u{n}" for n in range(QUALIFIED_MAX)]

verdicts = st.sampled_from(
    [
        Send(),
        Send(),
        Hold(NOW + HOUR),
        Skip(SkipReason.UNREACHABLE),
        Skip(SkipReason.DND_DISCARD),
        Control(),
    ]
)
subsets = st.integers(0, 2**32 - 1)
endings = st.sampled_from(
    [
        ("expired", SkipReason.EXPIRED),
        ("cancelled", SkipReason.MISSING_VALUE),
        ("dead", SkipReason.DEAD),
        ("unknown", SkipReason.UNKNOWN),
    ]
)


def waiting(state: str) -> Callable[["TheStore"], bool]:
    """Let a rule be chosen only when it has something to do."""
    return lambda self: any(r.state == state for r in rows(self.conn).values())


def run_is(state: str) -> Callable[["TheStore"], bool]:
    return lambda self: the_run(self.conn, self.win_back).state == state


class TheStore(RuleBasedStateMachine):
    """Does jobs in any order; the model remembers only what an onlooker would."""

    def __init__(self) -> None:
        super().__init__()
        self.conn = fresh()
        self.now = NOW
        self.events = 0
        self.cursor = 0
        self.left_home: Counter[str] = Counter()  # message id -> claims that were not undone
        self.accepted: dict[str, Row] = {}
        self.ambiguous: dict[str, int | None] = {}
        self.over: dict[str, State] = {}
        self.chunks: list[list[admission.Decision]] | None = None
        self.room = ROOM_FOR_ALL

    @initialize()
    def publish(self) -> None:
        self.cart = start(self.conn, CART)
        self.win_back = start(self.conn, WIN_BACK)
        self.admit([(user, Send()) for user in USERS[:3]], late=False)

    def teardown(self) -> None:
        self.conn.close()

    def do(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """Do a job, and once more as after a commit of which nobody knows."""
        answer = job(self.conn)
        once = everything(self.conn)
        job(self.conn)
        assert everything(self.conn) == once, "a job that ran twice"
        return answer

    def chosen(self, seed: int, *wanted: str) -> list[Row]:
        """Return some of the messages in these states; others are thrown in now and then."""
        chance = Random(seed)
        found = list(rows(self.conn).values())
        return [r for r in found if chance.random() < (0.6 if r.state in wanted else 0.05)]

    def row(self, campaign: str) -> CampaignRow:
        row = campaigns.find(self.conn, campaign)
        assert row is not None
        return row

    # -- the live campaign decides

    @rule(who=st.lists(st.tuples(st.sampled_from(USERS), verdicts), max_size=4), late=st.booleans())
    def admit(self, who: list[tuple[str, Any]], late: bool) -> None:
        first = self.events - 1 if late else self.events  # one event again
        decisions = [
            decide(user, f"e{max(first + n, 0)}", verdict, day=self.day())
            for n, (user, verdict) in enumerate(who)
        ]
        some = batch(self.cart, decisions, after=self.cursor, definition=CART)
        answer = self.do(partial(admission.admit, batch=some, now_ms=self.now))
        if isinstance(answer, Admitted):
            self.cursor += 1
            self.events += len(who)

    @rule(shift=st.sampled_from([-1, 1, 5]))
    def admit_with_a_wrong_cursor(self, shift: int) -> None:
        before = everything(self.conn)
        wrong = batch(self.cart, [decide("u1", "never")], after=self.cursor + shift)
        assert admission.admit(self.conn, wrong, now_ms=self.now) == admission.Stale()
        assert everything(self.conn) == before

    def day(self) -> str:
        return DAY if self.now < NOW + 8 * HOUR else "2026-09-22"

    @rule(hours=st.integers(0, 5))
    def time_goes_by(self, hours: int) -> None:
        self.now += hours * HOUR + 1

    # -- delivery

    @precondition(waiting("pending"))
    @rule(seed=subsets)
    def claim(self, seed: int) -> None:
        for name in (self.cart, self.win_back):
            self.claim_for(name, seed)

    def claim_for(self, name: str, seed: int) -> None:
        ids = [r.message_id for r in self.chosen(seed, "pending")]
        before = rows(self.conn)
        claimed = self.do(partial(outbox.claim, campaign=name, message_ids=ids, now_ms=self.now))
        if self.row(name).state not in {State.RUNNING, State.BLOCKED}:
            assert not claimed
        asleep = {u for u, user in users.get(self.conn, USERS).items() if user.suppressed}
        for one in claimed:
            assert before[one].state == "pending"
            assert before[one].campaign == name
            assert before[one].user not in asleep
        self.left_home.update(claimed)

    @precondition(waiting("in_flight"))
    @rule(seed=subsets)
    def segment_accepts(self, seed: int) -> None:
        ids = [r.message_id for r in self.chosen(seed, "in_flight")]
        on_the_wire = {r.message_id for r in rows(self.conn).values() if r.state == "in_flight"}
        self.do(partial(outbox.accepted, message_ids=ids, now_ms=self.now))
        after = rows(self.conn)
        self.accepted |= {one: after[one] for one in on_the_wire.intersection(ids)}

    @precondition(waiting("in_flight"))
    @rule(seed=subsets, ambiguous=st.booleans())
    def segment_fails(self, seed: int, ambiguous: bool) -> None:
        ids = [r.message_id for r in self.chosen(seed, "in_flight")]
        self.do(
            partial(
                outbox.again,
                message_ids=ids,
                due_ms=self.now + HOUR,
                outcome="ambiguous" if ambiguous else "not_sent",
                detail="reset",
                now_ms=self.now,
            )
        )

    @precondition(waiting("in_flight"))
    @rule(seed=subsets)
    def unclaim(self, seed: int) -> None:
        ids = [r.message_id for r in self.chosen(seed, "in_flight")]
        on_the_wire = {r.message_id for r in rows(self.conn).values() if r.state == "in_flight"}
        self.do(partial(outbox.unclaim, message_ids=ids, now_ms=self.now))
        self.left_home.subtract(on_the_wire.intersection(ids))

    @precondition(waiting("pending"))
    @rule(seed=subsets, how=endings)
    def end(self, seed: int, how: tuple[outbox.End, SkipReason]) -> None:
        found = [Ending(r, *how) for r in self.chosen(seed, "pending", "in_flight")]
        self.do(partial(outbox.end, endings=found, now_ms=self.now))

    @precondition(waiting("pending"))
    @rule(seed=subsets)
    def postpone(self, seed: int) -> None:
        found = [
            Postponed(r, self.now + HOUR, self.now + 9 * HOUR) for r in self.chosen(seed, "pending")
        ]
        self.do(partial(outbox.postpone, postponed=found, now_ms=self.now))

    @precondition(waiting("in_flight"))
    @rule()
    def crash(self) -> None:
        self.chunks = None
        self.do(partial(outbox.recover, now_ms=self.now))
        assert "in_flight" not in {r.state for r in rows(self.conn).values()}

    @rule(user=st.sampled_from(USERS))
    def suppress(self, user: str) -> None:
        self.do(partial(users.suppress, user=user, now_ms=self.now))

    # -- the scheduled run

    @precondition(lambda self: self.may_draw())
    @rule(
        qualified=st.sampled_from([5, 7, QUALIFIED_MAX]),
        skipped=verdicts,
        steps=st.sampled_from([6, 6, 3, 0]),
    )
    def begin_to_draw(self, qualified: int, skipped: Any, steps: int) -> None:
        run = the_run(self.conn, self.win_back)
        self.do(partial(runs.clear_draw, run=run))
        definition = campaigns.revision_of(self.conn, self.win_back, run.revision).definition
        limit = definition.limits.safety_limit
        assert limit is not None
        if qualified > limit and run.sample is None:
            self.do(partial(self.block, qualified=qualified, limit=limit))
            return
        self.room = runs.room(self.conn, run, definition)
        decisions = [
            decide(user, "", skipped if n == 1 else Send())
            for n, user in enumerate(USERS[:qualified])
        ]
        self.chunks = [decisions[at : at + 3] for at in range(0, qualified, 3)]
        self.qualified = qualified
        self.draw_on(steps)

    def draw_on(self, steps: int) -> None:
        for _ in range(steps):
            self.draw_one_step()

    def block(self, conn: sqlite3.Connection, *, qualified: int, limit: int) -> None:
        moved = acts.advance(conn, self.win_back, Action.BLOCK, key=KEY, now_ms=self.now)
        if isinstance(moved, State):
            run = the_run(conn, self.win_back)
            runs.block(conn, run, qualified=qualified, limit=limit, now_ms=self.now)

    @precondition(lambda self: self.chunks is not None)
    @rule(steps=st.integers(1, 6))
    def go_on_drawing(self, steps: int) -> None:
        self.draw_on(steps)

    def draw_one_step(self) -> None:
        if self.chunks is None:
            return
        run = the_run(self.conn, self.win_back)
        if self.chunks:
            chunk = self.chunks.pop(0)
            placed = self.do(
                partial(runs.draw_chunk, run=run, decisions=chunk, now_ms=self.now, room=self.room)
            )
            self.room = Room(self.room.left - placed, self.room.full)
            return
        self.chunks = None
        self.do(
            partial(
                runs.finish_draw,
                run=run,
                campaign=WIN_BACK,
                qualified=self.qualified,
                now_ms=self.now,
            )
        )

    @precondition(run_is("sending"))
    @rule()
    def the_run_is_over(self) -> None:
        def finish(conn: sqlite3.Connection) -> None:
            run = the_run(conn, self.win_back)
            if run.state == "sending" and outbox.open_count(conn, self.win_back) == 0:
                moved = acts.advance(conn, self.win_back, Action.COMPLETE, key=KEY, now_ms=self.now)
                if isinstance(moved, State):
                    runs.set_state(conn, self.win_back, SLOT, "done", now_ms=self.now)

        self.do(finish)

    def may_draw(self) -> bool:
        runs_now = self.row(self.win_back).state is State.RUNNING
        return self.chunks is None and runs_now and run_is("drawing")(self)

    # -- people

    @rule(
        who=st.booleans(),
        what=st.sampled_from([Pause, Resume, Resume, Pause, Resume, Stop]),
        sure=st.integers(0, 4),
    )
    def people_decide(self, who: bool, what: Any, sure: int) -> None:
        name = self.cart if who else self.win_back
        drawing = self.chunks is not None and not who
        if what is Stop and sure != 3 and not drawing:  # for ever, so it must be rare
            return
        decisions: dict[Any, Any] = {
            Pause: running.pause,
            Resume: resuming.resume,
            Stop: running.stop,
        }
        request = what(name=name, by="U_ANN")
        self.do(lambda conn: decisions[what](conn, request, self.house()))
        if drawing:
            self.draw_on(6)  # the actor that draws has not heard of it

    @precondition(run_is("blocked"))
    @rule(answer=st.sampled_from(["sample", "raise", "skip"]), n=st.integers(1, 7))
    def people_answer(self, answer: str, n: int) -> None:
        name, by, rules = self.win_back, "U_ANN", self.house()
        match answer:
            case "sample":
                sample = SendSample(name=name, run=SLOT, n=n, by=by)
                self.do(lambda conn: running.send_sample(conn, sample, rules))
            case "skip" if n == 1:
                skip = SkipRun(name=name, run=SLOT, by=by)
                self.do(lambda conn: running.skip_run(conn, skip, rules))
            case "raise":
                higher = RaiseLimit(name=name, run=SLOT, limit=20, by=by)
                said = running.raise_limit(self.conn, higher, rules)
                if not isinstance(said, Refused):
                    digest = campaigns.revision_of(self.conn, name, self.row(name).revision).hash
                    approval = Approve(name=name, by="U_BEN", hash=digest)
                    self.do(lambda conn: reviewing.approve(conn, approval, rules))
            case _:
                pass

    @rule(sure=st.integers(0, 9))
    def the_live_campaign_ends(self, sure: int) -> None:
        def complete(conn: sqlite3.Connection) -> None:
            moved = acts.advance(conn, self.cart, Action.COMPLETE, key=KEY, now_ms=self.now)
            if isinstance(moved, State):
                ended = SkipReason.CAMPAIGN_ENDED
                outbox.cancel_open(conn, self.cart, ended, now_ms=self.now)

        if sure == 7:
            self.do(complete)

    def house(self) -> Rules:
        return Rules(now_ms=self.now, key=KEY, zone="UTC")

    # -- the laws

    @invariant()
    def the_books_balance_and_are_what_the_rows_say(self) -> None:
        found = books.of_run(self.conn, self.cart, LIVE)
        assert found.balanced()
        assert found == books.recount(self.conn, self.cart, LIVE)
        scheduled = books.of_run(self.conn, self.win_back, SLOT)
        assert scheduled.balanced()
        run = the_run(self.conn, self.win_back)
        match run.state:
            case "drawing" | "blocked":
                assert scheduled == Books()
            case "skipped":  # nobody was chosen, so nobody has a row
                assert scheduled.skipped == {SkipReason.RUN_SKIPPED: run.qualified}
            case "stopped" if scheduled.qualified and not self.has_rows(self.win_back):
                assert scheduled.skipped == {SkipReason.STOPPED: run.qualified}  # it was held
            case _:
                assert scheduled == books.recount(self.conn, self.win_back, SLOT)

    def has_rows(self, campaign: str) -> bool:
        return any(r.campaign == campaign for r in rows(self.conn).values())

    @invariant()
    def a_slot_is_taken_by_what_is_open_or_ever_left(self) -> None:
        holders: Counter[tuple[str, str]] = Counter()
        for found in rows(self.conn).values():
            assert found.attempts == self.left_home[found.message_id]
            keeps = found.state in {"pending", "in_flight", "dead", "unknown"}
            if keeps or self.left_home[found.message_id] > 0:
                scope = (
                    caps.run(SLOT) if found.campaign == self.win_back else f"day:{found.cap_day}"
                )
                holders.update([(found.campaign, scope), (found.campaign, caps.TOTAL)])
        for campaign in (self.cart, self.win_back):
            for usage in caps.usage(self.conn, campaign):
                assert usage.used == holders[campaign, usage.scope] <= usage.lim
        counted = {
            (c, u.scope) for c in (self.cart, self.win_back) for u in caps.usage(self.conn, c)
        }
        assert set(holders) <= counted

    @invariant()
    def no_cap_is_ever_passed_on_the_wire(self) -> None:
        left = Counter(
            found.campaign for one, found in rows(self.conn).items() if self.left_home[one] > 0
        )
        assert left[self.cart] <= 6
        assert left[self.win_back] <= 4

    @invariant()
    def each_decision_has_one_place(self) -> None:
        places = self.conn.execute(
            "SELECT campaign, run, user, occurrence FROM outbox UNION ALL"
            " SELECT campaign, run, user, occurrence FROM decision"
        ).fetchall()
        assert len(places) == len(set(places))

    @invariant()
    def what_was_accepted_never_changes(self) -> None:
        found = rows(self.conn)
        assert {one: found[one] for one in self.accepted} == self.accepted
        assert {one for one, row in found.items() if row.state == "accepted"} == set(self.accepted)

    @invariant()
    def the_first_ambiguous_moment_stands(self) -> None:
        for one, found in rows(self.conn).items():
            first = self.ambiguous.setdefault(one, found.ambiguous_ms)
            assert first is None or found.ambiguous_ms == first
            self.ambiguous[one] = found.ambiguous_ms
            assert first is None or found.state not in {"expired", "cancelled"}, "it may be there"

    @invariant()
    def the_end_is_final_and_leaves_nothing_waiting(self) -> None:
        for campaign in (self.cart, self.win_back):
            state = self.row(campaign).state
            assert self.over.get(campaign, state) is state
            if state in {State.STOPPED, State.COMPLETED}:
                self.over[campaign] = state
                waiting = {r.state for r in rows(self.conn).values() if r.campaign == campaign}
                assert not waiting & {"drawn", "pending"}


TestTheStore = TheStore.TestCase
TestTheStore.settings = settings(max_examples=150, stateful_step_count=50, database=None)
