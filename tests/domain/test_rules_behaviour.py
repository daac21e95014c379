from typing import Any

import pytest

from domain.audience import (
    Amount,
    Count,
    Dates,
    DaysAgo,
    Did,
    DidAverage,
    DidFirst,
    DidMostly,
    DidOnDays,
    DidShare,
    DidSum,
    Doing,
    Filter,
    Hours,
    Minutes,
    Node,
    SameValue,
    Step,
    StepNot,
)
from domain.rules_behaviour import ALSO_MAX, HOURS_MAX, STEPS_MAX
from domain.rules_who import node_problems

BAD = (Filter("", "exists"),)


def told(node: Node) -> list[tuple[str, str]]:
    return [(problem.where, problem.what) for problem in node_problems(node, "who")]


@pytest.mark.parametrize(
    ("node", "where", "what"),
    [
        (Did("A", also=(Doing("", ()),)), "who.also[0].event", "It is empty."),
        (Did("A", also=(Doing("B", BAD),)), "who.also[0].where[0].property", "It is empty."),
        (
            Did("A", also=(Doing("A"),)),
            "who.also",
            "It has the same event more than once.",
        ),
        (
            Did("A", also=tuple(Doing(f"B{n}") for n in range(ALSO_MAX + 1))),
            "who.also",
            "There are 10 further events; at most 9 are possible.",
        ),
        (
            Did("A", days=3, period=Hours(3)),
            "who.period",
            "It has a period and days as well.",
        ),
        (Did("A", period=Hours(0)), "who.period.last", "0 is not possible."),
        (Did("A", period=Minutes(-5)), "who.period.last", "-5 is not possible."),
        (
            Did("A", period=DaysAgo((-1, 3))),
            "who.period.between",
            "-1 and 3 days ago are not possible.",
        ),
        (Did("A", period=Dates()), "who.period", "It has neither a first nor a last date."),
        (
            Did("A", period=Dates("29.03.2026")),
            "who.period.first",
            '"29.03.2026" is no date from 1970 to 2199.',
        ),
        (
            Did("A", period=Dates(None, "9999-12-31")),
            "who.period.last",
            '"9999-12-31" is no date from 1970 to 2199.',
        ),
        (
            Did("A", period=Dates("2026-03-29", "2026-03-28")),
            "who.period.last",
            "The last date is before the first.",
        ),
        (Did("A", time_of_day=("9:00", "10:00")), "who.time_of_day", '"9:00" is no time of day.'),
        (
            Did("A", time_of_day=("24:00", "10:00")),
            "who.time_of_day",
            '"24:00" is no time of day.',
        ),
        (
            Did("A", time_of_day=("09:00", "09:00")),
            "who.time_of_day",
            "It begins and ends at the same time.",
        ),
        (
            Did("A", weekdays=("monday", "monday")),
            "who.weekdays",
            '"monday" is there more than once.',
        ),
        (
            Did("A", count=Count("between", 3)),
            "who.count.value",
            '"between" needs two numbers.',
        ),
        (
            Did("A", count=Count("=", (1, 3))),
            "who.count.value",
            '"=" needs one number.',
        ),
        (
            DidOnDays("A", count=Count("between", (3, 1))),
            "who.count.value",
            "The two numbers are not in order.",
        ),
        (DidOnDays("A", count=Count(">", -1)), "who.count.value", "-1 times are not possible."),
        (DidFirst(""), "who.event", "It is empty."),
        (DidSum("A", "", Amount(">", 1)), "who.property", "It is empty."),
        (
            DidSum("A", "p", Amount(">", 1e16)),
            "who.amount.value",
            "1e+16 is too large to be compared exactly.",
        ),
        (
            DidAverage("A", "p", Amount("between", 1)),
            "who.amount.value",
            '"between" needs two numbers.',
        ),
        (DidMostly("A", "p", "x" * 1_001), "who.value", None),
        (DidMostly("A", "p", float("nan")), "who.value", None),
        (DidShare("A", "p", 1, 0), "who.percent", "0 % is not possible."),
        (DidShare("A", "p", 1, 101), "who.percent", "101 % is not possible."),
        (SameValue("", (Step("A"),)), "who.property", "It is empty."),
        (SameValue("p", ()), "who.did", "No step needs an event, so there is no value to hold."),
        (
            SameValue("p", (Step("A", count=Count("<", 3, include_zero=True)),)),
            "who.did",
            "No step needs an event, so there is no value to hold.",
        ),
        (
            SameValue("p", (Step("A"),), tuple(StepNot(f"B{n}") for n in range(STEPS_MAX))),
            "who.did",
            "There are 11 steps; at most 10 are possible.",
        ),
        (SameValue("p", (Step("A", property=""),)), "who.did[0].property", "It is empty."),
        (SameValue("p", (Step("A", days=0),)), "who.did[0].days", "0 days are not possible."),
        (
            SameValue("p", (Step("A"),), (StepNot("B", BAD),)),
            "who.did_not[0].where[0].property",
            "It is empty.",
        ),
    ],
)
def test_what_nobody_could_meet_is_refused_at_its_place(
    node: Node, where: str, what: str | None
) -> None:
    ((place, said),) = told(node)
    assert (place, said) == (where, said if what is None else what)


@pytest.mark.parametrize(
    "more",
    [
        {"period": Hours(HOURS_MAX)},
        {"period": DaysAgo((30, 0))},
        {"period": Dates("2026-01-01")},
        {"time_of_day": ("22:00", "06:00"), "weekdays": ("monday", "sunday")},
        {"also": (Doing("B"), Doing("A", (Filter("p", "exists"),)))},
        {"count": Count("between", (0, 3), include_zero=True)},
    ],
)
def test_what_somebody_could_meet_is_accepted(more: dict[str, Any]) -> None:
    assert told(Did("A", **more)) == []
