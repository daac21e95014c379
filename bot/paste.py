"""A pasted definition: the campaign it describes, or every problem with its line."""

from bot.blocks import Message, clip, clip_lines, section
from bot.ids import Field
from bot.inputs import TEXT_CHARS_MAX, Errors
from domain import toml_source, toml_writer
from domain.campaign import Campaign
from domain.problem import Problem

PROBLEMS_CHARS_MAX = 1_500
PROBLEM_CHARS_MAX = 400
FILE_NAME = "definition.toml"


def read_text(text: str, *, now_ms: int, zone: str) -> Campaign | Errors:
    """Return the campaign of a TOML text, or all that is wrong with it, for beneath the text."""
    campaign = toml_source.check(text, now_ms=now_ms, zone=zone)
    if isinstance(campaign, Campaign):
        return campaign
    return {Field.TEXT.value: problems_text(campaign)}


def problems_text(problems: list[Problem]) -> str:
    """Return problems one a line, as many as are readable, and how many more there are.

    Each has its own dot, because Slack joins the lines of an error.
    """
    lines = [f"• {problem}"[:PROBLEM_CHARS_MAX] for problem in problems]
    return clip_lines(lines, PROBLEMS_CHARS_MAX)


def write_text(campaign: Campaign) -> str:
    """Return the definition as TOML, however long."""
    return toml_writer.write(campaign)


def fits(text: str) -> bool:
    """Tell whether an input of Slack takes it."""
    return len(text) <= TEXT_CHARS_MAX


def beside(campaign: Campaign) -> Message:
    """Return the words beside the file of a definition that is too long for an input."""
    text = (
        f"“{clip(campaign.name, 200)}” as text, in the file in this thread. Change it there, and"
        " choose it in the form."
    )
    return Message(text, (section(text),))
