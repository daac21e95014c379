import html

from hypothesis import given
from hypothesis import strategies as st

from bot import blocks
from bot.blocks import clip_lines, packed


@given(st.text(max_size=400), st.integers(min_value=blocks.CUT_CHARS_MAX + 10, max_value=300))
def test_a_clipped_text_fits_and_cuts_no_entity(text: str, chars_max: int) -> None:
    clipped = blocks.clip(text, chars_max)
    assert len(clipped) <= chars_max
    kept = html.unescape(clipped).partition("… (")[0]
    assert clipped == blocks.escaped(text) or text.startswith(kept[: len(kept) // 2])


def test_a_clipped_text_says_how_much_is_missing() -> None:
    assert blocks.clip("a" * 100, 50) == f"{'a' * 20}… (80 more characters)"


def test_what_comes_from_data_can_notify_nobody() -> None:
    assert blocks.escaped("<!channel> & <@U1>") == "&lt;!channel&gt; &amp; &lt;@U1&gt;"


def test_a_message_shows_as_much_as_slack_takes() -> None:
    long = "x" * 5_000
    message = blocks.fitting(
        lambda chars: blocks.Message("t", tuple(blocks.section(long[:chars]) for _ in range(12)))
    )
    assert 7_000 < blocks.blocks_chars(message.blocks) <= blocks.MESSAGE_BLOCKS_CHARS_MAX


def test_a_message_has_at_most_the_text_that_slack_updates() -> None:
    message = blocks.fitting(lambda _: blocks.Message("x" * 9_000))
    assert len(message.text) == blocks.MESSAGE_TEXT_CHARS_MAX


def test_of_many_lines_whole_ones_are_shown_and_the_rest_is_counted() -> None:
    said = clip_lines([f"• {'x' * 90}" for _ in range(100)], 1_000)
    assert len(said) <= 1_000
    assert said.endswith("x\n... and 90 more.")
    assert clip_lines(["one", "two"], 7) == "one\ntwo"


def test_lines_are_packed_into_as_few_sections_as_hold_them() -> None:
    assert packed(["a", "b"]) == ["a\nb"]
    assert packed([]) == []
    long = ["x" * 1_400] * 3
    assert [len(text) for text in packed(long)] == [2_801, 1_400]
