from hypothesis import given

from bot.paste import PROBLEMS_CHARS_MAX, beside, fits, problems_text, read_text, write_text
from bot.wizard.values import assemble, to_values
from domain.audience import All, Did, Node
from domain.campaign import Campaign
from domain.problem import Problem
from tests.bot.fake_desk import NOW_MS
from tests.bot.samples import PAST
from tests.bot.test_views import check
from tests.domain.definitions import nodes, sweep


def test_a_definition_that_is_written_out_reads_as_itself() -> None:
    text = write_text(PAST)
    assert text is not None
    assert read_text(text, now_ms=NOW_MS, zone="UTC") == PAST


@sweep
@given(nodes)
def test_an_audience_that_the_form_cannot_show_is_kept_whole_in_the_text(who: Node) -> None:
    campaign = Campaign(name="Any", kind="past_behaviour", who=who)
    text = write_text(campaign)
    if text is not None:  # it may be longer than Slack takes
        assert read_text(text, now_ms=NOW_MS, zone="UTC") == campaign
    assert assemble(to_values(campaign)) == (campaign, {})


def test_every_problem_of_a_text_is_shown_with_its_line() -> None:
    errors = read_text('name = ""\nkind = "liv"\nfoo = 1', now_ms=NOW_MS, zone="UTC")
    assert isinstance(errors, dict)
    shown = [line[:8] for line in errors["text"].splitlines()]
    assert shown == ["• line 1", "• line 2", "• line 3"]


def test_many_problems_are_cut_and_counted() -> None:
    said = problems_text([Problem("who", "w" * 300, "Fix it.", n) for n in range(50)])
    assert len(said) <= PROBLEMS_CHARS_MAX
    assert said.endswith("... and 46 more.")


def test_a_definition_too_long_for_an_input_is_told_apart() -> None:
    many = All(tuple(Did("x" * 100) for _ in range(60)))
    long = Campaign(name="Long", kind="past_behaviour", who=many)
    assert not fits(write_text(long))
    assert fits(write_text(PAST))
    check(beside(long))
