"""What is asked about one user in Slack, and why they got what they got.

A trail quotes no value of the user's.
"""

import re
from itertools import groupby

import msgspec

from actors.mail import Refused, Request
from actors.mail_content import Preview, TestSend
from actors.mail_trust import Step, Told, Why
from bot.blocks import (
    SECTION_CHARS_MAX,
    Block,
    Message,
    actions,
    button,
    clip,
    context,
    escaped,
    fitting,
    packed,
    section,
)
from bot.ids import ActionId
from bot.moments import date, readable
from bot.quoted import first_word, unquoted
from bot.words import mentioned, plain_moment, run_of, uncoded
from domain.phrases import counted

ANYBODY = "any"
"""What is typed in place of a user, for somebody whom the campaign is for."""
STEPS_SHOWN_MAX = 12
USER_CHARS_MAX = 100
_ID = re.compile(r" \(c_[a-z0-9]+\)")
_SEED = re.compile(r" \(seed ([^()]*)\)|; seed ([^()]*)")
_RUN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d\[[^\]]+\]")
KNOWN_SHOWN_MAX = 20
CODES_SHOWN_MAX = 5
WHOLE_STEPS_MAX = 60
"""A modal has 100 blocks."""
WHOLE_CHARS_MAX = 600


def request_of(command: str, rest: str, by: str) -> Request | Refused:
    """Return what `why USER NAME`, `preview USER NAME` or `test USER NAME` asks."""
    user, name = first_word(rest)
    if not name:
        return Refused(
            what=f"`/campaign {command}` needs a user and the name of a campaign.",
            fix=f"Type it like `/campaign {command} {user[:USER_CHARS_MAX] or 'USER'} NAME`;"
            " `/campaign list` shows the names."
            + ("" if command == "why" else f" For somebody, write `{ANYBODY}` as the user."),
        )
    whom = "" if user == ANYBODY else user
    match command:
        case "why":
            return Why(user=user, campaign=name)
        case "preview":
            return Preview(campaign=name, by=by, user=whom)
        case _:
            return TestSend(campaign=name, by=by, users=(whom,) if whom else ())


def name_first(rest: str) -> Why | None:
    """Return what `why NAME USER` asks, as some type it; None: there are no two words."""
    name, _, user = rest.strip().rpartition(" ")
    return Why(user=unquoted(user), campaign=unquoted(name)) if name else None


def told(trail: Told, of: Why | None = None, page: int = 0) -> Message:
    """Return a trail: what is known, then the latest steps, the newest last.

    `of` is what was asked: with it there is a way to earlier steps, which are on later pages.
    """
    return fitting(lambda chars: _told(trail, of, page, chars))


def whole(trail: Told) -> list[Block]:
    """Return as much of a trail as a modal takes, which is more than a message does."""
    return list(_told(trail, None, 0, WHOLE_CHARS_MAX, WHOLE_STEPS_MAX).blocks)


def turned(value: str) -> tuple[Why, int]:
    """Return what was asked, and the page that a button leads to."""
    page, user, campaign = msgspec.json.decode(value, type=tuple[int, str, str])
    return Why(user=user, campaign=campaign), page


def _told(
    trail: Told, of: Why | None, page: int, chars: int, steps_max: int = STEPS_SHOWN_MAX
) -> Message:
    blocks = [section(f"*{clip(uncoded(trail.message), 500)}*")]
    if trail.known:
        known = (_plain(line, trail.zone, chars) for line in trail.known[:KNOWN_SHOWN_MAX])
        blocks += [section(text) for text in packed([f"• {mentioned(line)}" for line in known])]
    runs = _runs(trail)
    end = max(len(runs) - page * steps_max, 0)
    begin = max(end - steps_max, 0)
    if earlier := sum(len(run) for run in runs[:begin]):
        blocks.append(context(f"{counted(earlier, 'earlier step')} before these"))
    blocks += [section(text) for text in _grouped(runs[begin:end], trail.zone, chars)]
    if later := sum(len(run) for run in runs[end:]):
        blocks.append(context(f"{counted(later, 'later step')} after these"))
    where = f"Times are in your own zone; the account is in {escaped(trail.zone)}."
    blocks.append(context(f"{where}{_codes(runs[begin:end])}"))
    if turns := _turns(of, page, earlier=begin > 0):
        blocks.append(actions(turns))
    return Message(clip(uncoded(trail.message), 500), tuple(blocks))


def _turns(of: Why | None, page: int, *, earlier: bool) -> list[Block]:
    if of is None:
        return []

    def to(number: int) -> str:
        return msgspec.json.encode((number, of.user, of.campaign)).decode()

    made = [button("Earlier steps", ActionId.OLDER_STEPS, to(page + 1))] if earlier else []
    return made + ([button("Later steps", ActionId.NEWER_STEPS, to(page - 1))] if page else [])


def _codes(runs: list[list[Step]]) -> str:
    """Return by which ids and seeds anybody can check what is shown, apart from its sentences."""
    steps = [step for run in runs for step in run]
    ids = dict.fromkeys(step.message_id for step in steps if step.message_id)
    drawn = dict.fromkeys("".join(each) for step in steps for each in _SEED.findall(step.said))
    said = ""
    for kind, codes in (("Messages", list(ids)), ("Seeds of the draws", list(drawn))):
        shown = " ".join(f"`{clip(code, 100)}`" for code in codes[-CODES_SHOWN_MAX:])
        more = len(codes) - CODES_SHOWN_MAX
        rest = f" and {more} before these" if more > 0 else ""
        said += f" {kind}: {shown}{rest}." if codes else ""
    return said


def _runs(trail: Told) -> list[list[Step]]:
    """Return the steps, those in one list that say the same one after the other."""
    alike = groupby(trail.steps, key=lambda step: (_without_id(step), step.event_seq is None))
    return [list(run) for _, run in alike]


def _grouped(runs: list[list[Step]], zone: str, chars: int) -> list[str]:
    """Return a paragraph for each thing that the user did, or that fell due, and what followed."""
    texts: list[str] = []
    for run in runs:
        first, last = run[0], run[-1]
        at = f"*{_minute(first, zone)}*"
        if len(run) > 1:
            at += f" to *{_minute(last, zone)}*, {len(run):,} times:"
        said = readable(clip(uncoded(_without_id(first)), chars), zone)
        line = f"{at} {mentioned(said)}"
        follows = first.event_seq is None and texts
        if follows and len(texts[-1]) + len(line) < SECTION_CHARS_MAX:
            texts[-1] = f"{texts[-1]}\n{line}"
        else:
            texts.append(line)
    return texts


def _plain(line: str, zone: str, chars: int) -> str:
    """Return what is known without a campaign's id, and a run by its time on its own wall."""
    said = readable(clip(_ID.sub("", line), chars), zone)
    return _RUN.sub(lambda found: f"of {run_of(found[0])}", said)


def _minute(step: Step, zone: str) -> str:
    return date(step.at_ms, plain_moment(step.at_ms, zone))


def _without_id(step: Step) -> str:
    """Return what a step says without a message's id or a draw's seed: a marketer needs neither."""
    said = _SEED.sub("", step.said)
    if step.message_id:
        said = said.replace(f" under the id {step.message_id}", "")
        said = said.replace(f"message {step.message_id}", "the message")
    return said
