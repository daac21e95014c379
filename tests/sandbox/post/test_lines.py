import pytest
import trio
from trio.testing import memory_stream_pair

from sandbox.post.lines import BadLine, Lines


async def given(sent: bytes) -> Lines:
    ours, theirs = memory_stream_pair()
    await ours.send_all(sent)
    await ours.send_eof()
    return Lines(theirs)


async def test_lines_are_read_one_by_one_to_the_end() -> None:
    lines = await given(b"EHLO a\r\nQUIT\r\n")
    assert [await lines.next(), await lines.next(), await lines.next()] == [
        b"EHLO a",
        b"QUIT",
        None,
    ]


@pytest.mark.parametrize("sent", [b"EHLO a\n", b"EH\rLO a\r\n", b"x" * 600 + b"\r\n"])
async def test_what_is_no_line_of_smtp_is_refused(sent: bytes) -> None:
    lines = await given(sent)
    with pytest.raises(BadLine):
        await lines.next()


async def test_a_text_ends_with_a_lonely_dot_and_loses_the_dots_that_hid_others() -> None:
    lines = await given(b"one\r\n..two\r\n.\r\nQUIT\r\n")
    assert await lines.text(100) == b"one\r\n.two\r\n"
    assert await lines.next() == b"QUIT"


async def test_a_text_that_is_too_large_is_read_and_not_kept() -> None:
    lines = await given(b"x" * 90 + b"\r\n" + b"x" * 90 + b"\r\n.\r\n")
    assert await lines.text(100) is None


async def test_who_leaves_in_the_middle_of_a_text_has_sent_none() -> None:
    lines = await given(b"one\r\n")
    with pytest.raises(BadLine):
        await lines.text(100)
    await trio.lowlevel.checkpoint()
