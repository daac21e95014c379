"""What somebody is told who has imported a list: how many are in it, and what is wrong."""

from collections.abc import Sequence

from actors.file_import import Imported
from actors.mail_files import FileStands
from bot import words
from bot.answers import problem_line
from bot.blocks import Block, Message, clip, context, fields, fitting, packed, section
from bot.ids import COMMAND
from domain.problem import Problem

PROBLEM_CHARS_MAX = 400


def imported(done: Imported, first: Sequence[Problem], file_name: str) -> Message:
    """Return the counts of the rows, and the first of the problems."""
    return fitting(lambda chars: _imported(done, first, file_name, chars))


def _imported(done: Imported, first: Sequence[Problem], file_name: str, chars: int) -> Message:
    stands = done.stands
    assert stands is not None, "nothing was only looked at"
    text, more = _said(stands)
    counts, file = stands.counts, clip(file_name, min(chars, 120))
    rows = {
        "Rows in the file": counts.rows + done.rows_bad,
        "Members": counts.matched,
        "Not known to be users": counts.unknown,
        "Duplicates": counts.duplicates,
        "Left out": done.rows_bad,
    }
    told = [f"*{name}*\n{words.number(n)}" for name, n in rows.items()]
    blocks: list[Block] = [section(text), fields(told)]
    lines = (f"• {problem_line(each, min(chars, PROBLEM_CHARS_MAX))}" for each in first)
    blocks += [section(text) for text in packed(lines)]
    if (unsaid := done.problems - len(first)) > 0:
        said = words.count_of(unsaid, "more problem")
        blocks.append(context(f"and {said}: a file in your direct messages names them all."))
    blocks.append(context(f"From {file}. {more}"))
    return Message(text, tuple(blocks))


def _said(stands: FileStands) -> tuple[str, str]:
    name = clip(stands.name, 400)
    if stands.done_ms is None:
        said = f":warning: “{name}” stays as it was: the file is not whole."
        return said, "Mend what is named, and import it again."
    members = words.count_of(stands.counts.matched, "member")
    said = f":white_check_mark: “{name}” has {members} now (version {stands.version})."
    more = f"The step Who asks for it: *Is in a list*. `{COMMAND} audience list` has all lists."
    return said, more


def all_problems(list_name: str, file_name: str, count: int) -> Message:
    """Return the words beside the file that names every problem."""
    name, file = clip(list_name, 200), clip(file_name, 120)
    text = (
        f"What is wrong with rows of {file} (“{name}”): {words.count_of(count, 'problem')},"
        " each with its line, in the file in this thread. Mend those rows, and import it again."
    )
    return Message(text, (section(text),))
