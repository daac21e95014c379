import msgspec
import pytest

from bot.wizard.kept import in_lines, kept_blocks, read_kept, write_kept
from bot.wizard.step import StepName
from domain.audience import All, AnyOf, Did, Node, SameValue, Step
from domain.campaign import When
from domain.telling import describe_node

WHO = SameValue("p", (Step("A"),))


def test_what_is_kept_is_given_back_as_it_was() -> None:
    assert read_kept(write_kept(WHO), Node) == WHO


def test_what_is_of_another_kind_is_no_answer() -> None:
    with pytest.raises(msgspec.ValidationError):
        read_kept(write_kept(WHO), When)


def test_it_is_shown_in_words_that_notify_nobody_and_can_be_replaced() -> None:
    said, actions = kept_blocks(StepName.WHO, "kept", ["did <!channel>", "and more"])
    assert "did &lt;!channel&gt;\nand more" in said["text"]["text"]
    assert actions["elements"][0]["value"] == "who.kept"


def test_what_stands_indented_does_so_in_slack_too() -> None:
    lines = describe_node(AnyOf((All((Did("A"), Did("B  C"))), Did("D"))))
    said = in_lines(lines).splitlines()
    assert [len(line) - len(line.lstrip("\N{EM SPACE}")) for line in said] == [0, 1, 2, 2, 1]
    assert "B  C" in said[3]
