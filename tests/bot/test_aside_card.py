import pytest

from actors.mail_trust import Aside, AsideLine, Step, Told
from bot import aside_card
from bot.aside_card import PAGE_LINES_MAX
from tests.bot.fake_desk import NOW_MS
from tests.bot.oracle import view_problems, words
from tests.bot.test_views import check

ODD = "VIP <!channel> " * 30
LINES = tuple(
    AsideLine(f"m1_{n}", state, ODD, f"u_{n} <b>", ODD, NOW_MS)
    for n, state in enumerate(("dead", "unknown", "poison", "new") * PAGE_LINES_MAX)
)


def listed(lines: int, page: int = 0, *, more: bool = False, name: str = "") -> str:
    message = aside_card.listed(
        Aside(LINES[:lines], more), "Europe/Oslo", campaign="c1", name=name, page=page
    )
    check(message)
    said = words(list(message.blocks))
    assert "<!channel>" not in message.text + said
    return said


def test_each_that_waits_is_told_with_its_reason_and_can_be_looked_at() -> None:
    said = listed(3)
    for part in ("u_0 &lt;b&gt;", "will not be sent again", "may have arrived", "dead:m1_0", "VIP"):
        assert part in said
    assert said.count("show_aside") == 3


def test_a_page_shows_its_own_and_the_ways_to_others() -> None:
    first, second = listed(PAGE_LINES_MAX, more=True), listed(PAGE_LINES_MAX + 1, 1)
    assert ("1:c1" in first, "newer_aside" in first) == (True, False)
    assert ("0:c1" in second, "older_aside" in second) == (True, False)
    assert (second.count("show_aside"), f"m1_{PAGE_LINES_MAX}" in second) == (1, True)


@pytest.mark.parametrize("name", ["", ODD])
def test_nothing_that_waits_is_said(name: str) -> None:
    assert "Nothing" in listed(0, name=name)


@pytest.mark.parametrize("state", ["dead", "unknown", "poison"])
def test_one_is_shown_with_its_trail_and_what_can_be_decided(state: str) -> None:
    steps = tuple(Step(NOW_MS + n, f"step {n} {ODD}") for n in range(40))
    view = aside_card.shown(Told(ODD, "UTC", (ODD,) * 3, steps), state, "m1_0")
    assert view_problems(view) == []
    again, drop = view["blocks"][-1]["elements"]
    assert (again["action_id"], drop["action_id"]) == ("retry_one", "drop_one")
    assert ("may have it already" in str(again["confirm"])) == (state == "unknown")
    assert "confirm" in drop
