"""Inaction as Apache Flink does it: a keyed function with event-time timers in a MiniCluster.

The job is `flink/Inaction.java`; Flink's jars are fetched by `make bench-flink`.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from bench.inaction_stream import DISORDER_MS, WITHIN_MS, Fired, Happened, read, write
from bench.timing import ROUNDS, Took

ROOT = Path(__file__).parent.parent
JARS = ROOT / ".flink" / "pyflink" / "lib"
SOURCE = Path(__file__).parent / "flink" / "Inaction.java"
HEAP = "-Xmx2g"
OPENS = ("lang", "net", "io", "nio", "text", "time", "util", "util.concurrent")
"""Packages of Java that Flink looks into."""


class Way(NamedTuple):
    """How Flink keeps its state, and how often it makes it durable (0: never)."""

    words: str
    backend: str
    checkpoint_every_ms: int
    parallelism: int = 1


WAYS = (
    Way("in memory, not durable", "hashmap", 0),
    Way("in memory, not durable, on 2 cores", "hashmap", 0, parallelism=2),
    Way("in memory, a checkpoint a second", "hashmap", 1_000),
    Way("RocksDB, a checkpoint a second", "rocksdb", 1_000),
)


class Played(NamedTuple):
    """How long each round in one virtual machine took, and what fired in all of them alike."""

    way: Way
    rounds: list[Took]
    fired: Fired


def missing() -> str | None:
    """Return why Flink cannot be measured here, or None."""
    if shutil.which("java") is None or shutil.which("javac") is None:
        return "Flink is left out: there is no java and javac (11 or newer) on the PATH."
    if not list(JARS.glob("flink-dist-*.jar")):
        return "Flink is left out: its jars are not here yet; `make bench-flink` fetches them."
    return None


def play(events: Sequence[Happened]) -> list[Played]:
    """Play the job in each way; raise `CalledProcessError` if Java fails, its words on stderr."""
    with tempfile.TemporaryDirectory(prefix="clarion-bench-") as name:
        folder = Path(name)
        write(events, folder / "stream.tsv")
        classes = folder / "classes"
        libraries = f"{JARS}/*"
        compiler = ["javac", "-nowarn", "-d", str(classes), "-cp", libraries, str(SOURCE)]
        subprocess.run(compiler, check=True)
        return [_play(folder, way, f"{classes}:{libraries}") for way in WAYS]


def _play(folder: Path, way: Way, libraries: str) -> Played:
    fired, checkpoints = folder / "fired.tsv", folder / "checkpoints"
    numbers = (way.checkpoint_every_ms, way.parallelism, ROUNDS)
    java = [
        *("java", HEAP, *(f"--add-opens=java.base/java.{name}=ALL-UNNAMED" for name in OPENS)),
        *("-Dlog4j2.level=ERROR", "-cp", libraries, SOURCE.stem),
        *(str(folder / "stream.tsv"), str(fired), str(WITHIN_MS), str(DISORDER_MS), way.backend),
        *(str(number) for number in numbers),
        str(checkpoints),
    ]
    answer = subprocess.run(java, check=True, stdout=subprocess.PIPE, text=True)
    shutil.rmtree(checkpoints, ignore_errors=True)
    lines = (map(float, line.split()) for line in answer.stdout.splitlines())
    return Played(way, [Took(*numbers) for numbers in lines], read(fired))
