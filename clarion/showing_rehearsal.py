"""Showing a rehearsal in the terminal: what would have happened, day by day, and examples."""

from rich.text import Text

from actors.mail_rehearsal import Rehearsed
from bot import rehearsal_words, words
from clarion.printing import say
from clarion.prose import out, safe, tell
from clarion.showing_report import print_books, print_delivery, print_skipped
from domain.zones import local_wall

HOURS_SHOWN_MS_MAX = 3 * 24 * 3_600_000
STEPS_SHOWN_MAX = 8
"""Of each user: some do the same every day. `--json` has them all."""


def print_rehearsal(answer: Rehearsed) -> None:
    """Print all of it."""
    console = out()
    title = rehearsal_words.title_of(answer)
    console.print(Text.assemble((safe(answer.name), "bold"), f"  played over {title}"))
    for said in rehearsal_words.sentences(answer):
        tell(console, Text(safe(f"{said}.")), lead="• ")
    if answer.books.qualified:
        print_books(answer.books)
    print_skipped(answer.skipped)
    short = answer.until_ms - answer.from_ms <= HOURS_SHOWN_MS_MAX
    spans = answer.by_hour if short else answer.by_day
    if spans:
        print_delivery(spans, answer.zone)
    for told in answer.examples:
        console.print()
        tell(console, Text(safe(told.message), "bold"))
        steps = list(rehearsal_words.steps_of(told))
        for at_ms, said in steps[:STEPS_SHOWN_MAX]:
            at = local_wall(at_ms, told.zone)
            tell(console, Text(safe(said)), lead=Text(f"{at:%Y-%m-%d %H:%M:%S}  ", "dim"))
        if (more := len(steps) - STEPS_SHOWN_MAX) > 0:
            tell(console, Text(f"and {words.count_of(more, 'more step')}", "dim"))
    console.print()
    for note in answer.notes:
        tell(console, Text(safe(f"{note}.")), lead=Text("! ", "bold yellow"))
    say(f"{rehearsal_words.played(answer)}. Nothing was sent and nothing was changed.")
