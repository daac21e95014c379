"""The wiring: what the configuration says is what each part is told."""

from pathlib import Path

import msgspec

from clarion.config import Account, Ingest, Review, Segment, Slack
from clarion.process import bot_settings, engine_settings, ingest_settings, ready_path
from clarion.secrets_file import Secrets
from clarion.settings import Settings

SETTINGS = Settings(
    account=Account(zone="Europe/Oslo"),
    ingest=Ingest(host="127.0.0.2", port=1, body_bytes_max=2, waiting_bytes_max=3),
    segment=Segment(
        url="http://127.0.0.1:9",
        messages_per_second=4,
        requests_at_once_max=5,
        timeout_seconds=6.0,
    ),
    slack=Slack(
        mode="http",
        api_url="http://127.0.0.1:8/api/",
        http_host="127.0.0.3",
        http_port=7,
        review_channel="C1",
        alerts_channel="C2",
        marketers=("U1",),
    ),
    review=Review(required=False, approvers=("U2",)),
    secrets=Secrets(
        slack_bot_token="xoxb-s",
        slack_app_token="xapp-s",
        slack_signing_secret="sign-s",
        segment_write_key="write-s",
        ingest_keys=("in-s",),
    ),
)


def test_the_bot_is_told_everything_of_slack() -> None:
    told = bot_settings(SETTINGS)
    assert msgspec.structs.asdict(told) == {
        "mode": "http",
        "api_url": "http://127.0.0.1:8/api/",
        "bot_token": "xoxb-s",
        "app_token": "xapp-s",
        "signing_secret": "sign-s",
        "host": "127.0.0.3",
        "port": 7,
        "review_channel": "C1",
        "alerts_channel": "C2",
        "marketers": ("U1",),
        "zone": "Europe/Oslo",
    }


def test_the_engine_is_told_pace_zone_and_the_rules_of_review() -> None:
    told = engine_settings(SETTINGS)
    assert (told.zone, told.segment_url, told.write_key) == (
        "Europe/Oslo",
        "http://127.0.0.1:9",
        "write-s",
    )
    assert (told.pace.messages_per_second, told.pace.requests_at_once_max) == (4, 5)
    assert told.timeout_seconds == 6.0
    assert (told.house.review_required, told.house.approvers) == (False, ("U2",))


def test_ingest_is_told_its_door_its_keys_and_its_limits() -> None:
    assert msgspec.structs.asdict(ingest_settings(SETTINGS)) == {
        "host": "127.0.0.2",
        "port": 1,
        "keys": ("in-s",),
        "body_bytes_max": 2,
        "waiting_bytes_max": 3,
    }


def test_no_secret_shows_in_what_the_parts_are_told() -> None:
    parts = (bot_settings, engine_settings, ingest_settings)
    shown = f"{SETTINGS!r} {[part(SETTINGS) for part in parts]!r}"
    assert [s for s in ("xoxb-s", "xapp-s", "sign-s", "write-s", "in-s") if s in shown] == []


def test_a_ready_daemon_says_so_in_its_folder() -> None:
    assert ready_path(Path("data")) == Path("data/daemon.json")
