"""What needs somebody, as the home tab says it: what happened, and one button to the answer.

The button opens a modal with what was done about it, what is to do, and the same buttons that the
alert in the channel has. It is looked up anew when it is pressed: what is settled says so.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final, get_args

from actors.mail_attention import Kind, Need
from actors.mail_trust import Aside
from bot import words
from bot.blocks import Block, Message, actions, button, clip, context, header, section
from bot.ids import ActionId
from bot.notices import offered
from bot.refs import Ref
from bot.retries import Stuck

LINES_MAX = 10
NAME_CHARS_MAX = 200
TEXT_CHARS_MAX = 600
REASONS_MAX = 5
REASON_CHARS_MAX = 200
STUCK_SECONDS = 60.0
"""What Slack takes at a second try is no trouble."""

_MARKS: Final[dict[Kind, str]] = {
    "clock": ":mantelpiece_clock:",
    "refused": ":no_entry:",
    "away": ":electric_plug:",
    "slowed": ":turtle:",
    "load": ":ocean:",
    "held": ":octagonal_sign:",
    "faulted": ":warning:",
    "halted": ":double_vertical_bar:",
    "missed": ":calendar:",
    "aside": ":inbox_tray:",
    "slack": ":speech_balloon:",
    "unseen": ":mag:",
}
TITLES: Final[dict[Kind, str]] = {
    "clock": "The machine's clock",
    "refused": "The connection to Segment",
    "away": "The connection to Segment",
    "slowed": "The connection to Segment",
    "load": "More than Clarion keeps up with",
    "held": "Held by its safety limit",
    "faulted": "Stopped by a fault",
    "halted": "It paused itself",
    "missed": "A run was missed",
    "aside": "Set aside for a person",
    "slack": "Slack does not take it",
    "unseen": "The connection to Segment",
}
_BUTTONS: Final[dict[Kind, str]] = {
    "held": "Answer",
    "aside": "Decide",
    "load": "What to do",
    "unseen": "Check it",
}
_ORDER: Final = get_args(Kind)

_INVITE = "invite it to the channel that config.toml names ([slack]): `/invite @Clarion` there."
_ANEW = "whoever runs Clarion installs the app anew and gives it the new token."
_STUCK: Final = {
    "not_in_channel": _INVITE,
    "channel_not_found": f"see that the channel exists; if it is private, {_INVITE}",
    "is_archived": "bring the channel back, or have whoever runs Clarion name another ([slack]).",
    "missing_scope": _ANEW,
    "invalid_auth": _ANEW,
    "token_revoked": _ANEW,
    "account_inactive": _ANEW,
    "ratelimited": "nothing: Slack asks for less, and takes it later.",
}


def ordered(needs: Iterable[Need]) -> tuple[Need, ...]:
    """Return them, the gravest first."""
    return tuple(sorted(needs, key=lambda need: _ORDER.index(need.kind)))


def of_slack(stuck: Stuck | None, *, now_ms: int) -> Iterator[Need]:
    """Yield what Slack has not taken for a while; the desk knows nothing of that."""
    if stuck is None or stuck.seconds < STUCK_SECONDS:
        return
    what = words.count_of(stuck.waiting, "card or alert", "cards and alerts")
    waits = "waits" if stuck.waiting == 1 else "wait"
    yield Need(
        "slack",
        f"{what} {waits} for Slack, which says `{stuck.why}`.",
        "campaigns go on; all of it is told once Slack takes it, and tried each minute.",
        _STUCK.get(stuck.why, "whoever runs Clarion sees in its log what Slack says."),
        since_ms=now_ms - round(stuck.seconds * 1_000),
    )


def part(needs: tuple[Need, ...], zone: str) -> list[Block]:
    """Return what stands on the tab; nothing, if nothing needs anybody."""
    if not needs:
        return []
    blocks = [header(f"Needs attention ({len(needs)})")]
    for need in needs[:LINES_MAX]:
        shown = section(
            f"{_MARKS[need.kind]} {_headline(need)}\n{_happened(need)}{_since(need, zone)}"
        )
        shown["accessory"] = _button(need)
        blocks.append(shown)
    if len(needs) > LINES_MAX:
        blocks.append(context(f"and {words.number(len(needs) - LINES_MAX)} more"))
    return blocks


def find(needs: Iterable[Need], ref: Ref) -> Need | None:
    """Return what was pressed, if it still needs somebody."""
    return next((need for need in needs if _ref(need) == ref), None)


def answer_card(need: Need, zone: str, aside: Aside | None = None) -> Message:
    """Return what was done about it and what is to do, with the buttons that do it."""
    said = [_happened(need), *_reasons(aside)]
    said += [f"*Done*: {_plain(need.done)}"] if need.done else []
    said += [f"*To do*: {_plain(need.to_do)}"] if need.to_do else []
    text = "\n".join(said)
    blocks = [section(f"{_MARKS[need.kind]} {_headline(need)}"), section(text)]
    if since := _since(need, zone).strip():
        blocks.append(context(since))
    if buttons := offered(need.campaign, need.buttons):
        blocks.append(actions(buttons))
    return Message(text, tuple(blocks))


def _reasons(aside: Aside | None) -> Iterator[str]:
    """Yield why something is set aside, the most frequent reason first."""
    lines = aside.lines if aside else ()
    counts = Counter(line.why for line in lines)
    for why, n in counts.most_common(REASONS_MAX):
        yield f"\N{BULLET} {words.number(n)}: {clip(why, REASON_CHARS_MAX)}"
    if aside and (aside.more or len(counts) > REASONS_MAX):
        yield "\N{BULLET} and others"


def settled() -> Message:
    """Return what to tell somebody whose need is gone."""
    text = "That is settled: it needs nobody any more. The tab shows what is left."
    return Message(text, (section(f":white_check_mark: {text}"),))


def _ref(need: Need) -> Ref:
    return Ref(need.campaign, need.kind, need.about)


def _headline(need: Need) -> str:
    title = TITLES[need.kind]
    return f"*{clip(need.name, NAME_CHARS_MAX)}*   {title}" if need.name else f"*{title}*"


def _happened(need: Need) -> str:
    return _plain(words.reason_of(need.happened))


def _plain(text: str) -> str:
    return words.mentioned(clip(text, TEXT_CHARS_MAX))


def _since(need: Need, zone: str) -> str:
    return "" if need.since_ms is None else f"\nSince {words.moment(need.since_ms, zone)}"


def _button(need: Need) -> Block:
    """Return the one button: to the answer itself where it needs no words before."""
    if need.kind == "missed" and need.buttons:
        return button("Draft it again", ActionId.DRAFT_AGAIN, str(Ref(need.campaign)))
    if need.kind in ("faulted", "halted", "missed"):
        return button("Look", ActionId.HOME_LOOK, str(Ref(need.campaign)))
    text = _BUTTONS.get(need.kind, "Look")
    return button(text, ActionId.HOME_ANSWER, str(_ref(need)))
