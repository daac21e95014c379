"""Plays made-up payloads to the app, and notes what came of them.

Each is done with before the next comes, so that what comes out of one seed is the same every time.
"""

import json
import logging
import sys
import traceback
from collections import Counter
from http import HTTPStatus
from random import Random
from urllib.parse import urlencode

import trio
from httpx import ASGITransport, AsyncClient, Response

from actors.mail import Answer, Request
from bot.dispatch import Dispatcher
from bot.http import PATH, make_door
from bot.line import log
from bot.settings import BotSettings
from bot.wizard import reaching
from tests.bot.fake_desk import FakeDesk
from tests.bot.hostile_payloads import payloads, spoil
from tests.bot.hostile_wizard import Sent, WizardSends
from tests.bot.oracle import view_problems
from tests.bot.samples import PAST, draft
from tests.bot.slack_stub import APP_TOKEN, BOT_TOKEN, SlackStub
from tests.bot.wire import SECRET, Wire, signed

SPOILED = 0.3
"""Of the wizard's payloads so many have a place that is odd in its shape, too."""
JUDGED = 0.1
"""Of the modals that are drawn so many are judged by Slack's rules."""
PROGRESS_EVERY = 10_000


class Heard(FakeDesk):
    """A desk that knows whether anything was asked of it since somebody looked."""

    def __init__(self) -> None:
        super().__init__()
        self.heard = False

    async def ask(self, request: Request) -> Answer:
        """Answer, and know that somebody asked."""
        self.heard = True
        return await super().ask(request)


class Shown(logging.Handler):
    """What came of made-up payloads.

    `failed`: listeners that gave up on a payload whose answers alone were odd, by what they raised.
    `reached`: how often a step of the wizard was heard, by the kind of payload and the step.
    `odd_views`: what Slack would not take of what was drawn.
    """

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.statuses: Counter[int] = Counter()
        self.tracebacks: list[str] = []
        self.failed: Counter[str] = Counter()
        self.reached: Counter[tuple[str, str]] = Counter()
        self.odd_views: Counter[str] = Counter()
        self.whole = False

    def emit(self, record: logging.LogRecord) -> None:
        """Note which listener failed, and where."""
        error = record.exc_info[1] if record.exc_info else None
        if error is None or not self.whole:
            return
        frames = traceback.extract_tb(error.__traceback__)
        ours = [each for each in frames if "site-packages" not in each.filename][-1:]
        where = "".join(f"{each.filename}:{each.lineno}" for each in ours)
        self.failed[f"{type(error).__name__} at {where}"] += 1

    def take(self, answer: Response, said: list[str]) -> None:
        """Note the answer, and what people were told."""
        self.statuses[answer.status_code] += 1
        for text in (answer.text, *said):
            if "Traceback" in text or 'File "' in text:
                self.tracebacks.append(text)


class Play:
    """The app as it hears payloads one after the other, and what came of them."""

    def __init__(self, seed: int, slack: SlackStub) -> None:
        settings = BotSettings(
            mode="http", api_url=slack.api_url, bot_token=BOT_TOKEN, app_token=APP_TOKEN,
            signing_secret=SECRET, review_channel="C0REVIEW", alerts_channel="C0ALERTS",
        )  # fmt: skip
        self.chance, self.shown, self._desk = Random(seed), Shown(), Heard()
        self._desk.keep(draft(PAST, state="running"))
        self._slack = slack
        self._wire = Wire(settings, self._desk, slack)
        self.wizard = WizardSends(self.chance, self._desk)

    async def hear(self, sent: Sent) -> None:
        """Send one, and note what came of it."""
        shown, slack = self.shown, self._slack
        self._wire.now_ms += 1_000  # each signature counts once
        self._desk.heard, shown.whole = False, sent.whole
        level = log.level
        log.addHandler(shown)
        log.setLevel(logging.ERROR)  # it is this whole process's log
        try:
            answer = await _answer(self._wire, sent)
        finally:
            log.removeHandler(shown)
            log.setLevel(level)
        shown.take(answer, [call.said for call in slack.calls])
        if sent.whole:
            shown.reached[sent.kind, sent.step] += self._desk.heard
            shown.failed[f"{sent.kind} was answered {answer.status_code}"] += (
                answer.status_code != HTTPStatus.OK
            )
        if self.chance.random() < JUDGED:
            drawn = [call.args["view"] for call in slack.of("views.update", "views.open")]
            drawn += [json.loads(answer.text)["view"]] if '"view"' in answer.text else []
            shown.odd_views.update(each for view in drawn for each in view_problems(view))
        slack.calls.clear()


async def played(seed: int, count: int, slack: SlackStub) -> Shown:
    """Send so many genuine requests with made-up payloads to the app, and see it answer.

    Every other one comes out of the wizard.
    """
    play = Play(seed, slack)
    others = payloads(play.chance, slack.response_url)
    for number in range(count):
        sent = play.wizard.next() if number % 2 else Sent("", "", next(others), whole=False)
        if number % 2 and play.chance.random() < SPOILED:
            spoil(play.chance, sent.payload)
            sent = Sent(sent.kind, sent.step, sent.payload, whole=False)
        await play.hear(sent)
        if number % PROGRESS_EVERY == PROGRESS_EVERY - 1:
            say(f"{number + 1:,} payloads, {dict(play.shown.statuses)}")
    return play.shown


async def _answer(wire: Wire, sent: Sent) -> Response:
    """Send one, and return its answer after everything that it asked for is done."""
    body = urlencode({"payload": json.dumps(sent.payload)})
    async with trio.open_nursery() as nursery:
        door = ASGITransport(app=make_door(Dispatcher(wire.app, nursery)))
        async with AsyncClient(transport=door, base_url="http://door") as client:
            headers = signed(body, at_ms=wire.now_ms)
            return await client.post(PATH, content=body, headers=headers)


def say(text: str) -> None:
    """Tell whoever runs this how far it is."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def hurry() -> None:
    """Let nobody wait for the count of a reach, nor keep to what Slack takes in a minute."""
    reaching.SETTLE_SECONDS = 0
    reaching.DRAWN_PER_MINUTE_MAX = 10**9
