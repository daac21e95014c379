from typing import Any

import pytest
from msgspec import structs

from actors.mail import BooksView, CampaignLine
from bot.home import LINES_MAX, home_view
from domain.review import State
from domain.roles import Role
from tests.bot.oracle import view_problems

ANA, BEN = "U0ANA", "U0BEN"
ALL = frozenset(Role)
ZONE = "Europe/Oslo"


def line(name: str, state: State, author: str = ANA, sent: int = 0) -> CampaignLine:
    books = BooksView(qualified=sent, sent=sent)
    return CampaignLine(f"c_{name}", name, "live", state, author, books, 0)


def parts(view: dict[str, Any]) -> dict[str, list[str]]:
    """Return the lines under each title."""
    found: dict[str, list[str]] = {}
    title = ""
    for block in view["blocks"]:
        if block["type"] == "header":
            title = block["text"]["text"]
            found[title] = []
        elif block["type"] == "section":
            found[title].append(block["text"]["text"])
    return found


def test_each_campaign_stands_where_somebody_looks_for_it() -> None:
    campaigns = (
        line("Held", State.BLOCKED),
        line("Read me", State.IN_REVIEW, BEN),
        line("My own", State.IN_REVIEW, ANA),
        line("Sent back", State.REJECTED),
        line("Hers", State.REJECTED, BEN),
        line("Paused", State.PAUSED),
        line("Going", State.RUNNING, sent=1_204),
        line("Over", State.COMPLETED),
    )
    shown = parts(home_view(campaigns, ANA, ALL, ZONE))
    assert list(shown) == ["Needs attention (1)", "Waits for you (2)", "Runs (2)"]
    names = [[text.split("*")[1] for text in texts] for texts in shown.values()]
    assert names == [["Held"], ["Read me", "Sent back"], ["Going", "Paused"]]
    assert "1,204 sent" in shown["Runs (2)"][0]


def test_what_paused_itself_needs_attention_and_what_somebody_paused_does_not() -> None:
    campaigns = (
        structs.replace(line("Ran away", State.PAUSED), reason="safety_per_hour"),
        structs.replace(line("Halted", State.PAUSED), reason="all paused"),
    )
    shown = parts(home_view(campaigns, BEN, ALL, ZONE))
    (trouble,) = shown["Needs attention (1)"]
    assert "Ran away" in trouble
    (halted,) = shown["Runs (1)"]
    assert "Halted" in halted


def test_what_needs_attention_says_why_and_notifies_nobody() -> None:
    campaigns = (
        structs.replace(line("Held", State.BLOCKED), reason="safety_limit"),
        structs.replace(line("Broken", State.FAULTED), reason="<!channel> " * 400),
    )
    view = home_view(campaigns, BEN, ALL, ZONE)
    held, broken = parts(view)["Needs attention (2)"]
    assert "More users qualify than the safety limit allows" in held
    assert "<!channel>" not in broken
    assert view_problems(view) == []


def test_a_review_waits_only_for_those_who_may_approve() -> None:
    campaigns = (line("Read me", State.IN_REVIEW, BEN),)
    viewer = parts(home_view(campaigns, ANA, frozenset({Role.VIEWER}), ZONE))
    assert viewer["Waits for you"] == ["Nothing waits for you."]


@pytest.mark.parametrize(("roles", "offered"), [(ALL, True), (frozenset({Role.VIEWER}), False)])
def test_a_new_campaign_is_offered_to_who_may_draft_one(
    roles: frozenset[Role], *, offered: bool
) -> None:
    assert ("home_new" in str(home_view((), ANA, roles, ZONE))) == offered


def test_a_long_list_says_how_many_more_there_are() -> None:
    campaigns = tuple(line(f"C{n}", State.RUNNING) for n in range(LINES_MAX + 3))
    view = home_view(campaigns, ANA, ALL, ZONE)
    assert len(parts(view)[f"Runs ({LINES_MAX + 3})"]) == LINES_MAX
    assert "and 3 campaigns more" in str(view)


def test_a_name_notifies_nobody() -> None:
    assert "<!channel>" not in str(
        home_view((line("<!channel>", State.RUNNING),), ANA, ALL, ZONE)["blocks"][4]["text"]
    )


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"next_ms": 1_790_000_000_000, "last_ms": 5}, "; next run <!date^1790000000^"),
        ({"last_ms": 1_780_000_000_000}, "; last message <!date^1780000000^"),
    ],
)
def test_what_runs_says_when_in_the_readers_own_zone(more: dict[str, int], said: str) -> None:
    running = structs.replace(line("Going", State.RUNNING), **more)
    (told,) = parts(home_view((running,), ANA, ALL, ZONE))["Runs (1)"]
    assert said in told


def test_a_change_of_what_runs_waits_for_approvers_and_runs_meanwhile() -> None:
    asked = structs.replace(line("Going", State.RUNNING), amends=True)
    shown = parts(home_view((asked,), BEN, ALL, ZONE))
    assert [len(shown[title]) for title in ("Waits for you (1)", "Runs (1)")] == [1, 1]
    assert "Waits for you (1)" not in parts(home_view((asked,), ANA, ALL, ZONE))
