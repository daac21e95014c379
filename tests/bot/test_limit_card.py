from hypothesis import given
from hypothesis import strategies as st

from actors.mail_limits import LimitLine, LimitsShown
from bot.limit_card import limit_card
from tests.bot.oracle import words
from tests.bot.strategies import NAMES
from tests.bot.test_views import check

COUNTS = st.none() | st.integers(min_value=0, max_value=10**12)
LIMITS = st.builds(
    LimitLine, NAMES, NAMES, COUNTS, COUNTS, NAMES, st.none() | st.just(1_790_000_000_000)
)


@given(NAMES, st.lists(LIMITS, max_size=60).map(tuple), st.integers(0, 10**9), NAMES)
def test_every_table_of_limits_is_one_that_slack_takes(
    name: str, lines: tuple[LimitLine, ...], waiting: int, takes: str
) -> None:
    check(limit_card(LimitsShown(name, "running", "Europe/Oslo", lines, waiting, takes)))


def test_a_limit_shows_how_full_it_is_and_when_it_frees() -> None:
    day = LimitLine("Cap a day", "500 messages", 125, 500, frees_ms=1_790_000_000_000)
    once = LimitLine("One user", "gets it once at most, ever", frees="never")
    shown = limit_card(LimitsShown("Spring sale", "running", "Europe/Oslo", (day, once)))
    said = words(list(shown.blocks))
    for part in ("125 of 500", "1790000000", "2026-09-21 16:13 Europe/Oslo", "never"):
        assert part in said


def test_what_waits_says_how_long_it_takes() -> None:
    shown = limit_card(LimitsShown("Spring sale", "running", "UTC", (), 12_000, "1 h 40 min"))
    assert (
        "12,000 messages wait to be sent. Once nothing holds them back it takes 1 h 40 min."
        in shown.text
    )


def test_beside_a_cap_stands_how_it_is_lowered() -> None:
    cap = LimitLine("Cap in all", "500 messages", 125, 500)
    for name, lines, said in (
        ("Spring sale", (cap,), True),
        ("Spring sale", (LimitLine("Cap", "none"),), False),
        ("", (cap,), False),
    ):
        shown = limit_card(LimitsShown(name, "running", "UTC", lines))
        assert ("/campaign lower NAME to N" in words(list(shown.blocks))) == said
