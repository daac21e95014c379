from msgspec import structs

from actors.file_import import Imported
from actors.mail_files import FileStands
from bot import list_card
from domain.problem import Problem
from store.imports import Counts
from tests.bot.oracle import words
from tests.bot.test_views import check

ODD = "VIP <!channel> " * 5
STANDS = FileStands("s", Counts(1_300, 1_204, 80, 16), done_ms=7, name=ODD, version=3)
DONE = Imported("list.csv", "list", STANDS, already=False, rows_good=1_300, rows_partly=0,
                rows_recent=0, rows_bad=3, problems=12, problems_file="p")  # fmt: skip
PROBLEMS = [
    Problem("Type", "'<!here>' is no type.", "Write i for an identity.", line) for line in range(10)
]


def test_every_row_is_counted_and_problems_are_named_with_their_lines() -> None:
    message = list_card.imported(DONE, PROBLEMS, "fair <b>.csv")
    check(message)
    said = words(list(message.blocks))
    for part in ("1,204 members now", "version 3", "*Rows in the file*\\n1,303", "*Left out*\\n3",
                 "*Not known to be users*\\n80", "*Duplicates*\\n16", "line 9",
                 "and 2 more problems",                 "fair &lt;b&gt;.csv"):  # fmt: skip
        assert part in said
    assert "<!" not in said


def test_a_file_that_is_not_whole_changes_nothing_and_says_so() -> None:
    open_still = structs.replace(DONE, stands=structs.replace(STANDS, done_ms=None))
    message = list_card.imported(open_still, PROBLEMS, "a.csv")
    check(message)
    assert "stays as it was" in message.text


def test_the_words_beside_all_problems_are_escaped() -> None:
    message = list_card.all_problems(ODD, "<b>.csv", 1_234)
    check(message)
    assert "1,234 problems" in message.text
    assert "<!channel>" not in message.text
