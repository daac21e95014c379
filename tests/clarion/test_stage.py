"""The stage of a demo: a real daemon between a local Slack and a local Segment."""

import stat
import tomllib
from pathlib import Path

import msgspec
import pytest
import trio

from clarion.process import Ready, ready_path
from clarion.socket_file import socket_path
from clarion.stage import DaemonFailed, Stage, free_port, open_stage


async def test_a_daemon_says_where_it_listens_and_that_it_has_gone(tmp_path: Path) -> None:
    async with open_stage(tmp_path, seed=1, users=1, zone="UTC", rate=10, ports=(0, 0, 0)) as stage:
        ready = msgspec.json.decode(ready_path(stage.data).read_bytes(), type=Ready)
        assert stage.daemon is not None
        assert (ready.pid, ready.ingest) == (stage.daemon.pid, stage.ingest_url)
        assert Path(ready.control) == socket_path(stage.data)
        assert stat.S_IMODE(stage.data.stat().st_mode) == 0o700
        assert stat.S_IMODE(socket_path(stage.data).stat().st_mode) == 0o600
        await stage.stop_daemon()
        assert stage.daemon.returncode == 0
        assert not ready_path(stage.data).exists()
        assert not socket_path(stage.data).exists()


async def test_a_marketer_on_the_stage_can_send_a_test(tmp_path: Path) -> None:
    async with open_stage(tmp_path, seed=1, users=1, zone="UTC", rate=10, ports=(0, 0, 0)) as stage:
        config = tomllib.loads(stage.config.read_text())
        assert config["review"]["test_users"] == [stage.shop.people[0].user_id]


async def test_the_local_slack_shows_the_bots_messages_as_the_manifest_turns_them(
    tmp_path: Path,
) -> None:
    async with open_stage(tmp_path, seed=1, users=1, zone="UTC", rate=10, ports=(0, 0, 0)) as stage:
        assert stage.slack.world.is_read_only


async def test_a_killed_daemon_starts_again_on_the_same_folder(tmp_path: Path) -> None:
    async with open_stage(tmp_path, seed=1, users=1, zone="UTC", rate=10, ports=(0, 0, 0)) as stage:
        before = stage.daemon
        await stage.kill_daemon()
        await stage.start_daemon()
        assert stage.daemon is not None
        assert before is not None
        assert stage.daemon.pid != before.pid


async def test_a_second_daemon_on_the_same_folder_is_refused_and_says_why(tmp_path: Path) -> None:
    async with open_stage(tmp_path, seed=1, users=1, zone="UTC", rate=10, ports=(0, 0, 0)) as stage:
        second = _beside(stage)
        with pytest.raises(DaemonFailed, match=str(stage.daemon and stage.daemon.pid)):
            await second.start_daemon()


def _beside(stage: Stage) -> Stage:
    """Return another stage on the same folder, which has not started its daemon."""
    return Stage(**{name: getattr(stage, name) for name in Stage.__slots__} | {"daemon": None})


async def test_the_log_names_no_secret(tmp_path: Path) -> None:
    async with open_stage(tmp_path, seed=1, users=5, zone="UTC", rate=10, ports=(0, 0, 0)) as stage:
        async with stage.sender() as sender:
            await sender.post(stage.shop.identifies())
        await stage.stop_daemon()
        log = await trio.Path(stage.log).read_text()
    secrets = [value for name, value in stage.environ.items() if name.startswith("CLARION_")]
    assert [secret for secret in secrets if secret in log] == []


def test_a_port_for_later_is_given_once_and_never_to_somebody_who_only_connects() -> None:
    first = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    ports = [free_port() for _ in range(100)]
    assert len(set(ports)) == 100
    assert max(ports) < max(first, 32_000)
