from actors.mail import Refused
from bot.wizard.showing import SAID_CHARS_MAX, refused_view


def test_what_is_in_the_way_is_said_with_the_way_out_however_long() -> None:
    view = refused_view(Refused("It is gone. " + "x" * 5_000, "Begin anew."))
    assert "It is gone." in str(view)
    assert len(str(view)) < 2 * SAID_CHARS_MAX
