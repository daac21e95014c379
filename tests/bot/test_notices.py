from actors.mail import Announcement
from bot.ids import ActionId
from bot.notices import notice
from bot.refs import Ref


def test_the_notice_of_a_leap_has_a_button_that_names_the_leap() -> None:
    said = notice(Announcement(1, "notice", "", "clock:17", "The clock leapt."))
    (button,) = said.blocks[1]["elements"]
    assert (button["action_id"], button["value"]) == (ActionId.ACCEPT_CLOCK, "17")
    assert "confirm" in button


def test_the_notice_of_a_campaign_that_paused_itself_lets_it_go_on_or_stops_it() -> None:
    said = notice(Announcement(1, "notice", "c1", "surge:beef", "It has paused itself."))
    resume, stop = said.blocks[1]["elements"]
    assert (resume["action_id"], stop["action_id"]) == (ActionId.RESUME, ActionId.STOP)
    assert Ref.read(resume["value"]) == Ref.read(stop["value"]) == Ref("c1", "beef")
    assert "confirm" in resume
    assert "confirm" in stop


def test_any_other_notice_is_words_alone() -> None:
    said = notice(Announcement(1, "notice", "c1", "", "The <!channel> leapt."))
    assert len(said.blocks) == 1
    assert "<!channel>" not in said.text
