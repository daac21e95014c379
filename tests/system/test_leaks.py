"""What a real daemon writes and says, with values of users that nobody could miss in it."""

import sqlite3
from pathlib import Path

import httpx
import trio

from actors.mail import Answer, Approve, Done, Draft, Publish, Request, Submit
from actors.mail_people import SuppressUser
from clarion.client import ask
from clarion.marketer import Marketer
from clarion.socket_file import socket_path
from clarion.stage import Stage
from domain.campaign import Campaign, DoNotDisturb, Trigger, What
from sandbox.slack import ALERTS, ANA, BEN, REVIEWS
from tests.patience import PATIENCE_SECONDS
from tests.system.acting import on_stage

MINE = "canary-7f@example.com"
LIVE = Campaign(
    name="Thanks",
    kind="live",
    trigger=Trigger(event="Order Completed"),
    what=What(profile=("*",), key_values={"share": "{{ 100 | divided_by: Event.n }}"}),
    do_not_disturb=DoNotDisturb("03:00", "03:01"),  # so that zones are asked for
)
BAD_ROWS = (
    "UPDATE user SET zone = 'Canary/One' WHERE user LIKE '%zone%'",
    "UPDATE user SET traits = x'7b' WHERE user LIKE '%traits%'",
)


async def asked(stage: Stage, request: Request) -> None:
    answer: Answer = await trio.to_thread.run_sync(ask, socket_path(stage.data), request)
    assert isinstance(answer, Done), answer


async def post(stage: Stage, *batch: object) -> str:
    async with httpx.AsyncClient(
        auth=(stage.ingest_key, ""), trust_env=False, timeout=PATIENCE_SECONDS
    ) as client:
        answer = await client.post(f"{stage.ingest_url}/v1/batch", json={"batch": batch})
    return answer.text


def profile(user: str) -> object:
    return {"type": "identify", "userId": user, "traits": {"email": MINE, "name": "Canary Ann"}}


def order(user: str, n: int = 2) -> object:
    properties = {"n": n, "note": "a canary"}
    return {
        "type": "track",
        "userId": user,
        "event": "Order Completed",
        "properties": properties,
    }


def said_in_slack(stage: Stage) -> str:
    return repr([stage.slack.messages(channel) for channel in (REVIEWS, ALERTS)])


async def test_no_value_of_a_user_and_no_secret_is_in_the_log_or_in_slack(tmp_path: Path) -> None:
    """With rows that cannot be read, templates that break, wrong requests, and a farewell."""
    well, *bad = (f"canary-{kind}" for kind in ("well", "zone", "traits"))
    async with on_stage(tmp_path, users=1, rate=100) as stage:
        for request in (
            Draft(definition=LIVE, by=ANA),
            Submit(name=LIVE.name, by=ANA),
            Approve(name=LIVE.name, by=BEN),
            Publish(name=LIVE.name, by=ANA),
        ):
            await asked(stage, request)
        await post(stage, *map(profile, (well, *bad)))
        await stage.stop_daemon()
        with sqlite3.connect(stage.data / "clarion.db") as conn:
            for sql in BAD_ROWS:
                conn.execute(sql)
        conn.close()
        await stage.start_daemon()
        await post(stage, order(well), order(well, n=0), *map(order, bad))
        answers = await post(stage, {"type": "track", "userId": [MINE], "event": {"a": MINE}}, MINE)
        await Marketer(stage.slack, ANA, patience_seconds=PATIENCE_SECONDS).sees(
            ALERTS, "could not consider"
        )
        with trio.fail_after(PATIENCE_SECONDS):
            await stage.segment.wait_until(lambda: bool(stage.segment.accepted))
        await asked(stage, SuppressUser(user=well, by=ANA))
        await stage.stop_daemon()
        assert MINE in repr([message.body for message in stage.segment.accepted])
        log, slack = stage.log.read_text(), said_in_slack(stage)
        secrets = [value for key, value in stage.environ.items() if key.startswith("CLARION_")]
    assert "sets the event at" in log
    for where, text in {"log": log, "slack": slack, "answers": answers}.items():
        assert "canary" not in text.lower(), where
        assert not any(secret in text for secret in secrets), where
