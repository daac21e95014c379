from pathlib import Path
from typing import get_args

import pytest

from actors.mail_attention import Kind, Need
from actors.mail_trust import Aside, AsideLine
from bot import attention
from bot.attention import TITLES
from bot.blocks import Message
from bot.modals import card_view
from bot.refs import Ref
from bot.retries import Stuck
from store.announcements import Buttons
from tests.bot.oracle import message_problems, view_problems

ROOT = Path(__file__).parents[2]
ZONE = "Europe/Oslo"
NOW_MS = 1_790_000_000_000
HELD = Need("held", "80 users qualify.", campaign="c1", name="Sale", about="r:1", since_ms=NOW_MS)
ASIDE = Need("aside", "3 wait.", "none is sent.", "decide.", campaign="c1", name="Sale",
             buttons=Buttons.ASIDE.about())  # fmt: skip


def problems(message: Message) -> list[str]:
    return message_problems(message.text, list(message.blocks))


def pressed(need: Need) -> tuple[str, str, str]:
    """Return the words, the deed and the value of the button beside a need."""
    (_, shown) = attention.part((need,), ZONE)
    made = shown["accessory"]
    return made["text"]["text"], made["action_id"], made["value"]


@pytest.mark.parametrize("kind", get_args(Kind))
def test_each_kind_of_need_has_its_words_and_one_button(kind: Kind) -> None:
    need = Need(kind, "<!channel> " * 400, campaign="c1", name="<!here>" * 90, since_ms=NOW_MS)
    blocks = attention.part((need,), ZONE)
    assert view_problems({"type": "home", "blocks": blocks}) == []
    assert "<!channel>" not in str(blocks)
    assert problems(attention.answer_card(need, ZONE)) == []


def test_a_need_says_what_happened_and_since_when_in_the_readers_zone() -> None:
    (title, shown) = attention.part((HELD,), ZONE)
    assert title["text"]["text"] == "Needs attention (1)"
    text = shown["text"]["text"]
    assert "*Sale*   Held by its safety limit\n80 users qualify.\nSince <!date^1790000000^" in text


def test_the_gravest_stands_first() -> None:
    clock = Need("clock", "It leapt.")
    assert attention.ordered((ASIDE, HELD, clock)) == (clock, HELD, ASIDE)


def test_nothing_that_needs_anybody_takes_no_room() -> None:
    assert attention.part((), ZONE) == []


@pytest.mark.parametrize(
    ("need", "leads"),
    [
        (HELD, ("Answer", "home_answer", "c1:held:r:1")),
        (ASIDE, ("Decide", "home_answer", "c1:aside")),
        (Need("faulted", "It broke.", campaign="c1"), ("Look", "home_look", "c1")),
        (Need("missed", "Late.", campaign="c1"), ("Look", "home_look", "c1")),
        (
            Need("missed", "Late.", campaign="c1", buttons=Buttons.AGAIN.about()),
            ("Draft it again", "draft_again", "c1"),
        ),
        (Need("load", "Slow.", about="lag"), ("What to do", "home_answer", ":load:lag")),
    ],
)
def test_its_button_leads_to_the_answer(need: Need, leads: tuple[str, str, str]) -> None:
    assert pressed(need) == leads


def test_a_button_finds_its_need_again_while_it_is_one() -> None:
    ref = Ref.read(pressed(HELD)[2])
    assert attention.find((ASIDE, HELD), ref) is HELD
    assert attention.find((ASIDE,), ref) is None


def test_the_answer_says_what_was_done_what_is_to_do_and_has_the_buttons_of_the_alert() -> None:
    card = attention.answer_card(ASIDE, ZONE)
    assert "3 wait.\n*Done*: none is sent.\n*To do*: decide." in card.text
    assert [each["action_id"] for each in card.blocks[-1]["elements"]] == [
        "retry_aside",
        "drop_aside",
        "list_aside",
    ]
    assert view_problems(card_view(card)) == []


def test_why_it_is_set_aside_is_counted_the_most_frequent_first() -> None:
    whys = ["refused"] * 3 + ["may have arrived"] * 2 + [f"<reason {n}>" for n in range(5)]
    lines = tuple(AsideLine(f"m{n}", "dead", "Sale", "u", why, 0) for n, why in enumerate(whys))
    said = attention.answer_card(ASIDE, ZONE, Aside(lines)).text.splitlines()
    assert said[1:3] == ["\N{BULLET} 3: refused", "\N{BULLET} 2: may have arrived"]
    assert said[6] == "\N{BULLET} and others"
    assert "&lt;reason" in said[3]


@pytest.mark.parametrize(
    ("why", "fix"),
    [("not_in_channel", "`/invite @Clarion`"), ("invalid_auth", "new token"), ("odd", "its log")],
)
def test_what_slack_does_not_take_says_what_slack_says_and_what_helps(why: str, fix: str) -> None:
    (need,) = attention.of_slack(Stuck(3, 3_600.0, why), now_ms=NOW_MS)
    assert f"3 cards and alerts wait for Slack, which says `{why}`." in need.happened
    assert fix in need.to_do


def test_the_guide_names_each_kind_of_need_and_its_button() -> None:
    guide = (ROOT / "docs/how-to/see-what-needs-attention.md").read_text()
    for kind in get_args(Kind):
        text, _, _ = pressed(Need(kind, "So."))
        (row,) = [row for row in guide.splitlines() if row.startswith(f"| {TITLES[kind]} |")]
        assert f"*{text}*" in row, kind


def test_what_is_settled_is_said() -> None:
    assert isinstance(attention.settled(), Message)
    assert problems(attention.settled()) == []
