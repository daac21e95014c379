import pytest

from actors.mail import Refused
from actors.mail_limits import LowerCap
from bot.lowering import request_of


@pytest.mark.parametrize(
    ("rest", "asked"),
    [
        ("Spring sale to 500", LowerCap("Spring sale", "U0ANA", 500)),
        ('"Spring sale" to 1,000 messages a day', LowerCap("Spring sale", "U0ANA", 1_000, "day")),
        ("Spring sale to 12.500 a run", LowerCap("Spring sale", "U0ANA", 12_500, "run")),
        ("Spring sale to 9 In All", LowerCap("Spring sale", "U0ANA", 9, "total")),
        ("Back to 2030 to 7 a day", LowerCap("Back to 2030", "U0ANA", 7, "day")),
    ],
)
def test_a_cap_is_named_after_the_campaign_and_its_number(rest: str, asked: LowerCap) -> None:
    assert request_of(rest, "U0ANA") == asked


@pytest.mark.parametrize(
    "rest", ["Spring sale", "Spring sale to", "Spring sale to 5.5", "Spring sale to 5 a week"]
)
def test_what_cannot_be_read_is_answered_with_how_to_write_it(rest: str) -> None:
    found = request_of(rest, "U0ANA")
    assert isinstance(found, Refused)
    assert "lower NAME to 500" in found.fix
