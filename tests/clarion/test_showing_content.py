import pytest

from actors.mail_content import Previewed
from clarion.showing_content import print_previewed


def test_each_event_is_printed_as_json_and_hurts_no_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    events = ('{"type":"identify"}', '{"type":"track","x":"a\x9b31mb"}')
    print_previewed(Previewed("What ann would get: 40 bytes.", "ann", events, 40, "", ("A note.",)))
    said = capsys.readouterr().out
    assert said.index('"type": "identify"') < said.index('"type": "track"')
    assert "\x9b" not in said
    assert "! A note." in said


def test_who_would_get_nothing_is_told_without_an_event(capsys: pytest.CaptureFixture[str]) -> None:
    print_previewed(Previewed("ann would get nothing of it: it says abort.", "ann"))
    assert capsys.readouterr().out.strip() == "ann would get nothing of it: it says abort."
