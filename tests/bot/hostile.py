"""Requests that somebody made up: signatures that were tampered with, payloads of any shape.

`python -m tests.bot.hostile --requests 100000 --payloads 100000 --seed 1` tries so many and says
what came of them; the suite tries a few. What comes out of one seed is the same every time.
"""

import argparse
import json
import logging
import sys
import time
from collections.abc import Callable, Iterator
from random import Random
from typing import Any
from urllib.parse import urlencode

import trio
from httpx import ASGITransport, AsyncClient, Response
from slack_bolt import BoltRequest, BoltResponse

from bot.dispatch import Dispatcher
from bot.http import PATH, make_door
from bot.replay import Verification
from bot.settings import BotSettings
from tests.bot.fake_desk import NOW_MS, FakeDesk
from tests.bot.samples import PAST, draft
from tests.bot.slack_stub import APP_TOKEN, BOT_TOKEN, SlackStub
from tests.bot.wire import ANA, SECRET, Wire, signed

SIGNATURE, TIMESTAMP = "x-slack-signature", "x-slack-request-timestamp"
ACCEPTED, REFUSED = 299, 401
PROGRESS_EVERY = 10_000

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


_VALUES: tuple[Any, ...] = (
    *(None, True, 0, -1, 10**30, 1.5, "", "x" * 5_000),
    *("<!channel>", "\0", "💥", [], {}, [[]], {"": {}}),
)


def payloads(chance: Random, response_url: str) -> Iterator[dict[str, Any]]:
    """Yield what Slack might send, each with a few places that hold something else."""
    while True:
        payload = json.loads(json.dumps(chance.choice(_shapes(chance, response_url))))
        for _ in range(chance.randrange(1, 4)):
            _spoil(chance, payload)
        payload["response_url"] = response_url  # nothing leaves the loopback
        yield payload


def _shapes(chance: Random, response_url: str) -> list[dict[str, Any]]:
    user, team = {"id": ANA, "team_id": "T1"}, {"id": "T1"}
    common = {"user": user, "team": team, "trigger_id": "t", "response_url": response_url}
    action = chance.choice(
        ["approve", "stop", "pause", "edit", "redraw", "row_add", "pick", "home_look", "keep",
         "go_who", "replace", "see", "paste_instead", "form_instead"]
    )  # fmt: skip
    step = chance.choice(["start", "who", "what", "when", "limits", "review"])
    pressed = {"type": "button", "action_id": action, "block_id": "b", "value": "c1:h:r"}
    values = {
        f"{step}.{name}": {"keep": {"type": "plain_text_input", "value": "A"}}
        for name in ("name", "cap", "key_values", "start_date", "alternative_name_1")
    } | {"text": {"value": {"type": "plain_text_input", "value": "A"}}}
    memo = json.dumps({"form": "new", "step": step})
    view = {
        "id": "V1", "type": "modal", "hash": "h", "private_metadata": memo, "blocks": [],
        "callback_id": chance.choice(["draft", "paste", "seen", "changes", "raise", "waiting"]),
        "state": {"values": values},
    }  # fmt: skip
    container = {"type": "message", "channel_id": "C1", "message_ts": "1.1", "is_ephemeral": False}
    return [
        common | {"type": "block_actions", "actions": [pressed], "container": container,
                  "channel": {"id": "C1"}},
        common | {"type": "block_actions", "actions": [pressed], "view": view,
                  "container": {"type": "view", "view_id": "V1"}},
        common | {"type": "view_submission", "view": view},
        common | {"type": "view_closed", "view": view, "is_cleared": False},
        common | {"type": "block_suggestion", "action_id": "pick", "block_id": "who.name_0",
                  "value": "x", "view": view},
        common | {"type": "shortcut", "callback_id": "s"},
    ]  # fmt: skip


def _spoil(chance: Random, node: Any) -> None:
    """Put something else in one place, anywhere in the tree."""
    while True:
        if isinstance(node, dict) and node:
            key: Any = chance.choice(sorted(node))
        elif isinstance(node, list) and node:
            key = chance.randrange(len(node))
        else:
            return
        if not isinstance(node[key], dict | list) or not node[key] or chance.random() < 0.3:
            break
        node = node[key]
    if chance.random() < 0.3:
        del node[key]
    else:
        node[key] = chance.choice(_VALUES)


def say(text: str) -> None:
    """Tell whoever runs this how far it is."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


class Shown:
    """What came of made-up payloads: what people were told, and the statuses of the answers."""

    def __init__(self) -> None:
        self.statuses: dict[int, int] = {}
        self.tracebacks: list[str] = []

    def take(self, answer: Response, said: list[str]) -> None:
        self.statuses[answer.status_code] = self.statuses.get(answer.status_code, 0) + 1
        for text in (answer.text, *said):
            if "Traceback" in text or 'File "' in text:
                self.tracebacks.append(text)


async def played(seed: int, count: int, slack: SlackStub) -> Shown:
    """Send so many genuine requests with made-up payloads to the app, and see it answer."""
    settings = BotSettings(
        mode="http", api_url=slack.api_url, bot_token=BOT_TOKEN, app_token=APP_TOKEN,
        signing_secret=SECRET, review_channel="C0REVIEW", alerts_channel="C0ALERTS",
    )  # fmt: skip
    desk = FakeDesk()
    desk.keep(draft(PAST, state="running"))
    desk.forms[ANA, "new"] = "{}"
    wire, shown = Wire(settings, desk, slack), Shown()
    made = payloads(Random(seed), slack.response_url)
    async with trio.open_nursery() as nursery:
        door = ASGITransport(app=make_door(Dispatcher(wire.app, nursery)))
        async with AsyncClient(transport=door, base_url="http://door") as client:
            for number in range(count):
                body = urlencode({"payload": json.dumps(next(made))})
                wire.now_ms = NOW_MS + 1_000 * number  # each signature counts once
                headers = signed(body, at_ms=wire.now_ms)
                answer = await client.post(PATH, content=body, headers=headers)
                shown.take(answer, [call.said for call in slack.calls])
                slack.calls.clear()
                if number % PROGRESS_EVERY == PROGRESS_EVERY - 1:
                    say(f"{number + 1:,} payloads, {shown.statuses}")
    return shown


async def _payloads(seed: int, count: int) -> Shown:
    async with trio.open_nursery() as nursery:
        slack = SlackStub()
        await nursery.start(slack.serve)
        shown = await played(seed, count, slack)
        nursery.cancel_scope.cancel()
    return shown


def main() -> int:
    """Try what the arguments say; 1 if anything got past the door, or a traceback was shown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--payloads", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    logging.disable(logging.CRITICAL)
    began = time.monotonic()
    passed = accepted(given.seed, given.requests)
    shown = trio.run(_payloads, given.seed, given.payloads)
    say(
        f"{given.requests:,} forged requests: {passed} accepted."
        f" {given.payloads:,} payloads: {len(shown.tracebacks)} tracebacks shown,"
        f" answers {shown.statuses}. {time.monotonic() - began:.0f} s, seed {given.seed}."
    )
    return int(bool(passed or shown.tracebacks))


if __name__ == "__main__":
    raise SystemExit(main())
