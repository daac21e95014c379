"""Requests that somebody made up: signatures that were tampered with, payloads of any shape.

`python -m tests.bot.hostile --requests 100000 --payloads 100000 --seed 1` tries so many and says
what came of them; the suite tries a few. What comes out of one seed is the same every time.
"""

import argparse
import logging
import time
from collections.abc import Callable, Iterator
from random import Random
from urllib.parse import urlencode

import trio
from slack_bolt import BoltRequest, BoltResponse

from bot.replay import Verification
from tests.bot.fake_desk import NOW_MS
from tests.bot.hostile_play import PROGRESS_EVERY, Shown, hurry, played, say
from tests.bot.hostile_wizard import steps_reached
from tests.bot.slack_stub import SlackStub
from tests.bot.wire import ANA, SECRET, signed

SIGNATURE, TIMESTAMP = "x-slack-signature", "x-slack-request-timestamp"
ACCEPTED, REFUSED = 299, 401

Forged = tuple[str, dict[str, str]]


def mutants(chance: Random) -> Iterator[Forged]:
    """Yield requests that differ from a genuine one in a place that the signature covers."""
    while True:
        body = urlencode(
            {"command": "/campaign", "text": f"stop {chance.random()}", "user_id": ANA}
        )
        headers = signed(body, at_ms=NOW_MS + chance.randrange(-200_000, 200_000))
        yield chance.choice(_FORGERIES)(chance, body, headers)


def _other_byte(chance: Random, text: str) -> str:
    at = chance.randrange(len(text))
    other = chance.choice([char for char in "0123456789abcdefx=&%+ " if char != text[at]])
    return text[:at] + other + text[at + 1 :]


def _body(chance: Random, body: str, headers: dict[str, str]) -> Forged:
    return _other_byte(chance, body), headers


def _cut(chance: Random, body: str, headers: dict[str, str]) -> Forged:
    return body[: chance.randrange(len(body))], headers


def _longer(chance: Random, body: str, headers: dict[str, str]) -> Forged:
    return body + chance.choice(["&", "&text=stop", " ", "\0"]), headers


def _signature(chance: Random, body: str, headers: dict[str, str]) -> Forged:
    return body, headers | {SIGNATURE: _other_byte(chance, headers[SIGNATURE])}


def _short_signature(chance: Random, body: str, headers: dict[str, str]) -> Forged:
    kept = headers[SIGNATURE][: chance.randrange(len(headers[SIGNATURE]))]
    return body, headers | {SIGNATURE: kept}


def _version(chance: Random, body: str, headers: dict[str, str]) -> Forged:
    version = chance.choice(["v1=", "V0=", "", "v0==", "sha256="])
    return body, headers | {SIGNATURE: headers[SIGNATURE].replace("v0=", version)}


def _timestamp(chance: Random, body: str, headers: dict[str, str]) -> Forged:
    moved = int(headers[TIMESTAMP]) + chance.choice([-1, 1, -300, 300, 86_400, 10**12])
    text = chance.choice([str(moved), f"{headers[TIMESTAMP]}.0", "", "NaN", "٣", "-1", "1e9"])
    return body, headers | {TIMESTAMP: text}


def _missing(chance: Random, body: str, headers: dict[str, str]) -> Forged:
    gone = chance.choice([SIGNATURE, TIMESTAMP])
    return body, {key: value for key, value in headers.items() if key != gone}


def _secret(chance: Random, body: str, headers: dict[str, str]) -> Forged:
    secret = chance.choice([SECRET.upper(), SECRET[:-1], SECRET + " ", "another"])
    return body, signed(body, at_ms=int(headers[TIMESTAMP]) * 1000, secret=secret)


def _late(chance: Random, body: str, _headers: dict[str, str]) -> Forged:
    late = chance.choice([-1, 1]) * chance.randrange(302_000, 10**9)
    return body, signed(body, at_ms=NOW_MS + late)


_FORGERIES: tuple[Callable[[Random, str, dict[str, str]], Forged], ...] = (
    _body,
    _cut,
    _longer,
    _signature,
    _short_signature,
    _version,
    _timestamp,
    _missing,
    _secret,
    _late,
)


def verdict(verification: Verification, forged: Forged) -> int:
    """Return the status that the door gives; a request that gets past it is ACCEPTED."""
    body, headers = forged
    answer = verification.process(
        req=BoltRequest(body=body, headers={**headers}),
        resp=BoltResponse(status=200),
        next=lambda: BoltResponse(status=ACCEPTED),
    )
    return answer.status


def accepted(seed: int, count: int) -> int:
    """Return how many of so many forged requests get past the door; none must."""
    verification, passed = Verification(SECRET, lambda: NOW_MS), 0
    forgeries = mutants(Random(seed))
    for number in range(count):
        passed += verdict(verification, next(forgeries)) != REFUSED
        if number % PROGRESS_EVERY == PROGRESS_EVERY - 1:
            say(f"{number + 1:,} forged requests, {passed} accepted")
    return passed


async def _payloads(seed: int, count: int) -> Shown:
    async with trio.open_nursery() as nursery:
        slack = SlackStub()
        await nursery.start(slack.serve)
        shown = await played(seed, count, slack)
        nursery.cancel_scope.cancel()
    return shown


def main() -> int:
    """Try what the arguments say; 1 if anything got past the door, failed, or was not heard."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--payloads", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    logging.getLogger().addHandler(logging.NullHandler())
    hurry()
    began = time.monotonic()
    passed = accepted(given.seed, given.requests)
    shown = trio.run(_payloads, given.seed, given.payloads)
    say(
        f"{given.requests:,} forged requests: {passed} accepted."
        f" {given.payloads:,} payloads: {len(shown.tracebacks)} tracebacks shown,"
        f" answers {dict(shown.statuses)}. {time.monotonic() - began:.0f} s, seed {given.seed}."
    )
    for reached, times in sorted(shown.reached.items()):
        say(f"  {' of '.join(reached)}: heard {times:,} times")
    wrong = shown.failed + shown.odd_views  # those that happened: a sum of counters drops zeros
    for what, times in wrong.most_common():
        say(f"  {times:,} times: {what}")
    missed = steps_reached() - set(+shown.reached)
    say(f"  Never heard: {missed or 'none'}")
    return int(bool(passed or shown.tracebacks or wrong or missed))


if __name__ == "__main__":
    raise SystemExit(main())
