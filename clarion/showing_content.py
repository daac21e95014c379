"""Showing a person the message of one user: each event as JSON, and what may surprise."""

import msgspec
from rich.text import Text

from actors.mail_content import Previewed
from clarion.printing import say
from clarion.prose import out, safe, tell


def print_previewed(shown: Previewed) -> None:
    """Print the message as it would leave, laid out to be read."""
    say(shown.message, "bold")
    for event in shown.events:
        out().print()
        laid_out = msgspec.json.format(event, indent=2)
        for line in laid_out.splitlines():
            out().print(Text(safe(line)), soft_wrap=True)
    for note in shown.notes:
        tell(out(), Text(safe(note)), lead=Text("! ", "bold yellow"))
