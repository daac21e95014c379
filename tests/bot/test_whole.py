from msgspec import structs

from actors.mail_audience import AudienceUse
from actors.mail_report import Skipped, VariantCame
from bot import views, whole
from bot.report_card import report_card
from domain.audience import All, Did
from tests.bot.oracle import view_problems
from tests.bot.reports import REPORT
from tests.bot.samples import PAST, draft

ODD = "<!channel> " * 30
MANY = structs.replace(
    REPORT,
    skipped=tuple(Skipped(f"r{n}", n, f"reason {n:02} {ODD}") for n in range(40)),
    variants=tuple(VariantCame(f"variant {n:02} <b>", 1, 1, 1) for n in range(50)),
)
USES = tuple(
    AudienceUse(f"Buyers {n:02} <!here>", 1, 2, All((Did(f"Bought {n:02} {ODD}"),) * 5))
    for n in range(120)
)


def test_what_a_report_leaves_out_stands_in_the_modal_that_it_offers() -> None:
    assert "whole_report" in str(report_card(MANY).blocks)
    view = whole.whole_report(MANY)
    assert view_problems(view) == []
    said = str(view["blocks"])
    assert all(f"reason {n:02}" in said for n in range(40))
    assert all(f"variant {n:02} &lt;b&gt;" in said for n in range(50))
    assert "<!channel>" not in said


def test_a_report_that_says_all_offers_no_more() -> None:
    assert "whole_report" not in str(report_card(REPORT).blocks)


def test_every_saved_audience_of_a_card_is_shown_in_the_version_that_it_keeps() -> None:
    view = draft(PAST, audiences=USES[:7])
    assert "whole_audiences" in str(views.campaign_card(view, "UTC").blocks)
    shown = whole.whole_audiences(view)
    assert view_problems(shown) == []
    said = str(shown["blocks"])
    assert all(f"Buyers {n:02} &lt;!here&gt;" in said for n in range(7))
    assert all(f"Bought {n:02}" in said for n in range(7))


def test_no_campaign_has_so_many_that_slack_would_not_take_them() -> None:
    shown = whole.whole_audiences(draft(PAST, audiences=USES))
    assert view_problems(shown) == []
    assert "and 25 more" in str(shown["blocks"][-1])


def test_a_campaign_without_any_says_so() -> None:
    assert "no saved audience" in str(whole.whole_audiences(draft(PAST))["blocks"])
