"""The local Segment: it answers as Segment answers, drops what Segment drops, and says why.

`LocalSegment` is the whole of it; `faults` names what can be made to go wrong.
"""

from sandbox.segment.local import LocalSegment

__all__ = ["LocalSegment"]
