"""Whether a wall clock can be believed, judged by a clock that never jumps.

Expected is the time that was believed last, and what the steady clock has counted since. A wall
clock within `TOLERANCE_MS` of that is followed: ahead at once, backwards by standing still. One
that is further off has leapt. Then the time goes on as expected, never early, and whoever asks is
told of the leap, until the wall clock comes back or a person believes it.
"""

from msgspec import Struct, structs

TOLERANCE_MS = 2_000
"""What time daemons slew and step in a running machine; less than delivery's 5 s before
do-not-disturb, so that following it breaks no promise."""
DRIFT_PPM_MAX = 500
"""How much two clocks of one machine may drift apart: as much as a time daemon may correct. What
drifts is followed for ever; what steps again and again is not."""
ANCHOR_EVERY_MS = 10_000


class Leap(Struct, frozen=True):
    """The wall clock is off by `by_ms` (negative: behind), since the expected time `since_ms`."""

    by_ms: int
    since_ms: int


class Timeline(Struct, frozen=True):
    """What time it is, and why: `anchor_ms` was believed when the steady clock said `steady_ms`.

    `now_ms` is the latest time that anybody was told. `behind`: the wall clock started earlier
    than a time at which the daemon had run already, so any time from then on may be right.
    """

    anchor_ms: int
    steady_ms: int
    now_ms: int
    leap: Leap | None = None
    behind: bool = False


def begin(
    wall_ms: int, steady_ms: int, *, high_water_ms: int | None = None, noted: Leap | None = None
) -> Timeline:
    """Begin after a start. A clock that went back while nobody looked has leapt.

    `high_water_ms` is the latest time at which an earlier process is known to have run, and
    `noted` the leap that held it when it ended: a restart does not make a wrong clock right.
    """
    if high_water_ms is None:
        return believe(wall_ms, steady_ms)
    least_ms = high_water_ms - TOLERANCE_MS
    if noted is not None and noted.by_ms > 0 and wall_ms - noted.by_ms >= least_ms:
        anchor_ms = wall_ms - noted.by_ms
        line = Timeline(anchor_ms, steady_ms, max(anchor_ms, high_water_ms), noted)
    elif wall_ms < least_ms:
        line = Timeline(high_water_ms, steady_ms, high_water_ms, noted, behind=True)
    else:
        return believe(wall_ms, steady_ms)
    return look(line, wall_ms, steady_ms)


def believe(wall_ms: int, steady_ms: int) -> Timeline:
    """Take the wall clock as right, whatever was expected: only here does time go back."""
    return Timeline(wall_ms, steady_ms, wall_ms)


def look(line: Timeline, wall_ms: int, steady_ms: int) -> Timeline:
    """Look at both clocks once more."""
    elapsed_ms = steady_ms - line.steady_ms
    expected_ms = line.anchor_ms + elapsed_ms
    off_ms = wall_ms - expected_ms
    if line.behind and off_ms >= -TOLERANCE_MS:
        return Timeline(wall_ms, steady_ms, max(line.now_ms, wall_ms))
    if abs(off_ms) > TOLERANCE_MS:
        since_ms = expected_ms if line.leap is None else line.leap.since_ms
        return structs.replace(
            line, now_ms=max(line.now_ms, expected_ms), leap=Leap(off_ms, since_ms)
        )
    now_ms = max(line.now_ms, wall_ms)
    if elapsed_ms < ANCHOR_EVERY_MS:
        return structs.replace(line, now_ms=now_ms, leap=None)
    most_ms = elapsed_ms * DRIFT_PPM_MAX // 1_000_000
    drift_ms = max(-most_ms, min(off_ms, most_ms))
    return Timeline(expected_ms + drift_ms, steady_ms, now_ms)
