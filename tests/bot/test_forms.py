import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.form_state import Row, Values
from bot.forms import draft_view, shown_blocks
from bot.refs import Memo, Ref
from tests.bot.oracle import view_problems

TEXT = st.text(max_size=3_500)
ROWS = st.builds(
    Row,
    kind=st.sampled_from(["none", "property", "did", "did_not"]),
    property=TEXT,
    operand=TEXT,
    event=TEXT,
    days=TEXT,
    where=TEXT,
)


@given(
    st.builds(
        Values,
        name=TEXT,
        kind=st.sampled_from(["live", "past_behaviour"]),
        trigger=TEXT,
        rows=st.lists(ROWS, max_size=3).map(tuple),
        start=st.sampled_from(["now", "at"]),
        zone=TEXT,
        key_values=TEXT,
        cap=TEXT,
        quiet=st.sampled_from(["none", "delay", "discard"]),
    )
)
def test_the_form_is_one_that_slack_takes_whatever_was_entered(values: Values) -> None:
    view = draft_view(values, Memo("C1", Ref("c1", "h" * 64)), zone="Europe/Oslo")
    assert view_problems(view) == []


def blocks(**values: object) -> frozenset[str]:
    return shown_blocks(draft_view(Values(**values), Memo(), zone="UTC"))  # type: ignore[arg-type]  # parametrized


@pytest.mark.parametrize(
    ("values", "asked", "not_asked"),
    [
        ({"kind": "live"}, {"trigger", "end_date"}, {"safety"}),
        ({"kind": "past_behaviour"}, {"safety"}, {"trigger", "end_date"}),
        ({"start": "at"}, {"start_date", "start_time"}, set()),
        ({"quiet": "delay"}, {"quiet_from", "quiet_to"}, set()),
        ({"rows": (Row("property"),)}, {"property_0", "condition_1"}, {"match", "condition_2"}),
        ({"rows": (Row("did"), Row("did_not"))}, {"count_0", "match"}, {"count_1"}),
    ],
)
def test_the_form_asks_only_what_matters_now(
    values: dict[str, object], asked: set[str], not_asked: set[str]
) -> None:
    shown = blocks(**values)
    assert asked <= shown
    assert not not_asked & shown
