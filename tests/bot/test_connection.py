import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.mail_trust import CheckView, Connection
from bot.blocks import Message
from bot.connection import check_card, told
from tests.bot.oracle import words
from tests.bot.test_views import check
from tests.bot.wire import ANA, BEN

OPEN = CheckView("ABC234", ANA, 1, "accepted")
replace = msgspec.structs.replace


def card(view: CheckView) -> Message:
    return check_card(Connection("It stands so.", False, "https://api.segment.io", view))


def labels(message: Message) -> list[str]:
    rows = [block for block in message.blocks if block["type"] == "actions"]
    return [element["text"]["text"] for row in rows for element in row["elements"]]


@given(
    st.builds(
        CheckView,
        code=st.text("ABC234", min_size=6, max_size=6),
        asked_by=st.sampled_from([ANA, "<!channel>"]),
        asked_ms=st.just(1),
        answer=st.sampled_from(["", "seen", "absent"]),
        answered_by=st.sampled_from(["", BEN]),
        current=st.booleans(),
    )
)
def test_every_card_is_one_that_slack_takes_and_notifies_nobody(view: CheckView) -> None:
    check(card(view))


def test_the_question_names_the_code_and_where_to_look() -> None:
    shown = words(list(card(OPEN).blocks))
    assert "*ABC234*" in shown
    assert "Open your source's debugger in Segment" in shown
    assert labels(card(OPEN)) == ["I see it", "It is not there"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [("seen", "<@U0BEN> saw the test event"), ("absent", "region of your workspace")],
)
def test_an_answered_card_says_who_saw_what_and_asks_no_more(answer: str, said: str) -> None:
    answered = card(replace(OPEN, answer=answer, answered_by=BEN))
    assert said in words(list(answered.blocks))
    assert labels(answered) == []


def test_the_card_of_an_earlier_test_event_asks_no_more() -> None:
    earlier = card(replace(OPEN, current=False))
    assert labels(earlier) == []
    assert "later test event" in words(list(earlier.blocks))


def test_a_person_is_told_how_the_connection_stands() -> None:
    said = told(Connection("@U0ANA00001 saw <it>.", True, "https://api.segment.io")).text
    assert said == ":white_check_mark: <@U0ANA00001> saw &lt;it&gt;."
