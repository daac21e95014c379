"""A report in Slack: the books and what came of them in words, and the picture above them."""

from slack_sdk import WebClient

from actors.mail_report import Report, Skipped, VariantCame
from bot import figures, words
from bot.blocks import (
    Block,
    Message,
    actions,
    button,
    clip,
    context,
    fitting,
    header,
    section,
)
from bot.drawing import drawn, uploaded
from bot.ids import ActionId
from bot.variants import blank_lines

SKIPS_SHOWN_MAX = 8
VARIANTS_SHOWN_MAX = 10
SAID_CHARS_MAX = 250
NAME_CHARS_MAX = 80
FILE_NAME = "report.png"


def report_card(report: Report, picture: Block | None = None, *, title: str = "Report") -> Message:
    """Return what one person is shown; without a picture the words stand alone."""
    return fitting(lambda chars: _card(report, picture, title, chars))


def pictured(client: WebClient, report: Report, *, title: str = "Report") -> Message:
    """Draw the picture and put it into Slack; return the report with it, or without. Blocks."""
    made = drawn(report)
    if made is None or not isinstance(made.report, Report):
        return report_card(report, title=title)
    alt = figures.alt_text(made.report)
    return report_card(made.report, uploaded(client, made.png, FILE_NAME, alt), title=title)


def _card(report: Report, picture: Block | None, title: str, chars: int) -> Message:
    name = clip(report.name, min(chars, 400))
    blocks = [header(title), section(f"*{name}*   {words.state_of(report.state)}")]
    if picture is not None:
        blocks.append(picture)
    blocks.append(section(f"*Books*\n{words.books(report.books)}"))
    if report.skipped:
        lines = [skip_line(one, chars) for one in report.skipped[:SKIPS_SHOWN_MAX]]
        if (more := len(report.skipped) - SKIPS_SHOWN_MAX) > 0:
            lines.append(f"• and {words.count_of(more, 'more reason')}")
        blocks.append(section("*Why some got nothing*\n" + "\n".join(lines)))
    if report.variants:
        shown = [variant_line(one, chars) for one in report.variants[:VARIANTS_SHOWN_MAX]]
        if (more := len(report.variants) - VARIANTS_SHOWN_MAX) > 0:
            shown.append(f"• and {words.count_of(more, 'more variant')}")
        shown += [clip(said, min(chars, SAID_CHARS_MAX * 2)) for said in figures.findings(report)]
        blocks.append(section("*Variants*\n" + "\n".join(shown)))
    offers = [button("As a file", ActionId.REPORT_FILE, report.id)]
    if len(report.skipped) > SKIPS_SHOWN_MAX or len(report.variants) > VARIANTS_SHOWN_MAX:
        offers.insert(0, button("Show all of them", ActionId.WHOLE_REPORT, report.id))
    blocks += [context(f":warning: {line}") for line in blank_lines(report.blanks)]
    if report.goal is not None:
        blocks.append(section(_goal(report, chars)))
    blocks.append(context(f"As of {words.moment(report.at_ms, report.zone)}"))
    blocks.append(actions(offers))
    sent = words.count_of(report.books.sent, "message was", "messages were")
    return Message(f"{title}: {name}, {sent} sent", tuple(blocks))


def skip_line(one: Skipped, chars: int = SAID_CHARS_MAX) -> str:
    """Return why so many got nothing, as one line."""
    return f"• {words.number(one.users)}: {clip(one.said, min(chars, SAID_CHARS_MAX))}"


def variant_line(one: VariantCame, chars: int = NAME_CHARS_MAX) -> str:
    """Return what came of a variant, as one line."""
    said = f"• *{clip(one.name, min(chars, NAME_CHARS_MAX))}*: {words.number(one.sent)} sent"
    if one.pending:
        said += f", {words.number(one.pending)} pending"
    if one.outcome.users:
        rate = 100 * one.outcome.rate.share
        said += f", {words.number(one.outcome.converted)} converted ({rate:.1f} %)"
    return f"{said} :trophy: won" if one.won else said


def _goal(report: Report, chars: int) -> str:
    lines = [f"*{clip(figures.goal_line(report), chars)}*"]
    for name, arm in (("Got the message", report.target), ("Control group", report.control)):
        if arm is None or not arm.users:
            continue
        users = words.count_of(arm.users, "user")
        share = f"{words.number(arm.converted)} of {users} converted ({100 * arm.rate.share:.1f} %)"
        money = f", {figures.money(arm)}" if report.goal and report.goal.revenue else ""
        lines.append(f"{name}: {share}{money}")
    lines += [line for line in (figures.lift_line(report), figures.revenue_line(report)) if line]
    return "\n".join(lines)
