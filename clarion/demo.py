"""`clarion demo`: the whole product on one's own machine, in a browser or played by itself.

Interactive, it publishes nothing by itself and runs until Ctrl-C. Headless, scripted marketers play
the story, and the end is one JSON object: what happened, the books, and every problem.
"""

import signal
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import trio
from rich.console import Console
from rich.text import Text

from actors.mail import CampaignView, Done, ListAll, Listed, Show
from clarion.client import ask
from clarion.prose import err, safe, tell
from clarion.socket_file import socket_path
from clarion.stage import DaemonFailed, Stage, open_stage
from clarion.story import CAP, HELD, LIVE, PAST, SAFETY, Story, play, stage_sent
from sandbox.shop import Sender, backfill, traffic

USERS = 300
HISTORY_DAYS = 60
EVENTS_PER_SECOND = 12.0
MESSAGES_PER_SECOND = 40
STORY_SECONDS_MAX = 900.0
"""What hangs ends then. On a quiet machine the story takes half a minute."""
REST_SECONDS_MAX = 120.0
ANSWER_SECONDS_MAX = 60.0
"""Before scripted marketers the bot may take more than Slack's 3 seconds: how busy the machine is
says nothing of the product. Before a person in the browser it may not."""
OVER = ("completed", "stopped")
ZONE = "Europe/Oslo"
TO_TRY = (
    "In #campaigns type `/campaign new`, draft something, and submit it for review.",
    "Become Ben, open #campaign-reviews, approve it and publish it; watch Segment.",
    "Draft one with a safety limit of 10 for every user, and see #campaign-alerts.",
)


def demo(
    *,
    headless: bool,
    seconds: float | None,
    json: bool,
    seed: int,
    slack_port: int = 0,
    segment_port: int = 0,
    ingest_port: int = 0,
) -> int:
    """Run the demo; return the exit code. Headless: 1 if the books or a promise do not hold.

    It goes on for so many `seconds`; headless, until the story is at its end, if that is later.
    """
    console = err()
    # However it is ended, the daemon ends with it: SIGTERM is as good as Ctrl-C, which Trio handles
    # (but not if a shell started us in the background, with SIGINT ignored).
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda _number, _frame: signal.raise_signal(signal.SIGINT))
    with tempfile.TemporaryDirectory(prefix="clarion-demo-") as folder:
        ports = (slack_port, segment_port, ingest_port)
        begin = partial(
            open_stage,
            Path(folder),
            seed=seed,
            users=USERS,
            zone=ZONE,
            rate=MESSAGES_PER_SECOND,
            ports=ports,
        )
        report: dict[str, Any] = {"ok": True}
        try:
            if headless:
                report = trio.run(_headless, begin, seconds or 0.0, seed, console)
            else:
                trio.run(_interactive, begin, seconds, console)
        except* KeyboardInterrupt:
            console.print()
            tell(console, Text("Stopped; everything is gone with its temporary folder."))
            report = {"ok": not headless, "problems": ["It was stopped before its end."]}
        except* (DaemonFailed, OSError) as failed:
            problems = [str(each) for each in _leaves(failed)]
            for problem in problems:
                said = Text(safe(f"The demo cannot run. {problem}"))
                tell(console, said, lead=Text("✗ ", "red"))
            report = {"ok": False, "problems": problems}
        if json:
            print(msgspec.json.format(msgspec.json.encode(report), indent=2).decode())  # noqa: T201 - the answer
        return 0 if report["ok"] else 1


def _leaves(group: BaseExceptionGroup[Exception]) -> list[Exception]:
    found: list[Exception] = []
    for each in group.exceptions:
        found += _leaves(each) if isinstance(each, BaseExceptionGroup) else [each]
    return found


async def _headless(
    begin: "partial[Any]", seconds: float, seed: int, console: Console
) -> dict[str, Any]:
    began = time.monotonic()

    def note(said: str) -> None:
        lead = Text(f"{time.monotonic() - began:5.1f} s  ", "dim")
        tell(console, Text(safe(said)), lead=lead)

    note("Starting a local Slack, a local Segment, and a daemon on a temporary folder")
    async with begin(answer_seconds_max=ANSWER_SECONDS_MAX) as stage:
        story = Story(note)
        async with stage.sender() as sender, trio.open_nursery() as nursery:
            with trio.move_on_after(STORY_SECONDS_MAX) as bound:
                posted = await _history(stage, sender)
                note(f"{posted:,} profiles and events of {HISTORY_DAYS} days are in")
                nursery.start_soon(_live_traffic, stage, sender)
                await play(stage, story)
                await _come_to_rest(stage)
            slow = f"the story was not at its end after {STORY_SECONDS_MAX:.0f} s"
            story.check(not bound.cancelled_caught, slow)
            await trio.sleep(max(seconds - (time.monotonic() - began), 0))
            nursery.cancel_scope.cancel()
        report = await _report(stage, story, sender)
    note("All is well" if report["ok"] else f"PROBLEMS: {report['problems']}")
    return {"seconds": round(time.monotonic() - began, 1), "seed": seed, **report}


async def _interactive(begin: "partial[Any]", seconds: float | None, console: Console) -> None:
    tell(console, Text("Starting a local Slack, a local Segment, a shop and a daemon ..."))
    async with begin() as stage, stage.sender() as sender:
        posted = await _history(stage, sender)
        _welcome(console, stage, posted)
        with trio.move_on_after(seconds if seconds is not None else float("inf")):
            await _live_traffic(stage, sender)


def _welcome(console: Console, stage: Stage, posted: int) -> None:
    """Say where everything is and what to try; an address stays whole however long it is."""
    for name, place, what in (
        ("Slack", stage.slack_url, "pick a marketer, top left"),
        ("Segment", stage.segment_url, "what arrives, and what is dropped"),
        ("Ingest", f"{stage.ingest_url}/v1/batch", f"write key {stage.ingest_key}"),
        ("Data", stage.data, "for the command line"),
    ):
        tell(console, Text(f"{place}   {what}"), lead=Text(f"  {name:10}", "bold"))
    console.print()
    said = (
        f"{len(stage.shop.people):,} shoppers, with {posted:,} profiles and past events;"
        f" {EVENTS_PER_SECOND:.0f} new events a second. Nothing is published yet."
        " Three things to try:"
    )
    tell(console, Text(said), lead="  ")
    for number, told in enumerate(TO_TRY, start=1):
        tell(console, Text(told), lead=f"  {number}. ")
    console.print()
    tell(console, Text("Ctrl-C ends it; nothing is kept."), lead="  ")


async def _history(stage: Stage, sender: Sender) -> int:
    """Let the daemon know everybody, and what they did before."""
    people = await backfill(stage.shop.identifies(), sender.post)
    return people + await backfill(stage.shop.history(HISTORY_DAYS), sender.post)


async def _live_traffic(stage: Stage, sender: Sender) -> None:
    await traffic(stage.shop, sender.post, EVENTS_PER_SECOND, introduce=False)


async def _come_to_rest(stage: Stage) -> None:
    """Wait until nothing is pending and every campaign is over, for a while."""
    with trio.move_on_after(REST_SECONDS_MAX):
        while any(  # noqa: ASYNC110 - it is asked
            view.books.pending or view.state not in OVER for view in await _views(stage)
        ):
            await trio.sleep(0.2)


async def _views(stage: Stage) -> list[CampaignView]:
    ask_daemon: Callable[..., Any] = partial(ask, socket_path(stage.data))
    listed = await trio.to_thread.run_sync(ask_daemon, ListAll())
    assert isinstance(listed, Listed), "a list is answered with a list"
    views = []
    for line in listed.campaigns:
        shown = await trio.to_thread.run_sync(ask_daemon, Show(name=line.id))
        if isinstance(shown, Done) and shown.campaign is not None:
            views.append(shown.campaign)
    return views


async def _report(stage: Stage, story: Story, sender: Sender) -> dict[str, Any]:
    """Compare what the daemon says with what Segment received, and count everything."""
    views = await _views(stage)
    arrived = stage_sent(stage)
    for view in views:
        books = view.books
        told = books.control + books.sent + sum(books.skipped.values()) + books.pending
        story.check(books.qualified == told, f"the books of {view.name} do not balance")
        same = arrived.get(view.name, 0) == books.sent
        story.check(
            same, f"{view.name}: {books.sent} sent, but {arrived.get(view.name, 0)} arrived"
        )
    story.check(arrived.get(LIVE, 0) <= CAP, f"{LIVE} passed its cap of {CAP}")
    story.check(arrived.get(HELD, 0) <= SAFETY, f"{HELD} went to more than {SAFETY}")
    missing = {LIVE, PAST, HELD} - {view.name for view in views}
    story.check(not missing, f"the story did not get to {sorted(missing)}")
    for complaint in stage.slack.complaints:
        story.check(true=False, problem=f"Slack complains: {complaint}")
    ids = {message.message_id for message in stage.segment.accepted}
    counters = stage.segment.counters
    return {
        "ok": not story.problems,
        "problems": story.problems,
        "events": {"acknowledged": sender.sent.acknowledged, "refused": sender.sent.refused},
        "messages": {
            "accepted": counters.accepted,
            "distinct_ids": len(ids),
            "duplicates": counters.duplicates,
            "dropped": counters.dropped,
        },
        "campaigns": [
            {
                "name": view.name,
                "kind": view.kind,
                "state": view.state,
                "reason": view.reason,
                "books": view.books,
            }
            for view in views
        ],
        "alerts": story.alerts,
        "steps": [{"at": step.at_seconds, "what": step.said} for step in story.steps],
    }
