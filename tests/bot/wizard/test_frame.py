import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from bot.conditions import OPERATORS
from bot.refs import RAN, RUNS, Memo, Ref
from bot.wizard.alsos import Also
from bot.wizard.bounds import LimitsValues
from bot.wizard.contents import Alternative, WhatValues
from bot.wizard.frame import placed
from bot.wizard.operands import Compared
from bot.wizard.ranges import RANGES, RangeValues
from bot.wizard.row import ALSO_MAX, COMPARED_MAX, KINDS, VALUED, Row, fresh_row
from bot.wizard.schedules import WhenValues
from bot.wizard.step import StepName
from bot.wizard.steps import ORDER
from bot.wizard.triggers import StartValues
from bot.wizard.values import Values
from bot.wizard.who import ROWS_MAX, WhoValues
from domain.periods import WEEKDAYS
from tests.bot.oracle import view_problems
from tests.bot.wizard.kit import view_of

LIVE = StartValues(kind="live")
WHEN, WHO, LIMITS = StepName.WHEN, StepName.WHO, StepName.LIMITS
VIEW_BLOCKS_MAX = 100
TEXT = st.text(max_size=3_500)
TYPES = st.lists(st.sampled_from(["text", "number", "flag", "time", "list"]), max_size=2).map(tuple)
COMPARED = st.builds(
    Compared,
    property=TEXT,
    operator=st.sampled_from(list(OPERATORS)),
    operand=TEXT | st.sampled_from(["1.50", "x, y", "2026-03-29", "true", "7"]),
    types=TYPES,
)
NAMES = st.lists(TEXT, max_size=3).map(tuple)
ROWS = st.builds(
    Row,
    kind=st.sampled_from(list(KINDS)),
    name=TEXT,
    compared=COMPARED,
    count=TEXT,
    range=st.builds(RangeValues, st.sampled_from(list(RANGES)), days=TEXT, hours=TEXT, ago_to=TEXT),
    boxes=st.just(("also", "clock", "zero", "not")),
    weekdays=st.just(WEEKDAYS),
    percent=TEXT,
    country=NAMES,
    city=NAMES,
    circles=TEXT,
).map(
    lambda row: structs.replace(
        row,
        choice=fresh_row(0, row.kind).choice,
        compared=structs.replace(row.compared, operator="equals")
        if row.kind in VALUED
        else row.compared,
    )
)


def numbered(rows: list[Row]) -> WhoValues:
    """Rows with numbers of their own, the last one open, with all that it may have."""
    told = [structs.replace(row, no=no) for no, row in enumerate(rows)]
    if told:
        where = tuple(structs.replace(told[0].compared, no=no) for no in range(COMPARED_MAX))
        also = tuple(Also(no, f"{no}{told[0].name}", told[0].circles) for no in range(ALSO_MAX))
        told[-1] = structs.replace(told[-1], where=where, also=also)
    return WhoValues(tuple(told), open=len(told) - 1, next=len(told))


KIND = st.sampled_from(["live", "past_behaviour"])


@settings(max_examples=60)
@given(
    st.builds(
        Values,
        start=st.builds(
            StartValues,
            name=TEXT,
            labels=TEXT,
            kind=KIND,
            event=TEXT,
            where=TEXT,
            wait=st.sampled_from(["at_once", "delay", "without", "date"]),
            more=st.just(("also", "first", "hold")),
            not_event=TEXT,
            delay=TEXT,
        ),
        who=st.lists(ROWS, max_size=3).map(lambda few: numbered(few * (ROWS_MAX // 3))),
        what=st.builds(
            WhatValues,
            key_values=TEXT,
            event=TEXT,
            topics=st.just(("more", "goal", "variants")),
            among=st.sampled_from(["split", "ab", "by_property"]),
            alternatives=st.lists(st.builds(Alternative, TEXT, TEXT, TEXT), max_size=12).map(tuple),
            profile=TEXT,
            goal=TEXT,
        ),
        when=st.builds(
            WhenValues,
            start=st.sampled_from(["now", "at", "dates", "repeat"]),
            unit=st.sampled_from(["days", "weeks", "months"]),
            personal=st.sampled_from(["everybody", "user_zone", "user_property", "best_time"]),
            dates=TEXT,
            zone=TEXT,
        ),
        limits=st.builds(
            LimitsValues,
            cap=TEXT,
            quiet=st.sampled_from(["none", "delay", "discard"]),
            topics=st.just(("user", "all", "control", "delivery")),
            control_groups=TEXT,
            windows=TEXT,
        ),
        at=st.sampled_from(StepName),
        seen=st.just(tuple(StepName)),
    )
)
def test_every_step_is_one_that_slack_takes_whatever_was_entered(values: Values) -> None:
    assert view_problems(view_of(values, Memo("C1", Ref("c1", "h" * 64), "c1"))) == []


@pytest.mark.parametrize("kind", list(KINDS))
def test_the_fullest_audience_has_room_with_all_its_problems(kind: str) -> None:
    row = structs.replace(
        fresh_row(0, kind),
        count_op="between",
        count="x",
        compared=Compared(types=("number",)),
        range=RangeValues("days_ago"),
        boxes=("also", "clock", "zero", "not"),
        time_from="09:00",
        also=tuple(Also(no, f"B{no}", "nonsense") for no in range(ALSO_MAX)),
        circles="nonsense",
    )
    full = structs.replace(
        numbered([row] * ROWS_MAX),
        rows=tuple(
            structs.replace(each, where=tuple(Compared(no, operator=">") for no in range(5)))
            for each in numbered([row] * ROWS_MAX).rows
        ),
    )
    view = view_of(Values(who=full, at=WHO, seen=(WHO,)), Memo("C1", fixed=RUNS))
    assert view_problems(view) == []
    assert len(view["blocks"]) <= VIEW_BLOCKS_MAX


@pytest.mark.parametrize(
    ("fixed", "said", "saves"),
    [
        (RUNS, "only what it says and its labels can change", "Ask for a review"),
        (RAN, "only its name, its labels and what it says", "Save draft"),
        ("", "", "Save draft"),
    ],
)
def test_an_edit_says_at_each_step_what_can_still_change(fixed: str, said: str, saves: str) -> None:
    memo = Memo("C1", Ref("c1", "h" * 64), "c1", fixed=fixed)
    views = {at: view_of(Values(at=at), memo) for at in StepName}
    for view in views.values():
        assert view_problems(view) == []
        assert said in str(view["blocks"])
        assert ("can change" in str(view["blocks"])) == bool(said)
    assert views[StepName.REVIEW]["submit"]["text"] == saves


def blocks(at: StepName, **values: object) -> frozenset[str]:
    view = view_of(structs.replace(Values(at=at), **values))
    return frozenset(b["block_id"] for b in view["blocks"] if b["type"] == "input")


@pytest.mark.parametrize(
    ("at", "values", "asked", "not_asked"),
    [
        (StepName.START, {"start": LIVE}, {"start.event"}, set()),
        (StepName.START, {}, {"start.name"}, {"start.event"}),
        (WHEN, {"start": LIVE}, {"when.end_date"}, set()),
        (WHEN, {}, {"when.start"}, {"when.end_date", "when.start_date"}),
        (WHEN, {"when": WhenValues(start="at")}, {"when.start_date", "when.start_time"}, set()),
        (LIMITS, {}, {"limits.safety"}, {"limits.quiet_from", "limits.safety_hour"}),
        (LIMITS, {"start": LIVE}, {"limits.safety_hour"}, {"limits.safety"}),
        (LIMITS, {"limits": LimitsValues(quiet="delay")}, {"limits.quiet_from"}, set()),
    ],
)
def test_a_step_asks_only_what_matters_now(
    at: StepName, values: dict[str, object], asked: set[str], not_asked: set[str]
) -> None:
    shown = blocks(at, **values)
    assert asked <= shown
    assert not not_asked & shown


def test_the_way_marks_what_is_done_and_what_has_a_problem() -> None:
    values = Values(what=WhatValues("no pair"), at=WHEN, seen=(WHO, StepName.WHAT))
    buttons = [each["text"]["text"] for each in view_of(values)["blocks"][0]["elements"]]
    assert buttons == [
        "1 Start",
        "✓ Who",
        "⚠ What",
        "4 When",
        "5 Limits",
        "6 Review",
    ]
    assert len(buttons) == len(ORDER)


def test_a_problem_of_an_input_that_is_not_shown_stands_beneath_the_first() -> None:
    view = {"blocks": [{"type": "section"}, {"type": "input", "block_id": "a"},
                       {"type": "input", "block_id": "b"}]}  # fmt: skip
    assert placed({"z": "No.", "b": "Yes."}, view) == {"a": "No.", "b": "Yes."}


def test_problems_are_seen_only_in_a_step_that_somebody_has_left() -> None:
    wrong = Values(limits=LimitsValues(cap="0"), at=LIMITS)
    assert ":warning:" not in str(view_of(wrong)["blocks"][1:])
    assert ":warning:" in str(view_of(structs.replace(wrong, seen=(LIMITS,)))["blocks"][1:])
