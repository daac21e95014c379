import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.mail import BooksView, CampaignLine
from bot import lists
from domain.review import State
from tests.bot.oracle import words
from tests.bot.strategies import LINES
from tests.bot.test_views import check

ZONE = "Europe/Oslo"


@given(st.lists(LINES, max_size=70).map(tuple), st.integers(min_value=-1, max_value=9))
def test_every_list_is_one_that_slack_takes(lines: tuple[CampaignLine, ...], page: int) -> None:
    check(lists.listing(lines, ZONE, page))


def line(name: str, state: State, updated_ms: int = 0) -> CampaignLine:
    return CampaignLine(name, name, "live", state, "U0ANA", BooksView(), updated_ms)


def test_campaigns_that_need_somebody_come_first_and_the_latest_first_within_a_state() -> None:
    lines = (
        line("stopped", State.STOPPED),
        line("older", State.RUNNING, 1),
        line("newer", State.RUNNING, 2),
        line("held", State.BLOCKED),
    )
    said = words(list(lists.listing(lines, ZONE).blocks))
    order = [said.index(f'"{name}"') for name in ("held", "newer", "older", "stopped")]
    assert order == sorted(order)


def test_what_paused_itself_stands_before_what_runs_and_what_somebody_paused_after() -> None:
    itself = msgspec.structs.replace(line("itself", State.PAUSED), reason="template_errors")
    lines = (line("somebody", State.PAUSED), line("going", State.RUNNING), itself)
    said = words(list(lists.listing(lines, ZONE).blocks))
    order = [said.index(f'"{name}"') for name in ("itself", "going", "somebody")]
    assert order == sorted(order)


def test_every_state_has_its_place_in_the_list() -> None:
    assert set(lists._RANK) == set(State)


def test_a_list_has_pages_of_ten() -> None:
    lines = tuple(line(f"n{number}", State.DRAFT) for number in range(21))
    said = words(list(lists.listing(lines, ZONE, 2).blocks))
    assert "Page 3 of 3" in said
    assert said.count('"n9"') == 1


def test_a_list_is_a_table_with_numbers_at_the_right() -> None:
    books = BooksView(qualified=1_500, sent=1_204, pending=296)
    running = CampaignLine("c1", "Spring sale", "past_behaviour", "running", "U0ANA", books, 0)
    blocks = lists.listing((running,), ZONE).blocks
    (table,) = [block for block in blocks if block["type"] == "table"]
    row = table["rows"][1]
    assert [row[n]["text"] for n in (0, 1, 2, 3, 5)] == [
        "Spring sale",
        "Running",
        "1,204",
        "296",
        "-",
    ]
    aligned = [each["align"] for each in table["column_settings"]]
    assert aligned == ["left", "left", "right", "right", "left", "left", "left"]


@pytest.mark.parametrize(
    ("state", "more", "lead", "at_ms"),
    [
        ("running", {"published_ms": 2_000}, "published", 2_000),
        ("paused", {"published_ms": 2_000}, "published", 2_000),
        ("awaiting_next_run", {"published_ms": 2_000, "next_ms": 9_000}, "next run", 9_000),
        ("scheduled", {"published_ms": 2_000, "next_ms": 9_000}, "next run", 9_000),
        ("draft", {}, "changed", 1_000),
        ("in_review", {"published_ms": 2_000}, "changed", 1_000),
        ("completed", {"published_ms": 2_000}, "ended", 1_000),
    ],
)
def test_a_list_says_when_in_the_readers_own_zone(
    state: str, more: dict[str, int], lead: str, at_ms: int
) -> None:
    shown = msgspec.structs.replace(line("Spring", State(state), 1_000), last_ms=5_000, **more)
    (table,) = [b for b in lists.listing((shown,), ZONE).blocks if b["type"] == "table"]
    when, last = (table["rows"][1][n]["elements"][0]["elements"] for n in (4, 5))
    assert [when[0]["text"], when[1]["timestamp"]] == [f"{lead} ", at_ms // 1_000]
    assert [each["timestamp"] for each in last] == [5]


def test_who_sees_no_table_reads_the_names_in_the_text() -> None:
    text = lists.listing((line("Win <!channel> back", State.PAUSED),), ZONE).text
    assert text == "1 campaign: Win &lt;!channel&gt; back (paused)"


def test_what_runs_and_is_to_be_changed_needs_somebody() -> None:
    asked = msgspec.structs.replace(line("asked", State.RUNNING), amends=True)
    held = msgspec.structs.replace(line("held", State.BLOCKED), amends=True)
    shown = words(list(lists.listing((line("runs", State.RUNNING, 9), asked, held), "UTC").blocks))
    assert shown.index("held") < shown.index("asked") < shown.index("runs")
    assert "Running, a change in review" in shown
