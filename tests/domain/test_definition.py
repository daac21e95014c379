import re
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from msgspec import structs

from domain import (
    content,
    definition,
    rules_behaviour,
    rules_control,
    rules_filters,
    rules_people,
    rules_trigger,
    rules_what,
    rules_who,
)
from domain.audience import (
    Amount,
    Comparison,
    Count,
    Did,
    Filter,
    Node,
    Operator,
    Period,
    Property,
    Step,
    Weekday,
)
from domain.campaign import (
    Campaign,
    DoNotDisturb,
    Limits,
    OnDate,
    Trigger,
    What,
    When,
    Without,
    plain,
)
from domain.definition import notes, problems, read
from domain.devices import DEVICES_MAX, FIELDS
from domain.goal import Goal
from domain.people import Channel
from domain.profile import BIRTH
from domain.toml_source import check
from tests.domain.definitions import EXAMPLES, LIVE, NOW_MS, PAST, ZONE, campaigns, example, sweep


def told(campaign: Campaign, **changes: Any) -> list[tuple[str, str]]:
    changed = msgspec.structs.replace(campaign, **changes)
    return [(p.where, p.what) for p in problems(changed, now_ms=NOW_MS, zone=ZONE)]


@sweep
@given(campaigns())
def test_a_valid_campaign_is_read_as_it_is(campaign: Campaign) -> None:
    assert read(plain(campaign), now_ms=NOW_MS, zone=ZONE) == campaign


@pytest.mark.parametrize(
    ("campaign", "changes", "where", "what"),
    [
        (PAST, {"name": ""}, "name", "It is empty."),
        (PAST, {"name": "x" * 81}, "name", "It has 81 characters; at most 80 are possible."),
        (
            PAST,
            {"labels": tuple(f"l{n}" for n in range(11))},
            "labels",
            "There are 11 labels; at most 10 are possible.",
        ),
        (PAST, {"labels": ("a", " b")}, "labels[1]", "It begins or ends with a space."),
        (PAST, {"labels": ("a", "a")}, "labels", '"a" is there more than once.'),
        (LIVE, {"trigger": None}, "trigger", "A live campaign needs a trigger."),
        (LIVE, {"trigger": Trigger("")}, "trigger.event", "It is empty."),
        (
            PAST,
            {"trigger": Trigger("A")},
            "trigger",
            "A past behaviour campaign is not triggered by an event.",
        ),
        (
            LIVE,
            {"trigger": Trigger("A", (Filter("p", "in", 1),))},
            "trigger.where[0].value",
            '"in" needs a list of values.',
        ),
        (LIVE, {"limits": Limits(cap_total=0)}, "limits.cap_total", "0 is not possible."),
        (LIVE, {"limits": Limits(cap_per_day=-1)}, "limits.cap_per_day", "-1 is not possible."),
        (
            LIVE,
            {"limits": Limits(cap_per_run=1)},
            "limits.cap_per_run",
            "A live campaign has no runs to cap.",
        ),
        (
            LIVE,
            {"limits": Limits(safety_limit=1)},
            "limits.safety_limit",
            "Who will qualify for a live campaign is not known before it starts.",
        ),
        (
            PAST,
            {"limits": Limits(cap_per_day=1)},
            "limits.cap_per_day",
            "All of a run falls due at one moment, so it has no cap per day.",
        ),
        (
            PAST,
            {"limits": Limits(control_percent=1)},
            "limits.control_percent",
            "1 % is not possible.",
        ),
        (
            PAST,
            {"limits": Limits(control_percent=100)},
            "limits.control_percent",
            "100 % is not possible.",
        ),
        (
            PAST,
            {"what": What(key_values={f"k{n}": "x" * 2_000 for n in range(34)})},
            "definition",
            "The definition has 68363 bytes; at most 65536 are possible.",
        ),
        (
            PAST,
            {"on_pause": "hold"},
            "on_pause",
            "A past behaviour campaign waits for no events, so it can hold none.",
        ),
        (
            PAST,
            {"do_not_disturb": DoNotDisturb("09:00", "09:00")},
            "do_not_disturb",
            "All day every day is refused: nobody could ever be messaged.",
        ),
    ],
)
def test_a_campaign_that_cannot_be_published_says_why(
    campaign: Campaign, changes: dict[str, Any], where: str, what: str
) -> None:
    assert told(campaign, **changes) == [(where, what)]


@pytest.mark.parametrize("percent", [0, 2, 99])
def test_a_control_group_may_be_none_or_from_2_to_99_percent(percent: int) -> None:
    assert told(PAST, limits=Limits(control_percent=percent)) == []


def test_every_side_of_a_campaign_is_looked_at_at_once() -> None:
    found = told(
        PAST,
        name="",
        trigger=Trigger("A"),
        when=When("2020-01-01T00:00"),
        what=What(event=""),
        limits=Limits(cap_total=0),
        do_not_disturb=DoNotDisturb("x", "y"),
    )
    assert [where for where, _ in found] == [
        "name",
        "trigger",
        "when.start",
        "what.event",
        "limits.cap_total",
        "do_not_disturb.start",
        "do_not_disturb.end",
    ]


@pytest.mark.parametrize("number", [10**30, -(10**30), 2**64])
def test_a_number_of_any_size_is_refused_without_harm(number: int) -> None:
    assert told(PAST, who=Property("n", "equals", number))[0][0] == "who.value"
    assert told(PAST, limits=Limits(cap_total=number))[0][0] == "limits.cap_total"
    assert told(PAST, who=Did("A", days=number))[0][0] == "who.days"


def told_of(data: dict[str, Any]) -> list[str]:
    found = read(data, now_ms=NOW_MS, zone=ZONE)
    assert isinstance(found, list)
    return [problem.where for problem in found]


def test_problems_of_shape_do_not_hide_problems_of_content() -> None:
    data = {
        "name": " a",
        "kind": "live",
        "trigger": {"event": 5, "where": [{"property": "p", "op": "in", "value": 5}]},
        "labls": [],
        "limits": {"cap_total": "5", "cap_per_day": 0},
    }
    assert told_of(data) == [
        "trigger.event",
        "labls",
        "limits.cap_total",
        "name",
        "trigger.where[0].value",
        "limits.cap_per_day",
    ]


def test_what_follows_from_a_problem_of_shape_is_not_told_as_another() -> None:
    data = {
        "name": "a",
        "kind": "live",
        "trigger": {"where": [{"property": "p", "op": "is", "value": [1]}]},
    }
    assert told_of(data) == ["trigger.where[0].op", "trigger.event"]
    assert told_of({"name": "a", "kind": "live", "trigger": "A"}) == ["trigger"]


def test_a_campaign_of_no_known_kind_is_told_only_what_holds_for_every_kind() -> None:
    data = {"name": "", "kind": "lives", "limits": {"cap_per_run": 5, "cap_per_day": 5}}
    assert told_of(data) == ["kind", "name"]


def test_notes_are_no_problems() -> None:
    campaign = msgspec.structs.replace(PAST, when=When("2026-03-29T03:30"))
    assert problems(campaign, now_ms=NOW_MS, zone=ZONE) == []
    assert [note.where for note in notes(campaign, zone=ZONE)] == ["when.start"]


REFERENCE = (EXAMPLES.parent / "reference" / "definition.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "struct",
    [
        Campaign,
        Trigger,
        Without,
        OnDate,
        Filter,
        When,
        What,
        Limits,
        DoNotDisturb,
        Goal,
        Count,
        Amount,
        Step,
        *get_args(Node),
    ],
)
def test_the_reference_names_every_field(struct: type[msgspec.Struct]) -> None:
    for name in struct.__struct_fields__:
        assert re.search(rf"[`\[.{{ ]{name}[`\] ]", REFERENCE), name


@pytest.mark.parametrize("op", get_args(Operator) + get_args(Comparison))
def test_the_reference_names_every_operator(op: str) -> None:
    assert f"`{op}`" in REFERENCE


@pytest.mark.parametrize(
    "limit",
    [
        f"1-{definition.NAME_CHARS_MAX} characters",
        f"At most {definition.LABELS_MAX}, of at most {definition.LABEL_CHARS_MAX} characters",
        f"1-{rules_behaviour.EVENT_CHARS_MAX} characters",
        f"properties, at most {rules_filters.FILTERS_MAX};",
        f"`property` has at most {rules_filters.PROPERTY_CHARS_MAX}",
        f"list of 1-{rules_filters.VALUES_MAX} values",
        f"at most {rules_filters.VALUE_CHARS_MAX:,} characters",
        f"up to {rules_filters.WHOLE_NUMBER_MAX:,};",
        f"at most {rules_behaviour.ALSO_MAX} |",
        f"trigger as well, at most {rules_trigger.EVENTS_MAX - 1}:",
        f"list of events, at most {rules_trigger.EVENTS_MAX} |",
        f"whole number, 1-{rules_trigger.WAIT_MINUTES_MAX} |",
        f"whole number, 0-{rules_trigger.GRACE_SECONDS_MAX} |",
        f"There may be {rules_behaviour.STEPS_MAX} steps",
        f"km }}`, 1-{rules_people.PLACES_MAX} |",
        f"the newest {DEVICES_MAX} tables",
        f"nested {rules_who.NODE_DEPTH_MAX} levels deep, and there may be {rules_who.NODES_MAX}",
        f"whole number, 1-{rules_behaviour.DAYS_MAX} |",
        f"1-{rules_what.EVENT_CHARS_MAX} characters",
        f"to include, at most {rules_what.CHOSEN_MAX};",
        f"At most {content.PAIRS_MAX} pairs: a key of at most {content.KEY_CHARS_MAX}",
        f"template of at most {rules_what.TEMPLATE_CHARS_MAX:,}",
        f"rendered value has at most {content.VALUE_CHARS_MAX}",
        f"at most {definition.DEFINITION_BYTES_MAX // 1024} KiB",
        f"0, or {rules_control.CONTROL_PERCENT_MIN}-{rules_control.CONTROL_PERCENT_MAX}",
    ],
)
def test_the_reference_has_the_limits_of_the_code(limit: str) -> None:
    assert limit in REFERENCE


def test_the_definitions_in_the_reference_have_no_problems() -> None:
    blocks = re.findall(r"```toml\n(.*?)```", REFERENCE, re.DOTALL)
    assert blocks[-2:] == [example("live-cart"), example("win-back")]
    for block in blocks:
        assert isinstance(check(block, now_ms=NOW_MS, zone=ZONE), Campaign)


def test_the_reference_has_an_example_of_every_condition() -> None:
    types = {str(each.__struct_config__.tag) for each in get_args(Node) + get_args(Period)}
    assert [each for each in sorted(types) if f'type = "{each}"' not in REFERENCE] == []


@pytest.mark.parametrize("field", [*FIELDS, *get_args(Channel), *BIRTH, *get_args(Weekday)[::6]])
def test_the_reference_names_what_profiles_and_devices_are_asked(field: str) -> None:
    assert re.search(rf'[`"]{field}[`"]', REFERENCE)


def test_a_campaign_is_named_after_nobody_who_would_be_notified() -> None:
    named = structs.replace(PAST, name="For @U0BEN00002")
    (found,) = problems(named, now_ms=NOW_MS, zone=ZONE)
    assert (found.where, found.fix) == ("name", "Leave out the @.")
