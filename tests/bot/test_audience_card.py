import pytest

from actors.mail import Reached, Refused
from actors.mail_audience import (
    AudienceShown,
    ListAudiences,
    ReachAudience,
    ShowAudience,
)
from bot import audience_card
from domain.audience import All, Property
from tests.bot.audiences import ESTIMATE
from tests.bot.fake_desk import NOW_MS
from tests.bot.oracle import words
from tests.bot.test_views import check

ODD = "VIP <!channel> " * 20


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("", ListAudiences()),
        ("list", ListAudiences()),
        ("show Big spenders", ShowAudience("Big spenders")),
        ("REACH Big spenders", ReachAudience("Big spenders")),
    ],
)
def test_what_is_typed_after_audience_is_asked(typed: str, asked: object) -> None:
    assert audience_card.request_of(typed) == asked


def test_a_misspelt_word_after_audience_gets_a_suggestion() -> None:
    refused = audience_card.request_of("raech Big spenders")
    assert isinstance(refused, Refused)
    assert "Did you mean `/campaign audience reach`?" in refused.fix


def test_a_word_without_its_name_says_what_to_type() -> None:
    refused = audience_card.request_of("show")
    assert isinstance(refused, Refused)
    assert "/campaign audience show NAME" in refused.fix


def test_an_audience_is_told_in_sentences_with_the_campaigns_that_use_it() -> None:
    who = All((Property("country", "in", ("NO", "SE")),))
    shown = AudienceShown("North", 2, 3, who, "U0ANA", NOW_MS, ("Spring <b>", "Win back"))
    message = audience_card.shown(shown, "Europe/Oslo")
    check(message)
    said = words(list(message.blocks))
    for part in (
        "version 2 (the latest is 3)",
        "country",
        "Spring &lt;b&gt;, Win back",
        "<@U0ANA>",
    ):
        assert part in said


def test_a_reach_names_what_was_counted() -> None:
    message = audience_card.reached(Reached(ESTIMATE, ODD))
    check(message)
    assert "10,000 messages expected" in message.text
    assert "<!channel>" not in message.text
