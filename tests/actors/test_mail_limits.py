import msgspec

from actors import mail
from actors.mail_limits import LimitLine, LimitsShown, LowerCap, ShowLimits


def test_what_is_asked_and_answered_about_limits_crosses_the_socket_as_it_is() -> None:
    for asked in (ShowLimits("Spring sale"), LowerCap("Spring sale", "U0ANA", 5, "day")):
        assert msgspec.json.decode(msgspec.json.encode(asked), type=mail.Request) == asked
    line = LimitLine("Cap a day", "5 messages", 1, 5, frees_ms=9)
    shown: mail.Answer = LimitsShown("Spring sale", "running", "UTC", (line,), 3, "1 s")
    assert msgspec.json.decode(msgspec.json.encode(shown), type=mail.Answer) == shown
