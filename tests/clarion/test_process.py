"""The wiring: what the configuration says is what each part is told."""

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import msgspec
from msgspec import structs

from actors.mail import Reach
from actors.sources import DEFAULT, Source
from clarion.client import ask
from clarion.config import Account, Control, Ingest, IngestSource, Review, Segment, Slack
from clarion.process import bot_settings, engine_settings, ingest_settings, ready_path
from clarion.secrets_file import Secrets
from clarion.settings import Settings
from clarion.source_secrets import SourceSecret
from domain.campaign import Campaign
from domain.control import Controls
from domain.roles import RoleLists
from tests.patience import PATIENCE_SECONDS

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
        digest="07:30",
        undo_seconds=30,
    ),
    control=Control(system_percent=4, groups={"Holdout": 5}),
    review=Review(required=False),
    roles=RoleLists(approvers=("U2",)),
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
        "zone": "Europe/Oslo",
        "digest": "07:30",
        "undo_seconds": 30,
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
    assert (told.house.review_required, told.house.roles.approvers) == (False, ("U2",))
    kept = structs.replace(SETTINGS, data=structs.replace(SETTINGS.data, keep_events_days=90))
    assert engine_settings(kept).house.keep_events_days == 90


def test_ingest_is_told_its_door_its_keys_and_its_limits() -> None:
    assert msgspec.structs.asdict(ingest_settings(SETTINGS)) == {
        "host": "127.0.0.2",
        "port": 1,
        "sources": (Source(DEFAULT, keys=("in-s",)),),
        "body_bytes_max": 2,
        "waiting_bytes_max": 3,
        "controls": Controls(4, {"Holdout": 5}),
    }


def test_each_source_has_the_key_and_the_secret_of_its_name() -> None:
    named = (IngestSource("web", "browser"), IngestSource("old", revoked=True))
    config = structs.replace(SETTINGS.ingest, sources=named)
    own = (SourceSecret("web", "web-s", "sig-s"), SourceSecret("old"))
    secrets = structs.replace(SETTINGS.secrets, sources=own)
    settings = structs.replace(SETTINGS, ingest=config, secrets=secrets)
    assert ingest_settings(settings).sources[1:] == (
        Source("web", "browser", ("web-s",), "sig-s"),
        Source("old", "server", (), "", revoked=True),
    )
    assert "web-s" not in repr(ingest_settings(settings))


def test_no_secret_shows_in_what_the_parts_are_told() -> None:
    parts = (bot_settings, engine_settings, ingest_settings)
    shown = f"{SETTINGS!r} {[part(SETTINGS) for part in parts]!r}"
    assert [s for s in ("xoxb-s", "xapp-s", "sign-s", "write-s", "in-s") if s in shown] == []


def test_a_ready_daemon_says_so_in_its_folder() -> None:
    assert ready_path(Path("data")) == Path("data/daemon.json")


def test_what_the_daemon_writes_is_its_owners_alone_even_in_an_open_folder(tmp_path: Path) -> None:
    """The copy of the audience holds people's data as much as the database does."""
    folder = tmp_path / "data"
    folder.mkdir()
    folder.chmod(0o755)
    config = tmp_path / "config.toml"
    config.write_text(
        f'[data]\nfolder = "{folder}"\n[ingest]\nport = 0\n[slack]\nmode = "off"\n'
        '[segment]\nurl = "http://127.0.0.1:9"\n'
    )
    keys = {"CLARION_SEGMENT_WRITE_KEY": "w" * 20, "CLARION_INGEST_KEYS": "i" * 20}
    command = [sys.executable, "-m", "clarion", "run", "--config", str(config)]
    daemon = subprocess.Popen(command, env=os.environ | keys, stderr=subprocess.PIPE, text=True)
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        assert daemon.stderr is not None
        line = ""
        while "is ready" not in line and time.monotonic() < deadline:
            line = daemon.stderr.readline()
            assert line, "the daemon ended before it was ready"
        ask(folder / "clarion.sock", Reach(definition=Campaign("x", "past_behaviour")))
        files = {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}
        assert {"clarion.db", "audience.duckdb", "daemon.json", "clarion.sock"} <= files.keys()
        assert not [name for name, mode in files.items() if mode & 0o077]
    finally:
        daemon.send_signal(signal.SIGTERM)
        daemon.communicate(timeout=PATIENCE_SECONDS)
    assert daemon.returncode == 0  # though it was told to stop at the moment when it was ready
    assert not (folder / "daemon.json").exists()
