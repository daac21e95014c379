"""What one person is told in answer: help, lists, refusals, and that something went wrong."""

from collections.abc import Collection
from difflib import get_close_matches

from actors.mail import Done, Refused
from bot import words
from bot.blocks import (
    Message,
    actions,
    button,
    clip,
    context,
    escaped,
    fitting,
    header,
    section,
)
from bot.ids import COMMAND, ActionId
from bot.refs import Ref
from domain.problem import Problem
from domain.review import State

PROBLEMS_SHOWN_MAX = 20
NEAR = 0.7
"""How alike a word must be to a subcommand to be taken for it: "users" is no "pause"."""

USES: dict[str, tuple[str, str]] = {
    "help": ("", "this text"),
    "new": ("", "draft a campaign in a form, or paste its definition"),
    "list": ("", "every campaign, those that need somebody first; `list archived` for the others"),
    "show": ("NAME", "one campaign: who, what, when, reach and books"),
    "report": ("NAME", "what came of it until now: books, delivery, goal, with a picture"),
    "rehearse": (
        "NAME [7 days]",
        "what it would have done over the last 30 days, or so many; nothing is sent",
    ),
    "why": ("USER NAME", "what became of one user in a campaign, and why"),
    "preview": ("USER NAME", "the message of one user, as it would be sent; `any` for somebody"),
    "test": ("USER NAME", "send it to a test user now, marked as a test; `any` for all of them"),
    "reach": ("NAME", "how many a campaign would reach now, as a waterfall"),
    "aside": ("[NAME]", "messages and events that wait for a person: look, send again, drop"),
    "limits": ("[NAME]", "caps and how full they are, frequency, pace; without NAME of all"),
    "audience": (
        "[list|show|reach|save|export|import NAME]",
        "saved audiences and lists; `import` takes a list from a CSV file",
    ),
    "submit": ("NAME", "ask for a review; somebody else approves"),
    "publish": ("NAME", "let an approved campaign run"),
    "undo": ("NAME", "take back what was published to run now, until it begins"),
    "pause": ("[NAME]", "send nothing until it is resumed; without NAME: choose, or everything"),
    "resume": ("[NAME]", "go on after a pause or a fault; without NAME: choose, or all"),
    "stop": ("NAME", "stop for ever; at once, no approval"),
    "lower": ("NAME to N", "lower its cap, at once, no approval; `to N a day` if it has several"),
    "edit": ("NAME", "change it: the form opens with what it says now"),
    "clone": ("NAME", "draft the same again under another name"),
    "archive": ("NAME", "take what is over out of the list; `unarchive NAME` brings it back"),
}
"""The subcommands: what each takes and does. The manifest and the docs are checked against it."""

PARTS: dict[str, tuple[str, ...]] = {
    "Draft": ("new", "edit", "clone"),
    "Try, before anybody is messaged": ("reach", "rehearse", "preview", "test"),
    "Let it run": ("submit", "publish", "undo"),
    "Look": ("list", "show", "report", "why", "aside", "limits", "audience"),
    "Halt": ("pause", "resume", "lower", "stop", "archive"),
}
"""The subcommands by what people want; all but `help` itself."""

_FINAL = frozenset({"stop", "publish"})
"""What cannot be taken back: it stops for ever, or messages people."""

_MEANT = {
    "approve": "show",
    "approved": "show",
    "audit": "show",
    "cancel": "pause",
    "copy": "clone",
    "create": "new",
    "dead": "aside",
    "delete": "archive",
    "duplicate": "clone",
    "failed": "aside",
    "cap": "limits",
    "halt": "pause",
    "history": "report",
    "kill": "pause",
    "log": "report",
    "refused": "aside",
    "results": "report",
    "runs": "report",
    "start": "show",
    "stats": "report",
    "status": "show",
    "today": "list",
    "who": "show",
    "yesterday": "list",
}
"""Words that people try first, and the subcommand that answers what they want to know."""


def help_text() -> Message:
    """Return every subcommand, one a line, by what it is for."""
    title = "What I can do"
    end = "NAME is the campaign's name; quotes are not needed, and alone it shows the campaign."
    parts = [
        section("\n".join([f"*{part}*", *(_use(name) for name in names)]))
        for part, names in PARTS.items()
    ]
    return Message(title, (header(title), *parts, context(end)))


def _use(name: str) -> str:
    takes, does = USES[name]
    return f"• `{COMMAND} {name}{f' {takes}' if takes else ''}` - {does}"


def unknown_command(given: str) -> Message:
    """Return what to type instead of a subcommand that does not exist."""
    near = _near(given)
    meant = f" Did you mean `{COMMAND} {near}`?" if near else ""
    text = f"There is no `{clip(given, 100)}`.{meant} `{COMMAND} help` shows what there is."
    return Message(text, (section(text),))


def _near(given: str) -> str:
    """Return the subcommand that was meant: by its sense, else by its letters; none if neither.

    What cannot be taken back is offered only to who all but typed it.
    """
    if given in _MEANT:
        return _MEANT[given]
    near = get_close_matches(given, set(USES) - _FINAL, n=1, cutoff=NEAR)
    final = get_close_matches(given, _FINAL, n=1, cutoff=0.8) or _swapped(given, _FINAL)
    near = final or near or _swapped(given, set(USES) - _FINAL)
    return near[0] if near else ""


def _swapped(given: str, among: Collection[str]) -> list[str]:
    """Return the subcommand that was typed with two letters in each other's place."""
    return [
        name
        for name in among
        for n in range(len(name) - 1)
        if given == f"{name[:n]}{name[n + 1]}{name[n]}{name[n + 2 :]}"
    ]


def name_missing(command: str) -> Message:
    """Return what is to be typed after a subcommand that needs more than itself."""
    takes = USES[command][0] if command in USES else "NAME"
    text = f"Which campaign? Type `{COMMAND} {command} {takes}`; `{COMMAND} list` shows the names."
    if command == "stop":
        text += f" `{COMMAND} pause` halts everything at once, and can be taken back."
    return Message(text, (section(text),))


def done(answer: Done) -> Message:
    """Return what was done, and how much was beyond recall."""
    text = f":white_check_mark: {words.mentioned(clip(answer.message, 2_500))}"
    if answer.on_the_wire:
        wire = words.count_of(answer.on_the_wire, "message was", "messages were")
        text += f"\n{wire} already on the wire and could not be called back."
    blocks = [section(text)]
    if answer.campaign is not None and answer.campaign.state == State.PAUSED:
        resume = button("Resume", ActionId.RESUME, str(Ref(answer.campaign.id)))
        blocks += [actions([resume]), context(f"`{COMMAND} resume` lets it go on.")]
    return Message(text, tuple(blocks))


def refused(answer: Refused) -> Message:
    """Return what is in the way, what to do, and every problem of the definition."""
    return fitting(lambda chars: _refused(answer, chars))


def _refused(answer: Refused, chars: int) -> Message:
    what, fix = (words.mentioned(clip(text, chars)) for text in (answer.what, answer.fix))
    blocks = [section(f":no_entry: {what}\n{fix}".rstrip())]
    blocks += [
        section(f"• {problem_line(problem, min(chars, 400))}")
        for problem in answer.problems[:PROBLEMS_SHOWN_MAX]
    ]
    more = len(answer.problems) - PROBLEMS_SHOWN_MAX
    if more > 0:
        blocks.append(context(f"and {words.count_of(more, 'problem')} more"))
    return Message(f"{what} {fix}".rstrip(), tuple(blocks))


def problem_line(problem: Problem, chars: int) -> str:
    """Return a problem as one escaped line: where, what, and what to do."""
    line = f"line {problem.line}, " if problem.line else ""
    where = f"`{escaped(problem.where[:120])}`" if problem.where else "definition"
    return f"{line}{where}: {clip(f'{problem.what} {problem.fix}', chars)}"


def stale() -> Message:
    """Return what to tell someone who pressed a button of an older content."""
    text = (
        "This card shows an older version: the campaign was edited since, so your click changed"
        " nothing. The card is up to date now; read it and decide again."
    )
    return Message(text, (section(f":hourglass: {text}"),))


def reach_moved(shown: int, now: int) -> Message:
    """Return what to tell someone who approves for another number of users than there are now."""
    text = (
        f"Nothing is approved yet: the card said {words.count_of(shown, 'user')}, and it would be"
        f" {words.number(now)} now. The card has the new number; approve again if you mean it."
    )
    return Message(text, (section(f":hourglass: {text}"),))


def decided(by: str) -> Message:
    """Return what to tell someone who answers a held run that needs no answer any more."""
    who = f"{words.person(by)} decided it already" if by else "It needs no decision any more"
    text = f"{who}; your click changed nothing. The alert is up to date now."
    return Message(text, (section(f":hourglass: {text}"),))


def working() -> Message:
    """Return what to tell someone while the engine takes its time."""
    text = "Working on it... the answer follows here."
    return Message(text, (section(f":hourglass_flowing_sand: {text}"),))


def went_wrong(error_id: str) -> Message:
    """Return what to tell someone when we broke a promise; the log has the same id."""
    text = f"Something went wrong (id {error_id})."
    hint = "Try again; if it stays so, give the id to whoever runs Clarion: it is in the log."
    return Message(f"{text} {hint}", (section(f":warning: {text}\n{hint}"),))


def too_late() -> Message:
    """Return what to tell someone whose form could not open in the 3 s that Slack gives."""
    text = "That took longer than Slack waits, so nothing opened. Try again."
    return Message(text, (section(f":hourglass: {text}"),))


def not_for_you(why: str) -> Message:
    """Return the rule that keeps somebody from using the bot at all."""
    return Message(why, (section(f":no_entry: {why}"),))


def busy() -> Message:
    """Return what to tell someone when too many ask at once."""
    text = "Too many people ask at once. Try again in a few seconds; nothing was changed."
    return Message(text, (section(f":hourglass: {text}"),))


def no_trail() -> Message:
    """Return the answer to a click on a rehearsal whose trails are kept no more."""
    text = "The trails of this rehearsal are kept no more. Rehearse it again."
    return Message(text, (section(text),))
