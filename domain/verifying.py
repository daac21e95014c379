"""The words of the set-up check: what is sent, where to look for it, and what to check."""

EVENT = "Clarion Test Event"
SEND_ANOTHER = (
    "send another: *Send a test event* on the card of a campaign, or `clarion connection verify`"
)
OPEN_DEBUGGER = "Open your source's debugger in Segment:"
LOOK_AT = (
    "Check that `segment.url` is the region of your workspace, that `CLARION_SEGMENT_WRITE_KEY` is"
    f" the key of this source, and that the source is enabled; then {SEND_ANOTHER}."
)
UNVERIFIED = (
    "The connection to Segment is not verified: Segment answers 200 to a wrong key too."
    " `clarion connection verify` sends a test event to look for."
)
UNSEEN = (
    "Nobody has seen a test event arrive in Segment yet, and Segment says yes to a wrong key too."
)
"""The same for who has no terminal; a button stands beside it."""
