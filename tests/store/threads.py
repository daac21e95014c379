"""Whether a thread of ours was left behind."""

import threading


def threads() -> set[threading.Thread]:
    """Return every thread but those that Trio keeps for its next worker, for a few seconds."""
    return {each for each in threading.enumerate() if not each.name.startswith("Trio thread")}
