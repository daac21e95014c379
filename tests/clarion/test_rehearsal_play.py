import msgspec

from actors.restraint import Pace
from clarion.rehearsal_play import Play
from domain.control import Controls
from tests.domain.definitions import LIVE


def test_what_to_play_comes_over_a_pipe_as_it_was() -> None:
    pace, controls = Pace(7, 2), Controls(3, {"Spring": 4})
    play = Play(
        "/data", "A", 3, 5, "UTC", pace, definition=LIVE, controls=controls, messages="/m.csv"
    )
    assert msgspec.json.decode(msgspec.json.encode(play), type=Play) == play
