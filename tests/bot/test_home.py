from typing import Any

import pytest
from msgspec import structs

from actors.mail import BooksView, CampaignLine
from actors.mail_attention import Need
from actors.membership import Membership
from bot.home import LINES_MAX, home_view
from domain.review import State
from domain.roles import RoleLists
from tests.bot.oracle import view_problems

ANA, BEN, CLEO = "U0ANA00001", "U0BEN00002", "U0CLEO0003"
ZONE = "Europe/Oslo"
EVERYBODY = Membership()
VIEWERS = Membership(RoleLists(marketers=(BEN,), approvers=(BEN,)))


def line(name: str, state: State, author: str = ANA, sent: int = 0) -> CampaignLine:
    books = BooksView(qualified=sent, sent=sent)
    return CampaignLine(f"c_{name}", name, "live", state, author, books, 0)


def shown(
    *campaigns: CampaignLine,
    user: str = ANA,
    members: Membership = EVERYBODY,
    needs: tuple[Need, ...] = (),
) -> dict[str, Any]:
    return home_view(campaigns, needs, user, members, ZONE)


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
    view = shown(
        line("Read me", State.IN_REVIEW, BEN),
        line("My own", State.IN_REVIEW, ANA),
        line("Sent back", State.REJECTED),
        line("Hers", State.REJECTED, BEN),
        line("Paused", State.PAUSED),
        line("Going", State.RUNNING, sent=1_204),
        line("Over", State.COMPLETED),
    )
    found = parts(view)
    assert list(found) == ["Waits for you (2)", "Waits for others (1)", "Runs (2)"]
    names = [[text.split("*")[1] for text in texts] for texts in found.values()]
    assert names == [["Read me", "Sent back"], ["My own"], ["Going", "Paused"]]
    assert "1,204 sent" in found["Runs (2)"][0]


def test_what_needs_attention_stands_first_and_not_among_what_runs() -> None:
    faulted = Need("faulted", "It broke.", campaign="c_Broken", name="Broken")
    view = shown(line("Broken", State.FAULTED), line("Going", State.RUNNING), needs=(faulted,))
    assert list(parts(view)) == ["Needs attention (1)", "Waits for you", "Runs (1)"]
    halted = Need("halted", "safety_per_hour", campaign="c_Ran", name="Ran")
    view = shown(line("Ran", State.PAUSED), needs=(halted,))
    assert list(parts(view)) == ["Needs attention (1)", "Waits for you", "Runs"]
    assert view_problems(view) == []


def test_a_review_is_offered_only_to_those_who_may_decide_about_it() -> None:
    edited = structs.replace(line("Read me", State.IN_REVIEW, BEN), editors=(BEN, ANA))
    assert list(parts(shown(edited))) == ["Waits for you", "Waits for others (1)", "Runs"]
    assert "Waits for you (1)" in parts(shown(edited, user=CLEO))
    assert "Waits for you (1)" not in parts(shown(edited, user=CLEO, members=VIEWERS))


def test_a_higher_limit_waits_for_an_approver_who_has_not_asked_for_it() -> None:
    raised = structs.replace(
        line("Held", State.BLOCKED), reason="raise_requested", editors=(ANA, BEN)
    )
    assert "Waits for you (1)" in parts(shown(raised, user=CLEO))
    (text,) = parts(shown(raised, user=BEN))["Waits for others (1)"]
    assert text.endswith("It waits for anybody who has not edited it")


def test_a_change_of_what_runs_waits_for_a_second_person_too() -> None:
    amended = structs.replace(line("Going", State.RUNNING), amends=True, editors=(ANA,))
    found = parts(shown(amended, user=BEN))
    (text,) = found["Waits for you (1)"]
    assert "A change of what it says waits" in text
    assert len(found["Runs (1)"]) == 1, "it runs meanwhile"
    assert "Waits for others (1)" in parts(shown(amended))


def test_its_author_sees_for_whom_a_review_waits() -> None:
    members = Membership(RoleLists(approvers=(ANA, BEN, CLEO)))
    edited = structs.replace(line("Mine", State.IN_REVIEW), editors=(ANA, CLEO))
    (text,) = parts(shown(edited, members=members))["Waits for others (1)"]
    assert text.endswith(f"It waits for <@{BEN}>")


@pytest.mark.parametrize(("members", "offered"), [(EVERYBODY, True), (VIEWERS, False)])
def test_a_new_campaign_is_offered_to_who_may_draft_one(
    members: Membership, *, offered: bool
) -> None:
    assert ("home_new" in str(shown(members=members))) == offered


def test_a_long_list_says_how_many_more_there_are() -> None:
    view = shown(*(line(f"C{n}", State.RUNNING) for n in range(LINES_MAX + 3)))
    assert len(parts(view)[f"Runs ({LINES_MAX + 3})"]) == LINES_MAX
    assert "and 3 campaigns more" in str(view)


def test_a_name_notifies_nobody() -> None:
    assert "<!channel>" not in str(parts(shown(line("<!channel>", State.RUNNING))))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"next_ms": 1_790_000_000_000, "last_ms": 5}, "; next run <!date^1790000000^"),
        ({"last_ms": 1_780_000_000_000}, "; last message <!date^1780000000^"),
    ],
)
def test_what_runs_says_when_in_the_readers_own_zone(more: dict[str, int], said: str) -> None:
    running = structs.replace(line("Going", State.RUNNING), **more)
    (told,) = parts(shown(running))["Runs (1)"]
    assert said in told
