import pytest

from bot.refs import Memo, Ref, read_memo, write_memo


@pytest.mark.parametrize(
    "ref",
    [
        Ref("c1"),
        Ref("c1", "abc"),
        Ref("c1", "abc", "2026-03-29T09:00[Europe/Kyiv]"),
        Ref("c1", "", "now"),
    ],
)
def test_a_button_says_again_what_it_was_made_for(ref: Ref) -> None:
    assert Ref.read(str(ref)) == ref


def test_a_modal_remembers_where_it_was_asked_for_and_about_what() -> None:
    memo = Memo("C1", Ref("c1", "abc", "now"))
    assert read_memo({"private_metadata": write_memo(memo)}) == memo


def test_a_modal_without_a_note_is_about_nothing() -> None:
    assert read_memo({"private_metadata": ""}) == Memo()
