from bot.form_state import Row, Values, read_values
from bot.forms import draft_view
from bot.refs import Memo
from tests.bot.wire import opened

FILLED = Values(
    name="Spring sale",
    rows=(Row("did", event="Order Completed", count="2", days="30"), Row(), Row()),
    start="at",
    start_date="2030-01-01",
    start_time="09:00",
    cap_kind="cap_per_run",
    cap="100",
    quiet="delay",
    quiet_from="22:00",
    quiet_to="08:00",
)


def test_what_the_form_shows_is_what_it_reads() -> None:
    view = opened(draft_view(FILLED, Memo(), zone="UTC"), {})
    assert read_values(view["state"]["values"]) == FILLED


def test_a_number_that_was_taken_out_is_not_the_default() -> None:
    view = opened(draft_view(FILLED, Memo(), zone="UTC"), {"count_0": ""})
    assert read_values(view["state"]["values"]).rows[0].count == ""


def test_an_untouched_form_is_as_by_default() -> None:
    values = read_values(opened(draft_view(Values(), Memo(), zone="UTC"), {})["state"]["values"])
    assert values == Values(rows=(Row(), Row(), Row()))


def test_conditions_keep_the_number_of_their_row() -> None:
    values = Values(rows=(Row(), Row("property", property="country"), Row()))
    assert [number for number, _ in values.conditions] == [1]
