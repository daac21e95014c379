import json
from collections import Counter
from datetime import UTC, datetime
from hashlib import sha256
from itertools import islice, pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sandbox.segment.rules import fault_of
from sandbox.shop import Shop
from sandbox.shop.iso import iso

START_MS = 1_790_000_000_000
DAY_MS = 86_400_000


@pytest.fixture(scope="module")
def history() -> list[dict[str, Any]]:
    return list(Shop(7, start=START_MS).history(30))


def digest(seed: int) -> str:
    """Everything that a shop says, byte for byte."""
    shop = Shop(seed, users=40, start=START_MS)
    live = islice(shop.live(5, START_MS), 300)
    said = [shop.identifies(), list(shop.history(10)), list(live)]
    return sha256(json.dumps(said).encode()).hexdigest()


def test_the_same_seed_says_the_same_byte_for_byte() -> None:
    assert digest(3) == digest(3)


def test_another_seed_says_something_else() -> None:
    assert digest(3) != digest(4)


def test_a_history_is_ordered_and_ends_before_the_start(history: list[dict[str, Any]]) -> None:
    times = [event["timestamp"] for event in history]
    assert times == sorted(times)
    assert iso(START_MS - 30 * DAY_MS) <= times[0] < times[-1] < iso(START_MS)


def test_a_month_of_500_people_is_thousands_of_events_of_each_kind(
    history: list[dict[str, Any]],
) -> None:
    kinds = Counter(event.get("event", event["type"]) for event in history)
    assert kinds["identify"] == 500
    assert kinds["Product Viewed"] > kinds["Product Added"] > kinds["Order Completed"] > 500


def test_everybody_is_identified_before_they_do_anything(history: list[dict[str, Any]]) -> None:
    known: set[str] = set()
    for event in history:
        if event["type"] == "identify":
            known.add(event["userId"])
        assert event["userId"] in known


def test_no_two_events_share_a_message_id(history: list[dict[str, Any]]) -> None:
    shop = Shop(7, start=START_MS)
    others = [*shop.identifies(), *islice(shop.live(5, START_MS), 2_000)]
    ids = [event["messageId"] for event in [*history, *others]]
    assert len(set(ids)) == len(ids)


def test_segment_would_drop_none_of_it(history: list[dict[str, Any]]) -> None:
    assert {fault_of(event, "batch") for event in history} == {None}


def test_people_shop_in_the_evening_of_their_own_day(history: list[dict[str, Any]]) -> None:
    hours: Counter[int] = Counter()
    for event in history:
        moment = datetime.fromisoformat(event["timestamp"])
        hours[moment.astimezone(ZoneInfo(event["context"]["timezone"])).hour] += 1
    evening, night = (sum(hours[h] for h in span) for span in (range(18, 22), range(1, 5)))
    assert evening > 8 * night


def test_the_live_stream_keeps_the_rate_from_its_first_minutes_on() -> None:
    shop = Shop(7, start=START_MS)
    for number in (1_500, 15_000):
        *_, last = islice(shop.live(5, START_MS), number)
        seconds = datetime.fromisoformat(last["timestamp"]).timestamp() - START_MS / 1000
        assert number / seconds == pytest.approx(5, rel=0.15)


def test_the_live_stream_is_ordered_and_begins_now() -> None:
    times = [e["timestamp"] for e in islice(Shop(7, start=START_MS).live(50, START_MS), 5_000)]
    assert times[0] >= iso(START_MS)
    assert all(one <= other for one, other in pairwise(times))


def test_the_start_may_be_a_datetime_with_a_zone() -> None:
    start = datetime.fromtimestamp(START_MS / 1000, UTC)
    assert Shop(1, 3, start=start).people == Shop(1, 3, start=START_MS).people


def test_a_start_without_a_zone_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="needs a time zone"):
        Shop(1, 3, start=datetime(2026, 3, 1))  # noqa: DTZ001 - that is the point
