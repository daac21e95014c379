"""What a campaign keeps of its saved audiences, in plain English, for who reads and approves it."""

from domain.audience import Node
from domain.phrases import INDENT, quoted
from domain.telling import describe_node


def tell_saved(name: str, who: Node, *, version: int, latest: int) -> tuple[str, str]:
    """Return a heading and the audience as lines; where it has changed since, the heading says so.

    `version` is what the campaign keeps, and `latest` what the audience is at now.
    """
    since = "" if latest == version else f"; it is at version {latest} now"
    lines = [INDENT + line for line in describe_node(who)]
    return f"Saved audience {quoted(name)}, as of version {version}{since}", "\n".join(lines)
