from domain.timer import Wait
from domain.verdict import Send
from store import admission
from store.allowance import UNBOUND
from store.decisions import Decision, LiveBatch


def test_a_decision_is_a_verdict_or_a_wait_and_takes_no_place_of_any_limit_by_itself() -> None:
    for verdict in (Send(), Wait("", 0, 1, 2)):
        decision = Decision("m1", "ann", "e1", 1, verdict)
        assert (decision.day, decision.zone, decision.variant) == ("", "", "")
        assert decision.fell_due_ms is None


def test_a_batch_lets_nobody_wait_and_bounds_nobody_unless_it_says_so() -> None:
    batch = LiveBatch("c_1", 1, 0, 1, [], None, None, on_pause_drop=True)
    assert (batch.listener, batch.clears, batch.bounds) == (None, (), UNBOUND)
    assert admission.LiveBatch is LiveBatch
