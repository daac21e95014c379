"""What a message has no room for, whole in a modal."""

from typing import Any

from actors.mail import CampaignView
from actors.mail_report import Report
from bot import words
from bot.blocks import Block, clip, context, packed, section
from bot.ids import ViewId
from bot.inputs import modal
from bot.report_card import skip_line, variant_line
from domain.phrases import INDENT
from domain.telling_saved import tell_saved

BLOCKS_MAX = 95
"""Slack takes 100."""
AUDIENCE_CHARS_MAX = 2_500
NAME_CHARS_MAX = 400


def whole_report(report: Report) -> dict[str, Any]:
    """Return every reason why some got nothing, and every variant."""
    blocks: list[Block] = [section(f"*{clip(report.name, NAME_CHARS_MAX)}*")]
    if report.skipped:
        blocks.append(section("*Why some got nothing*"))
        blocks += [section(text) for text in packed(skip_line(one) for one in report.skipped)]
    if report.variants:
        blocks.append(section("*Variants*"))
        blocks += [section(text) for text in packed(variant_line(one) for one in report.variants)]
    blocks.append(context(f"As of {words.moment(report.at_ms, report.zone)}"))
    return modal(ViewId.CARD, "Report", blocks[:BLOCKS_MAX], close="Close")


def whole_audiences(view: CampaignView) -> dict[str, Any]:
    """Return what every saved audience of a campaign stands for, in the version that it keeps."""
    blocks: list[Block] = []
    for use in view.audiences[:BLOCKS_MAX]:
        heading, text = tell_saved(use.name, use.who, version=use.version, latest=use.latest)
        said = clip(text.replace(INDENT, "\N{EM SPACE}"), AUDIENCE_CHARS_MAX)
        blocks.append(section(f"*{clip(heading, NAME_CHARS_MAX)}*\n{said}"))
    if (more := len(view.audiences) - BLOCKS_MAX) > 0:
        blocks.append(context(f"and {words.count_of(more, 'more')}"))
    none = [section("It uses no saved audience.")]
    return modal(ViewId.CARD, "Saved audiences", blocks or none, close="Close")
