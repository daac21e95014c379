"""Inaction side by side with Apache Flink: the same stream, the same users, and how long it takes.

The two do not do the same work; `DIFFERENCES` says what each does that the other does not.
"""

from bench import inaction_clarion, inaction_flink
from bench.inaction_stream import WITHIN_MS, Fired, Happened, judge, stream
from bench.timing import ROUNDS, Row, Took

DIFFERENCES = """\
Clarion stores every event and commits it (synchronous=FULL) before it is considered, keeps each
wait as a row, asks the log again in the transaction that fires, leaves a message in the outbox
and a line in the books, and knows an event that comes twice. Killed at any moment it goes on,
without a loss or a second message. Flink's job reads the stream from a file that somebody else
keeps, holds what waits in memory or in RocksDB, and tells its caller who fired. Without
checkpoints nothing of it outlives it; with them it goes back to the last one, and needs a
source that can be read again from there. It runs on as many machines as it is given. Flink's
time is its best round in a virtual machine that is warm, its job's start and end included;
Clarion's is its best round on a fresh folder, without its start."""


def measure() -> list[Row]:
    """Measure both; raise if anyone fires for others than the judge names, or at other moments."""
    print(DIFFERENCES)
    events = stream()
    right = judge(events)
    work = f"{len(events):,} events, {len(right):,} waits of {WITHIN_MS // 60_000} minutes are over"
    rows = _of_clarion(events, work, right)
    if (why := inaction_flink.missing()) is not None:
        print(why)
        return rows
    for played in inaction_flink.play(events):
        _same(right, played.fired, f"Flink, {played.way.words}")
        rows.append(_row(work, f"Flink, {played.way.words}", played.rounds, len(events)))
    print(f"All of them fired for the same {len(right):,} users and moments, in every round.")
    return rows


def _of_clarion(events: list[Happened], work: str, right: Fired) -> list[Row]:
    stored = [inaction_clarion.play(events, listens=False)[0] for _ in range(ROUNDS)]
    played = [inaction_clarion.play(events) for _ in range(ROUNDS)]
    for _, fired in played:
        _same(right, fired, "Clarion")
    return [
        _row(work, "Clarion, durable", [took for took, _ in played], len(events)),
        _row("the same events", "Clarion, stored and no more", stored, len(events)),
    ]


def _row(work: str, way: str, rounds: list[Took], events: int) -> Row:
    seconds, busy = min(took.seconds for took in rounds), min(took.busy for took in rounds)
    speed = f"{events / seconds:,.0f} events/s, {busy:.1f} s of a processor"
    return Row(work, f"{way}: {speed}", seconds)


def _same(right: Fired, fired: Fired, who: str) -> None:
    wrong = right ^ fired
    assert not wrong, f"{who}: {len(wrong):,} of {len(right):,} differ, as {sorted(wrong)[:3]}"
