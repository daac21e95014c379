import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

READY_SECONDS_MAX = 30.0


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
        deadline = time.monotonic() + READY_SECONDS_MAX
        assert daemon.stderr is not None
        line = ""
        while "is ready" not in line and time.monotonic() < deadline:
            line = daemon.stderr.readline()
            assert line, "the daemon ended before it was ready"
        files = {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}
        assert {"clarion.db", "audience.duckdb", "daemon.json", "clarion.sock"} <= files.keys()
        assert not [name for name, mode in files.items() if mode & 0o077]
    finally:
        daemon.send_signal(signal.SIGTERM)
        daemon.communicate(timeout=READY_SECONDS_MAX)
    assert daemon.returncode == 0  # though it was told to stop at the moment when it was ready
    assert not (folder / "daemon.json").exists()
