import pytest
from msgspec import structs

from actors.mail import Reached, Refused
from actors.mail_audience import Weighed
from bot.wizard.counted import Counted, counted
from tests.bot.audiences import ESTIMATE


def test_a_count_says_whom_it_reaches_and_how_many_that_are() -> None:
    found = counted(Reached(ESTIMATE))
    assert "*10,000* get a message, of 12,345 who fit" in found.said
    assert (found.messages, found.cautions) == (10_000, None)


def test_what_is_weighed_brings_its_cautions() -> None:
    found = counted(Weighed(("It has no cap.",), ESTIMATE))
    assert found == structs.replace(counted(Reached(ESTIMATE)), cautions=("It has no cap.",))


def test_of_a_live_campaign_no_reach_is_told() -> None:
    assert counted(Weighed(("It has no end.",))) == Counted(cautions=("It has no end.",))


def test_why_nothing_was_counted_is_told_and_notifies_nobody() -> None:
    assert counted(Refused("<!channel>", "Later.")).said == (
        "*Estimated reach*: &lt;!channel&gt; Later."
    )


def test_anything_else_is_no_count() -> None:
    with pytest.raises(AssertionError):
        counted(None)
