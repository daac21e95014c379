import pytest
from msgspec.structs import replace

from actors.fate import NOTHING, fate
from store.poison import Poison
from store.trail import Decided, Message, Trail
from tests.actors.test_telling import MESSAGE, NOW

NOBODY = Trail(
    ids=("ann",),
    user=None,
    broken=False,
    messages=(),
    decisions=(),
    aside=(),
    events=(),
    history=(),
    cursor=None,
    last_seq=0,
    started_ms=None,
    capped=frozenset(),
)
POISON = Poison("c_1", 7, "ann", "KeyError", "E1", NOW)


def message(state: str, reason: str = "", closed_by: str = "") -> Message:
    return replace(MESSAGE, state=state, reason=reason, closed_by=closed_by)


@pytest.mark.parametrize(
    ("messages", "told"),
    [
        ([], NOTHING),
        ([message("pending"), message("accepted"), message("accepted")], "1 waiting, 2 sent"),
        ([message("in_flight")], "1 on the wire"),
        ([message("cancelled", "missing_value")], "1 not sent (missing_value)"),
        ([message("expired")], "1 not sent (expired)"),
        ([message("dead", "dead")], "1 waiting for a person"),
        ([message("unknown", "unknown")], "1 of unknown fate"),
        ([message("dead", "dead", "U0ANA00001")], "1 dropped by a person"),
    ],
)
def test_what_became_of_messages_is_counted(messages: list[Message], told: str) -> None:
    assert fate(replace(NOBODY, messages=tuple(messages))) == told


def test_decisions_and_what_is_set_aside_are_counted_too() -> None:
    decisions = (
        Decided("live", "e1", "skipped", "cap_reached", NOW),
        Decided("live", "e2", "control", "system", NOW),
        Decided("live", "e3", "skipped", "cap_reached", NOW),
    )
    aside = (POISON, replace(POISON, event_seq=8), replace(POISON, event_seq=9, state="dropped"))
    found = replace(NOBODY, messages=(message("expired"),), decisions=decisions, aside=aside)
    assert fate(found) == (
        "1 not sent (expired), 2 skipped (cap_reached), 1 in a control group, 2 events set aside,"
        " 1 event dropped by a person"
    )
