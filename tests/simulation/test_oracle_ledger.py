from tests.simulation.history import Answered, Asked, Daemon, Request, Response, WallClock
from tests.simulation.made import BEGINNING, BLAST, HOUR, NOON, SECOND, A, act, request, taken, user
from tests.simulation.oracle_ledger import EVER, SETTLE_MS_MAX, Ledger, paused_until


def test_an_act_on_everything_is_one_on_each_campaign() -> None:
    ledger = Ledger(act(NOON, 1, "pause", ""))
    assert [a.ask.act for a in ledger.acts_on("Live", "pause", "stop")] == ["pause"]


def test_an_act_that_nobody_answered_is_neither_granted_nor_refused() -> None:
    (asked,) = Ledger([Asked(NOON, 1, "stop", "Live", "bo")]).acts
    assert (asked.granted, asked.refused, asked.answered) == (False, False, EVER)


def test_a_pause_may_have_ended_where_a_resume_was_asked_for() -> None:
    ledger = Ledger([*act(NOON, 1, "pause", "Live"), *act(NOON + HOUR, 2, "resume", "Live")])
    assert paused_until(ledger, "Live", ledger.acts[0]) == 2


def test_a_refused_resume_ends_no_pause() -> None:
    resumed = act(NOON + HOUR, 2, "resume", "Live", ok=False)
    ledger = Ledger([*act(NOON, 1, "pause", "Live"), *resumed])
    assert paused_until(ledger, "Live", ledger.acts[0]) == EVER


def test_an_answer_counts_as_settled_only_long_enough_before_the_daemon_died() -> None:
    for lived_on, settled in ((SETTLE_MS_MAX, False), (SETTLE_MS_MAX + 1, True)):
        died = Daemon(NOON + SECOND + 20 + lived_on, 1, "killed")
        ledger = Ledger([*BEGINNING, *taken(NOON + SECOND, 1, A), died])
        assert (ledger.settled_at(ledger.tries["m1"][0]) < EVER) == settled


def test_only_what_was_certainly_not_sent_cannot_have_arrived() -> None:
    def may_have_arrived(begun: Request, status: int) -> bool:
        ledger = Ledger([*BEGINNING, begun, Response(NOON + HOUR, 1, status)])
        return ledger.may_have_arrived(ledger.tries["m1"][0])

    begun = request(NOON + SECOND, 1, A)
    assert may_have_arrived(begun, 0)
    assert may_have_arrived(begun, 503)
    assert not may_have_arrived(begun, 429)
    assert not may_have_arrived(request(NOON + SECOND, 1, A, fault="refuse"), 0)


def test_the_wall_clock_is_off_from_its_jump_on() -> None:
    ledger = Ledger([user("ann"), WallClock(NOON, 5), BLAST, WallClock(NOON, 0)])
    assert [ledger.offset_ms(at) for at in range(5)] == [0, 0, 5, 5, 0]


def test_a_member_was_always_of_the_group() -> None:
    moved = [user("ann", group="a"), user("ann", group="b"), user("bob", group="a")]
    assert Ledger(moved).members("a", EVER) == {"bob"}
    assert Ledger(moved).members("", 1) == {"ann"}


def test_an_answer_belongs_to_what_was_asked_with_its_number() -> None:
    entries = [Asked(NOON, n, "stop", "Live", "bo") for n in (1, 2)]
    ledger = Ledger([*entries, Answered(NOON, 2, ok=True)])
    assert [a.granted for a in ledger.acts] == [False, True]
