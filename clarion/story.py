"""The whole story, played by scripted marketers through the local Slack.

A live campaign with a cap that fills; a past-behaviour campaign, paused and resumed on its way; a
run that the safety check holds, answered with a random few. At every step the script looks at what
a person would look at.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import trio

from clarion.marketer import Lost, Marketer
from clarion.stage import Stage
from sandbox.slack import ALERTS, ANA, BEN, CAMPAIGNS, CHLOE, REVIEWS, Message

LIVE, PAST, HELD = "Cart coupon", "Win back", "Everybody at once"
CAP = 25
SAFETY = 40
PAUSE_SECONDS = 2.0
PATIENCE_SECONDS = 60
HISTORY_DAYS = 45


@dataclass(slots=True)
class Step:
    """One thing that happened, and when."""

    at_seconds: float
    said: str


@dataclass(slots=True)
class Story:
    """What happened, and every problem that was seen on the way."""

    tell: Callable[[str], None]
    began: float = field(default_factory=time.monotonic)
    steps: list[Step] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    alerts: list[str] = field(default_factory=list)

    def note(self, said: str) -> None:
        """Remember a step, and tell whoever watches."""
        self.steps.append(Step(round(time.monotonic() - self.began, 1), said))
        self.tell(said)

    def check(self, true: bool, problem: str) -> None:
        """Remember a problem unless it is so."""
        if not true:
            self.problems.append(problem)
            self.tell(f"PROBLEM: {problem}")


async def play(stage: Stage, story: Story) -> None:
    """Play all of it; a person who is lost is a problem of the story, not a crash."""
    ana, ben, chloe = (Marketer(stage.slack, user) for user in (ANA, BEN, CHLOE))
    try:
        await _live(stage, story, ana, ben)
        await _past(stage, story, chloe, ben)
        await _held(stage, story, ana, ben)
    except Lost as lost:
        story.check(true=False, problem=str(lost))


async def _live(stage: Stage, story: Story, ana: Marketer, ben: Marketer) -> None:
    await ana.types("/campaign new")
    await ana.modal("New campaign")
    await ana.fills("Name", LIVE)
    await ana.fills("Who gets it?", "Users at the moment")
    await ana.searches("When a user does this event", "added", "Product Added")
    await ana.goes("What")
    await ana.fills("Key-value pairs", "coupon = CART10\nname = {{ Profile.first_name }}")
    await ana.goes("Limits")
    await ana.fills("At most this many messages", str(CAP))
    await ana.goes("Review")
    await ana.submits()
    story.note(f"Ana drafted “{LIVE}” in the modal, with a cap of {CAP}")
    card = await _submitted(ana, LIVE)
    await ana.presses(card, "Approve")
    refusal = await ana.sees(REVIEWS, "someone else must approve")
    story.check(refusal.only_for == ANA, "the refusal of a self-approval was not for Ana alone")
    story.note("Ana may not approve her own campaign, and is told why")
    await _approved(story, ben, ana, LIVE)
    await _until(stage, lambda: _sent(stage, LIVE) >= CAP, f"{LIVE} to fill its cap")
    await ana.sees(REVIEWS, LIVE, "ompleted")
    story.note(f"“{LIVE}” delivered its cap of {CAP} and is completed")


async def _past(stage: Stage, story: Story, chloe: Marketer, ben: Marketer) -> None:
    await chloe.types("/campaign new")
    await chloe.modal("New campaign")
    await chloe.fills("Name", PAST)
    await chloe.goes("Who")
    await chloe.adds("Did something")
    await chloe.searches("Event", "Product V", "Product Viewed")
    await chloe.fills("When", "In the last days")
    await chloe.fills("Days", str(HISTORY_DAYS))
    await chloe.reads("get a message")
    story.note("The form counts whom it reaches while Chloe fills it in")
    await chloe.goes("What")
    await chloe.fills("Key-value pairs", "hello = Hello {{ Profile.first_name }}")
    await chloe.goes("Review")
    await chloe.submits()
    story.note(f"Chloe drafted “{PAST}” for everyone who looked at a product")
    await _submitted(chloe, PAST)
    await _approved(story, ben, chloe, PAST)
    await _until(stage, lambda: _sent(stage, PAST) >= 20, f"{PAST} to be on its way")
    await chloe.types(f"/campaign pause {PAST}")
    await chloe.sees(CAMPAIGNS, "Paused", PAST)
    at_reply = _requests(stage)
    await trio.sleep(PAUSE_SECONDS)
    late = _requests(stage) - at_reply
    story.check(late <= 4, f"{late} requests arrived after the pause was confirmed")
    story.note(f"Chloe paused “{PAST}” after {_sent(stage, PAST)} messages; nothing more left")
    await chloe.types(f"/campaign resume {PAST}")
    await chloe.sees(CAMPAIGNS, "Resumed", PAST)
    story.note(f"Chloe resumed “{PAST}”")


async def _held(stage: Stage, story: Story, ana: Marketer, ben: Marketer) -> None:
    await ana.types("/campaign new")
    await ana.modal("New campaign")
    await ana.fills("Name", HELD)
    await ana.goes("Limits")
    await ana.fills("Safety limit", str(SAFETY))
    await ana.goes("Review")
    await ana.submits()
    story.note(f"Ana drafted “{HELD}” with a safety limit of {SAFETY}")
    await _submitted(ana, HELD)
    await _approved(story, ben, ana, HELD)
    alert = await ben.sees(ALERTS, HELD, button="Send to a random")
    story.alerts.append(alert.text)
    story.check(_sent(stage, HELD) == 0, "messages left although the run was held")
    story.note(f"The safety limit held “{HELD}”, and an alert asks what to do")
    await ben.presses(alert, "Send to a random")
    await _until(stage, lambda: _sent(stage, HELD) >= SAFETY, f"{HELD} to reach {SAFETY} users")
    story.note(f"Ben sent “{HELD}” to a random {SAFETY}")


async def _submitted(author: Marketer, name: str) -> Message:
    draft = await author.sees(CAMPAIGNS, name, button="Submit")
    await author.presses(draft, "Submit")
    return await author.sees(REVIEWS, name, button="Approve")


async def _approved(story: Story, approver: Marketer, author: Marketer, name: str) -> None:
    card = await approver.sees(REVIEWS, name, button="Approve")
    await approver.presses(card, "Approve")
    card = await author.sees(REVIEWS, name, button="Publish")
    await author.presses(card, "Publish")
    story.note(f"“{name}” was approved by another person, and published")


def _sent(stage: Stage, name: str) -> int:
    return stage_sent(stage).get(name, 0)


def stage_sent(stage: Stage) -> dict[str, int]:
    """Count what Segment accepted, by the campaign's name."""
    counts: dict[str, int] = {}
    for message in stage.segment.accepted:
        name = str(message.body["properties"]["campaign_name"])
        counts[name] = counts.get(name, 0) + 1
    return counts


def _requests(stage: Stage) -> int:
    return len(stage.segment.requests)


async def _until(stage: Stage, true: Callable[[], bool], what: str) -> None:
    with trio.move_on_after(PATIENCE_SECONDS):
        await stage.segment.wait_until(true)
        return
    raise Lost(f"Waited {PATIENCE_SECONDS} s for {what}.")
