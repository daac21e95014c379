import msgspec
import pytest
from msgspec.structs import replace

from domain.audience import (
    EVERYONE,
    All,
    AnyOf,
    Count,
    Did,
    DidNot,
    Filter,
    Node,
    Not,
    Property,
)
from domain.campaign import Campaign, Delivery, Limits
from domain.summary import describe_node, summary
from domain.toml_source import check
from tests.domain.definitions import LIVE, NOW_MS, PAST, ZONE, example


@pytest.mark.parametrize(
    ("node", "lines"),
    [
        (EVERYONE, ["everyone"]),
        (AnyOf(()), ["nobody"]),
        (Property("plan", "equals", "pro"), ['plan is "pro"']),
        (Property("vip", "not_equals", True), ["vip is not true"]),
        (Property("age", "between", (18, 30)), ["age from 18 to 30"]),
        (Property("email", "does_not_exist"), ["email is not known"]),
        (Property("country", "in", ("NO", "SE")), ['country is one of "NO", "SE"']),
        (
            Property("n", "in", tuple(range(12))),
            ["n is one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 2 more"],
        ),
        (Property("born", "before", "2000-01-01"), ['born before "2000-01-01"']),
        (
            Did("Order Completed", (Filter("revenue", ">", 50),), Count(value=2), 180),
            ['did "Order Completed" at least 2 times in the last 180 days, with revenue over 50'],
        ),
        (Did("A"), ['did "A" at least once']),
        (Did("A", count=Count("=", 2)), ['did "A" exactly twice']),
        (Did("A", count=Count("<", 3, include_zero=True), days=1), None),
        (
            DidNot("A", (Filter("p", "<=", 1.5), Filter("q", "contains", "x")), 30),
            ['did not do "A" in the last 30 days, with p at most 1.5 and q contains "x"'],
        ),
        (
            Not(AnyOf((Property("a", "exists"), All((DidNot("B"), Did("C")))))),
            [
                "not: any of these:",
                "  a is known",
                "  all of these:",
                '    did not do "B"',
                '    did "C" at least once',
            ],
        ),
        (All((Property("a", "exists"),)), ["a is known"]),
    ],
)
def test_an_audience_is_told_in_plain_english(node: Node, lines: list[str] | None) -> None:
    expected = lines or ['did "A" fewer than 3 times, or never, in the last day']
    assert describe_node(node) == expected


def test_a_live_campaign_is_told_whole() -> None:
    campaign = check(example("live-cart"), now_ms=NOW_MS, zone=ZONE)
    assert isinstance(campaign, Campaign)
    assert summary(campaign, ZONE) == [
        (
            "Who",
            (
                'Whoever does "Product Added", with price at least 50 and currency is one of'
                ' "EUR", "NOK", if the user also fits all of these:\n'
                "  email is known\n"
                '  did "Order Completed" at least once in the last 365 days\n'
                '  not: plan is "staff"'
            ),
        ),
        (
            "What",
            (
                '"Cart Reminder Sent" with email and identity\n'
                "profile: first_name, email\n"
                "event properties: product_id, price\n"
                "headline (required): {{ Profile.first_name | default: 'Hello' }},"
                " your {{ Event.name }} is waiting\n"
                "price: {{ Event.price }}"
            ),
        ),
        (
            "When",
            (
                "From publishing on, until Tuesday 2030-12-31 at 23:00 (Europe/Oslo)\n"
                "What happens during a pause is dropped"
            ),
        ),
        ("How many", "At most 20,000 in total, at most 500 a day"),
        (
            "Do not disturb",
            "21:30 to 08:00 where the user is; what falls due then is sent afterwards",
        ),
        ("Control group", "5 % of those who qualify get nothing, to compare"),
        ("Labels", "cart, spring"),
    ]


def test_a_campaign_of_past_behaviour_for_everyone_says_so() -> None:
    assert summary(PAST, ZONE) == [
        ("Who", "Everyone"),
        ("What", '"Campaign Message Sent" with email and identity'),
        ("When", "Once, as soon as it is published (Europe/Kyiv)"),
        ("How many", "No cap"),
        ("Do not disturb", "None"),
        ("Control group", "None of its own; the system control group gets nothing"),
    ]


def test_a_live_campaign_without_a_filter_names_its_event_alone() -> None:
    assert summary(LIVE, ZONE)[0] == ("Who", 'Whoever does "Product Added"')


def test_the_safety_limit_is_told() -> None:
    campaign = msgspec.structs.replace(
        PAST, limits=msgspec.structs.replace(PAST.limits, cap_per_run=5, safety_limit=10)
    )
    assert dict(summary(campaign, ZONE))["How many"] == (
        "At most 5 a run\nSafety limit: it does not start if more than 10 qualify"
    )


@pytest.mark.parametrize(
    ("delivery", "said"),
    [
        (
            Delivery(on_ambiguous="hold"),
            (
                "Not sent later than 72 hours after it fell due\n"
                "What may or may not have arrived waits for a person"
            ),
        ),
        (
            Delivery(expires_minutes=90),
            (
                "Not sent later than 90 minutes after it fell due\n"
                "What may or may not have arrived is sent again under the same id"
            ),
        ),
        (
            Delivery(anonymous=True),
            (
                "Not sent later than 72 hours after it fell due\n"
                "What may or may not have arrived is sent again under the same id\n"
                "Also to anonymous users, of whom only a device is known: to its anonymousId"
            ),
        ),
        (
            Delivery(expires_minutes=60),
            (
                "Not sent later than an hour after it fell due\n"
                "What may or may not have arrived is sent again under the same id"
            ),
        ),
    ],
)
def test_a_campaign_that_chose_how_to_be_delivered_says_so(delivery: Delivery, said: str) -> None:
    assert ("Delivery", said) in summary(msgspec.structs.replace(PAST, delivery=delivery), ZONE)


@pytest.mark.parametrize(
    ("limits", "takes"),
    [
        (Limits(), "10,000 take 8 h 29 min"),
        (Limits(cap_total=9_000, cap_per_run=100), "a full cap of 100 takes 5 min 5 s"),
    ],
)
def test_a_throttle_says_how_long_it_takes(limits: Limits, takes: str) -> None:
    slow = replace(PAST, limits=limits, delivery=Delivery(messages_per_5_minutes=100))
    told = dict(summary(slow, "UTC"))["Delivery"]
    assert told.endswith(f"No faster than 100 messages in 5 minutes: {takes}")


@pytest.mark.parametrize(
    ("reach", "takes"),
    [
        (0, "10,000 take 8 h 29 min"),
        (1, "the 1 that it reaches now takes 4 s"),
        (60, "the 60 that it reaches now take 3 min 3 s"),
    ],
)
def test_a_throttle_says_how_long_it_takes_for_those_it_reaches(reach: int, takes: str) -> None:
    slow = replace(PAST, limits=Limits(), delivery=Delivery(messages_per_5_minutes=100))
    assert dict(summary(slow, "UTC", reach=reach))["Delivery"].endswith(f" in 5 minutes: {takes}")
