from actors import waterfall
from domain.audience import Count, Did
from domain.campaign import Campaign, Limits
from store.audience import Reach

REACH = Reach(qualified=1_001, control={"campaign": 100}, unreachable=1, reachable=900)


def notes(limits: Limits, *, is_kept: bool = True) -> tuple[str, ...]:
    campaign = Campaign(name="x", kind="past_behaviour", limits=limits)
    return waterfall.estimate(campaign, REACH, is_kept=is_kept, took_ms=1).notes


def test_a_run_that_the_safety_check_would_hold_is_told_before_it_is() -> None:
    (said,) = notes(Limits(safety_limit=1_000))
    assert said.startswith("A run now would be held by the safety check: 1,001 qualify")
    assert "the limit is 1,000" in said


def test_exactly_at_the_safety_limit_nothing_is_held() -> None:
    assert notes(Limits(safety_limit=1_001)) == ()


def test_a_definition_without_a_campaign_has_another_control_group_than_its_campaign_will() -> None:
    limits = Limits(control_percent=10)
    assert "drawn anew" in notes(limits, is_kept=False)[0]
    assert notes(limits) == notes(Limits(), is_kept=False) == ()


def test_who_is_left_out_because_they_never_did_it_is_told_beside_the_steps() -> None:
    asked = Did("A", count=Count("<", 3))
    campaign = Campaign(name="x", kind="past_behaviour", who=asked)
    (said,) = waterfall.estimate(campaign, REACH, is_kept=True, took_ms=1).notes
    assert 'never did "A"' in said
