import base64

import pytest

from clarion.inline_image import CHUNK_CHARS, protocol, sequence

PNG = bytes(range(256)) * 40


@pytest.mark.parametrize(
    ("environ", "how"),
    [
        ({"TERM": "xterm-kitty"}, "kitty"),
        ({"KITTY_WINDOW_ID": "1", "TERM": "xterm-256color"}, "kitty"),
        ({"TERM_PROGRAM": "iTerm.app"}, "iterm"),
        ({"TERM_PROGRAM": "WezTerm"}, "iterm"),
        ({"TERM": "xterm-256color"}, None),
        ({"TERM": "xterm-kitty", "TMUX": "/tmp/x"}, None),
        ({"TERM": "screen-256color", "KITTY_WINDOW_ID": "1"}, None),
        ({}, None),
    ],
)
def test_only_a_terminal_that_is_known_to_show_pictures_gets_one(
    environ: dict[str, str], how: str | None
) -> None:
    assert protocol(environ, is_terminal=True) == how
    assert protocol(environ, is_terminal=False) is None


def test_iterm_gets_all_in_one_sequence() -> None:
    said = sequence(PNG, "iterm")
    head, _, rest = said.partition(":")
    assert head == f"\x1b]1337;File=inline=1;size={len(PNG)};preserveAspectRatio=1"
    assert base64.b64decode(rest.removesuffix("\a\n")) == PNG


def test_kitty_gets_chunks_that_say_whether_more_comes() -> None:
    parts = sequence(PNG, "kitty").removesuffix("\n").split("\x1b\\")[:-1]
    keys, chunks = zip(*(part.removeprefix("\x1b_G").split(";") for part in parts), strict=True)
    assert keys[0] == "a=T,f=100,m=1"
    assert keys[-1] == "m=0"
    assert all(len(chunk) <= CHUNK_CHARS for chunk in chunks)
    assert base64.b64decode("".join(chunks)) == PNG
