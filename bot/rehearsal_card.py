"""A rehearsal in Slack: what would have happened, its picture, and a few users' trails.

Examples name nobody: who reads a channel need not know which users they are.
"""

from slack_sdk import WebClient

from actors.mail import CampaignView
from actors.mail_rehearsal import Rehearsed
from actors.mail_trust import Told
from bot import rehearsal_words, words
from bot.blocks import Block, Message, clip, context, divider, fitting, header, section
from bot.drawing import drawn, uploaded
from bot.moments import date, readable

FILE_NAME = "rehearsal.png"
STEPS_SHOWN_MAX = 4
STEP_CHARS_MAX = 160
SKIPS_SHOWN_MAX = 6
LINE_CHARS_MAX = 600


def pictured(client: WebClient, answer: Rehearsed) -> Message:
    """Draw the picture and put it into Slack; return what was found with it, or without. Blocks."""
    made = drawn(answer)
    if made is None:
        return rehearsal_card(answer)
    alt = f"{answer.name}: {'. '.join(rehearsal_words.sentences(answer))}."
    return rehearsal_card(answer, uploaded(client, made.png, FILE_NAME, alt))


def rehearsal_card(answer: Rehearsed, picture: Block | None = None) -> Message:
    """Return what one person is shown."""
    return fitting(lambda chars: _card(answer, picture, chars))


def line(view: CampaignView, zone: str) -> list[Block]:
    """Return how the rehearsal of what is in review stands, for the campaign's own card."""
    if view.rehearsal is None:
        return []
    where = " The picture is in the thread." if view.rehearsal.state == "done" else ""
    said = clip(f"{rehearsal_words.line_of(view.rehearsal, zone)}.", LINE_CHARS_MAX)
    return [context(f":crystal_ball: {readable(said, zone)}{where}")]


def _card(answer: Rehearsed, picture: Block | None, chars: int) -> Message:
    name = clip(answer.name, min(chars, 400))
    told = (clip(each, chars) for each in rehearsal_words.sentences(answer))
    said = [f"• {readable(each, answer.zone)}" for each in told]
    blocks = [
        header("Rehearsal"),
        section(f"*{name}*, played over {rehearsal_words.title_of(answer)}"),
        section("\n".join(said)),
    ]
    if picture is not None:
        blocks.append(picture)
    if answer.skipped:
        lines = [
            f"• {words.number(one.users)}: {clip(one.said, min(chars, 250))}"
            for one in answer.skipped[:SKIPS_SHOWN_MAX]
        ]
        blocks.append(section("*Why some would get nothing*\n" + "\n".join(lines)))
    if answer.examples:
        blocks.append(divider())
        blocks += [
            context(_example(i, told, min(chars, STEP_CHARS_MAX)))
            for i, told in enumerate(answer.examples, 1)
        ]
    notes = [*answer.notes, rehearsal_words.played(answer)]
    blocks.append(context(clip(". ".join(notes), 1_000)))
    first = next(rehearsal_words.sentences(answer))
    return Message(f"Rehearsal of {name}: {first}", tuple(blocks))


def _example(number: int, told: Told, chars: int) -> str:
    fate = words.uncoded(told.message.rpartition("”: ")[2].rstrip("."))
    lines = [f"*User {number}*: {clip(fate, chars)}"]
    steps = list(rehearsal_words.steps_of(told))
    for at_ms, said in steps[:STEPS_SHOWN_MAX]:
        at = date(at_ms, words.plain_moment(at_ms, told.zone))
        lines.append(f"{at}: {readable(clip(words.uncoded(said), chars), told.zone)}")
    if (more := len(steps) - STEPS_SHOWN_MAX) > 0:
        lines.append(f"and {words.count_of(more, 'more step')}")
    return "\n".join(lines)
