"""Real input: every purchase of the CDNOW history, through Segment's official client."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import distribution
from pathlib import Path
from typing import NamedTuple

import segment.analytics
import segment.analytics.request
import trio

from sandbox.slack import ANA, BEN
from tests.system.acting import balanced, on_stage, publish, reaches

PURCHASES = 69_659
NAME = "Bought twice, then silent"
DEFINITION = f"""\
name = "{NAME}"
kind = "past_behaviour"

[who]
type = "all"
of = [
  {{ type = "did", event = "Order Completed", days = 180, count = {{ op = ">=", value = 2 }}, \
where = [{{ property = "revenue", op = ">", value = 50 }}] }},
  {{ type = "did_not", event = "Order Completed", days = 30 }},
]

[what.key_values]
coupon = "COME-BACK"
"""


class Purchase(NamedTuple):
    """One line of the file."""

    customer: str
    day: date
    revenue: float


def purchases() -> Iterator[Purchase]:
    """Read the file as it is, below its header: customer, day, number of discs, dollars."""
    path = Path(str(distribution("lifetimes").locate_file("lifetimes/datasets/CDNOW_master.txt")))
    for line in path.read_text().splitlines()[1:]:
        customer, day, _discs, dollars = line.split()
        yield Purchase(customer, datetime.strptime(day, "%Y%m%d").date(), float(dollars))  # noqa: DTZ007 - a day has no zone


def chosen(history: list[Purchase], today: date) -> set[str]:
    """Compute the audience from the file alone: no code of ours."""
    since, quiet = today - timedelta(days=180), today - timedelta(days=30)
    big = Counter(p.customer for p in history if p.day >= since and p.revenue > 50)
    lately = {p.customer for p in history if p.day >= quiet}
    return {customer for customer, times in big.items() if times >= 2} - lately


def send(url: str, key: str, history: list[Purchase], moved: timedelta) -> list[object]:
    """Send every purchase with the official client, its days moved so that the last is today."""
    problems: list[object] = []
    client = segment.analytics.Client(
        key,
        host=url,
        max_queue_size=PURCHASES + 1,
        upload_size=100,
        on_error=lambda error, _batch: problems.append(error),
        gzip=True,
        thread=4,
    )
    for purchase in history:
        day = purchase.day + moved
        client.track(
            purchase.customer,
            "Order Completed",
            {"revenue": purchase.revenue},
            timestamp=datetime(day.year, day.month, day.day, tzinfo=UTC),
        )
    client.shutdown()
    segment.analytics.request._session.close()  # the library keeps it for ever
    return problems


async def test_the_cdnow_history_selects_exactly_who_the_file_says(tmp_path: Path) -> None:
    history = list(purchases())
    assert len(history) == PURCHASES
    today = datetime.now(tz=UTC).date()
    moved = today - max(p.day for p in history)
    expected = chosen([p._replace(day=p.day + moved) for p in history], today)
    definition = tmp_path / "campaign.toml"
    definition.write_text(DEFINITION)

    async with on_stage(tmp_path, users=1, rate=2_000) as stage:
        problems = await trio.to_thread.run_sync(
            send, stage.ingest_url, stage.ingest_key, history, moved
        )
        assert problems == []
        await publish(stage, definition, NAME, author=ANA, other=BEN)
        view = await reaches(stage, NAME, "completed")
        receipts = Counter(message.user for message in stage.segment.accepted)

    assert set(receipts) == expected
    assert set(receipts.values()) == {1}
    assert view["books"]["qualified"] == view["books"]["sent"] == len(expected)
    assert balanced(view["books"])
