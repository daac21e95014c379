from actors.mail_views import Since
from bot import weighing
from tests.bot.oracle import message_problems, words
from tests.bot.samples import PAST, draft
from tests.bot.wire import BEN

ZONE = "Europe/Oslo"
CHANGES = (
    ("How many", "At most 1,000 a run → At most 5,000 a run"),
    ("What", "no longer: title: Hi\nnew: <!channel>"),
)


def changed(since: Since | None) -> str:
    blocks = weighing.changed(draft(PAST, since=since), ZONE, 1_200)
    assert message_problems("text", blocks) == []
    return words(blocks)


def test_a_change_is_told_with_who_approved_what_it_was() -> None:
    said = changed(Since(3, BEN, 1_700_000_000_000, CHANGES))
    assert "Changed since revision 3, approved by <@U0BEN>, <!date^1700000000^" in said
    assert "*How many*: At most 1,000 a run → At most 5,000 a run" in said
    assert "no longer: title: Hi" in said


def test_what_data_says_notifies_nobody() -> None:
    assert "new: &lt;!channel&gt;" in changed(Since(3, BEN, 1, CHANGES))


def test_of_what_only_stood_in_review_nobody_is_named() -> None:
    assert "Changed since revision 1, the last that was shown" in changed(Since(1, "", None))


def test_the_first_that_anybody_sees_has_no_changes() -> None:
    assert weighing.changed(draft(PAST), ZONE, 1_200) == []


def test_what_does_not_fit_is_counted() -> None:
    many = tuple((f"Part {n}", "x" * 500) for n in range(20))
    said = changed(Since(1, BEN, 1, many))
    assert said.count("Part ") < 12
    assert "more changes." in said


def test_cautions_are_numbered_in_their_order() -> None:
    blocks = weighing.cautions(("It has no cap.", "It has no end."))
    assert message_problems("text", blocks) == []
    assert "1. It has no cap.\\n2. It has no end." in words(blocks)


def test_a_campaign_without_any_has_no_such_part() -> None:
    assert weighing.cautions(()) == []


def test_of_many_cautions_the_gravest_are_shown() -> None:
    said = words(weighing.cautions(tuple("abcdefghijklm")))
    assert "10. j" in said
    assert "... and 3 more cautions." in said


def test_a_change_of_what_runs_says_what_goes_on_until_it_is_approved() -> None:
    (block,) = weighing.amendment(draft(PAST, amends=True, published=3))
    said = words([block])
    assert "asked for from its next run on" in said
    assert "goes on by revision 3" in said
    assert weighing.amendment(draft(PAST)) == []
