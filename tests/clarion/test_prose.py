import pytest
from rich.text import Text

from clarion import prose

COMMAND = "`clarion run --adopt --config /srv/clarion/config.toml`"
PATH = "/srv/" + "a-long-folder/" * 9 + "clarion.db"


@pytest.mark.parametrize("columns", range(20, 140, 7))
def test_what_a_person_copies_is_never_broken(
    columns: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    said = Text(f"It was put back into {PATH} as it was. Next: {COMMAND}, once; then look.")
    prose.tell(prose.out(), said, lead=Text("→ "))
    lines = capsys.readouterr().out.splitlines()
    assert any(COMMAND in line for line in lines)
    assert any(PATH in line for line in lines)
    assert all(len(line) <= columns for line in lines if COMMAND not in line and PATH not in line)


def test_the_width_is_the_terminals_of_this_moment(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for columns, lines in (("12", 2), ("40", 1)):
        monkeypatch.setenv("COLUMNS", columns)
        prose.tell(prose.err(), Text("One two three four"))
        assert len(capsys.readouterr().err.splitlines()) == lines


def test_what_follows_the_first_line_stands_below_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "10")
    prose.tell(prose.out(), Text("one two three\nfour"), lead="- ")
    assert capsys.readouterr().out == "- one two\n  three\n  four\n"


def test_a_text_of_a_user_cannot_steer_the_terminal() -> None:
    assert prose.safe("a\x1b[2Jb\nc") == "a\N{REPLACEMENT CHARACTER}[2Jb\nc"
