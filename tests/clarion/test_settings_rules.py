import pytest
from msgspec import Struct, structs

from clarion.config import (
    Account,
    Audience,
    Config,
    Data,
    Ingest,
    IngestSource,
    Segment,
    Slack,
)
from clarion.settings_rules import missing_for_the_daemon, value_problems
from domain.roles import RoleLists


def wrong(section: str, value: Struct) -> list[str]:
    config = structs.replace(Config(), **{section: value})
    return [problem.where for problem in value_problems(config)]


def test_every_default_is_in_order() -> None:
    assert list(value_problems(Config())) == []


@pytest.mark.parametrize(
    ("section", "value", "where"),
    [
        ("account", Account(name=" "), "account.name"),
        ("account", Account(zone="EST"), "account.zone"),
        ("account", Account(zone=""), "account.zone"),
        ("data", Data(place=""), "data.folder"),
        ("slack", Slack(digest="9:00"), "slack.digest"),
        ("slack", Slack(digest="24:00"), "slack.digest"),
        ("ingest", Ingest(host="a host"), "ingest.host"),
        ("ingest", Ingest(port=65_536), "ingest.port"),
        ("ingest", Ingest(body_bytes_max=1), "ingest.body_bytes_max"),
        ("ingest", Ingest(waiting_bytes_max=5_000), "ingest.waiting_bytes_max"),
        ("ingest", Ingest(sources=(IngestSource("a b"),)), "ingest.sources[0].name"),
        ("ingest", Ingest(sources=(IngestSource("default"),)), "ingest.sources[0].name"),
        (
            "ingest",
            Ingest(sources=(IngestSource("a-b"), IngestSource("A_B"))),
            "ingest.sources[1].name",
        ),
        ("audience", Audience(memory_mb_max=1), "audience.memory_mb_max"),
        ("audience", Audience(threads_max=0), "audience.threads_max"),
        ("segment", Segment(url="ftp://host"), "segment.url"),
        ("segment", Segment(url="https://host/v1/batch"), "segment.url"),
        ("segment", Segment(url="https://[host"), "segment.url"),
        ("segment", Segment(url="https://me:key@host"), "segment.url"),
        ("segment", Segment(url="http://api.segment.io"), "segment.url"),
        ("segment", Segment(messages_per_second=0), "segment.messages_per_second"),
        ("segment", Segment(requests_at_once_max=65), "segment.requests_at_once_max"),
        ("segment", Segment(timeout_seconds=0.0), "segment.timeout_seconds"),
        ("slack", Slack(api_url="https://slack.com/api"), "slack.api_url"),
        ("slack", Slack(http_host=""), "slack.http_host"),
        ("slack", Slack(http_port=-1), "slack.http_port"),
        ("slack", Slack(mode="http", http_port=8640), "slack.http_port"),
        ("slack", Slack(review_channel="#reviews"), "slack.review_channel"),
        ("slack", Slack(undo_seconds=-1), "slack.undo_seconds"),
        ("slack", Slack(undo_seconds=601), "slack.undo_seconds"),
        ("slack", Slack(alerts_channel="alerts"), "slack.alerts_channel"),
        ("roles", RoleLists(marketers=("U0ANA00001", "ana")), "roles.marketers[1]"),
        ("roles", RoleLists(approvers=("a b",)), "roles.approvers[0]"),
    ],
)
def test_a_value_that_cannot_work_is_named(section: str, value: Struct, where: str) -> None:
    assert wrong(section, value) == [where]


@pytest.mark.parametrize("url", ["http://127.0.0.1:80", "http://localhost:1", "http://[::1]:2"])
def test_this_machine_may_be_reached_without_tls(url: str) -> None:
    assert wrong("segment", Segment(url=url)) == []


def test_channels_are_needed_unless_slack_is_off() -> None:
    assert len(list(missing_for_the_daemon(Config()))) == 2
    assert list(missing_for_the_daemon(Config(slack=Slack(mode="off")))) == []


@pytest.mark.parametrize(("days", "places"), [
    (0, []), (29, ["data.keep_events_days"]), (30, []), (3_650, []),
    (3_651, ["data.keep_events_days"]), (-1, ["data.keep_events_days"]),
])  # fmt: skip
def test_events_are_kept_for_ever_or_for_a_month_at_least(days: int, places: list[str]) -> None:
    assert wrong("data", Data(keep_events_days=days)) == places
