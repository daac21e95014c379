import pytest

from actors.mail import Announcement
from bot.ids import NOTICE, ActionId
from bot.notices import notice
from bot.refs import Ref
from store.announcements import Buttons
from tests.bot.test_views import check


def test_the_notice_of_a_leap_has_a_button_that_names_the_leap() -> None:
    said = notice(Announcement(1, "notice", "", "clock:17", "The clock leapt."))
    (button,) = said.blocks[1]["elements"]
    assert (button["action_id"], button["value"]) == (ActionId.ACCEPT_CLOCK, "17")
    assert "confirm" in button


def test_the_notice_of_a_campaign_that_paused_itself_lets_it_go_on_or_stops_it() -> None:
    said = notice(Announcement(1, "notice", "c1", "resume:beef", "It has paused itself."))
    resume, stop = said.blocks[1]["elements"]
    assert (resume["action_id"], stop["action_id"]) == (ActionId.RESUME, ActionId.STOP)
    assert Ref.read(resume["value"]) == Ref.read(stop["value"]) == Ref("c1", "beef")
    assert "confirm" in resume
    assert "confirm" in stop


def test_any_other_notice_is_words_alone() -> None:
    said = notice(Announcement(1, "notice", "c1", "", "The <!channel> leapt."))
    assert len(said.blocks) == 1
    assert "<!channel>" not in said.text


@pytest.mark.parametrize("kind", list(Buttons))
def test_every_kind_of_notice_has_its_buttons_and_is_one_that_slack_takes(kind: Buttons) -> None:
    said = notice(Announcement(1, "notice", "c1", kind.about("x"), "So it is."))
    check(said)
    assert said.blocks[1]["block_id"] == NOTICE
    assert said.blocks[1]["elements"]


def test_what_ends_something_asks_once_more() -> None:
    offered = [
        each
        for kind in Buttons
        for each in notice(Announcement(1, "notice", "c", kind.about("x"), "So.")).blocks[1][
            "elements"
        ]
    ]
    dangerous = [each for each in offered if each.get("style") == "danger"]
    assert dangerous
    assert all("confirm" in each for each in dangerous)


def test_a_reply_never_has_buttons() -> None:
    said = notice(Announcement(1, "reply", "c1", Buttons.PAUSE.about(), "So it is."))
    assert len(said.blocks) == 1


def test_what_is_said_to_one_person_leads_back_to_the_campaign() -> None:
    said = notice(Announcement(1, "direct", "c1", "U0ANA00001", "Ben asks for changes: <!here>"))
    check(said)
    assert "<!here>" not in said.text
    edit, show = said.blocks[1]["elements"]
    assert (edit["action_id"], show["action_id"]) == (ActionId.EDIT, ActionId.SHOW)
    assert Ref.read(edit["value"]) == Ref.read(show["value"]) == Ref("c1")
