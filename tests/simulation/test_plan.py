"""A plan survives its file, and shrinks to what a failure needs."""

from tests.simulation import plan as plans
from tests.simulation.invent import invent
from tests.simulation.plan import Plan
from tests.simulation.shrink import shrink


def test_a_plan_is_the_same_after_it_was_written_and_read() -> None:
    plan = invent(5, jumps=True)
    assert plans.load(plans.dump(plan)) == plan


def test_a_seed_invents_one_plan_only() -> None:
    assert invent(5) == invent(5)
    assert invent(5) != invent(6)


def test_a_failing_plan_shrinks_to_the_entries_that_the_failure_needs() -> None:
    plan = invent(18)
    needed = plan.events[7]

    def fails(candidate: Plan) -> bool:
        return needed in candidate.events

    smaller = shrink(plan, fails, tries_max=1_000)
    assert smaller.events == (needed,)
    assert [one.user for one in smaller.users] == [needed.user]
    assert (smaller.campaigns, smaller.acts, smaller.faults, smaller.crashes) == ((), (), (), ())


def test_shrinking_gives_up_after_its_tries() -> None:
    tried: list[Plan] = []

    def fails(candidate: Plan) -> bool:
        tried.append(candidate)
        return True

    shrink(invent(18), fails, tries_max=3)
    assert len(tried) == 3


def test_a_failing_plan_ends_as_soon_as_the_failure_lets_it() -> None:
    plan = invent(5)
    least = plan.span // 5
    smaller = shrink(plan, lambda candidate: candidate.span > least, tries_max=1_000)
    assert least < smaller.span <= plan.span // 2
    assert all(event.at < smaller.span for event in smaller.events)
    assert all(act.at < smaller.span for act in smaller.acts)
