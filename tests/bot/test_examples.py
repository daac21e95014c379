import msgspec
import pytest

from actors.mail_trust import Step, Told
from bot import examples
from bot.examples import Example, Examples, rows, trail_view
from tests.bot.oracle import view_problems
from tests.bot.rehearsals import FROM_MS, REHEARSED

DID = "did “Order Completed”: it triggered the campaign, and the user qualified"
HELD = "held until 2026-02-18 12:30:00 CET: it was do-not-disturb time for the user"
MANY = "The user already got as many messages as the global limits allow"
LIMITED = (
    f"qualified, and was skipped (frequency_limit): {MANY}"
    " (at most 1 in a day; one more could go at 2026-02-19 05:00:00 CET)"
)
COMPARED = "is in the campaign control group: gets nothing"
CONTROL = f"qualified, and {COMPARED} (bucket 11 of 100)"


def trail(fate: str, *steps: str) -> Told:
    made = tuple(Step(FROM_MS + n * 60_000, said, "m1_a") for n, said in enumerate(steps))
    return Told(f"ann@example.com in “Cart”: {fate}.", "Europe/Oslo", steps=made)


def line(told: Told) -> str:
    (row,) = rows([told], "", 600)
    return str(row["text"]["text"])


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (
            trail(
                "1 sent",
                DID,
                "qualified, and message m1_a was written (revision 1)",
                HELD,
                "Segment accepted it under the id m1_a.",
            ),
            "*User 1*: 1 sent · 02-18 10:48 " + HELD,
        ),
        (
            trail("1 skipped (frequency_limit)", DID, LIMITED),
            "*User 1*: 1 skipped (frequency limit) · 02-18 10:47 " + MANY,
        ),
        (
            trail("1 in a control group", DID, CONTROL),
            "*User 1*: 1 in a control group · 02-18 10:47 " + COMPARED,
        ),
        (trail("nothing happened"), "*User 1*: nothing happened"),
    ],
    ids=["held", "limited", "control", "nothing"],
)
def test_each_user_is_a_line_with_what_came_of_it_and_why(told: Told, said: str) -> None:
    assert line(told) == said


def test_a_line_names_nobody_and_notifies_nobody() -> None:
    shown = line(trail("1 sent", "<!channel> " * 200))
    assert "ann@example.com" not in shown
    assert "<!channel>" not in shown
    assert len(shown) < 400


def test_the_whole_trail_is_found_by_its_button() -> None:
    kept = Examples()
    told = (trail("1 sent", DID), trail("1 skipped (unreachable)", DID, LIMITED))
    key = kept.keep(msgspec.structs.replace(REHEARSED, examples=told))
    values = [row["accessory"]["value"] for row in rows(told, key, 600)]
    found = kept.find(values[1])
    assert found is not None
    name, number, example = found
    assert (name, number, example) == (REHEARSED.name, 2, Example.of(told[1]))
    view = trail_view(*found)
    assert "one more could go at 2026-02-19 05:00:00 CET" in str(view)
    assert "<!channel>" not in str(view)
    assert view_problems(view) == []


@pytest.mark.parametrize("value", ["", "x", "x:1", "{key}:0", "{key}:2", "{key}:²", "{key}:-1"])
def test_a_button_of_nothing_that_is_kept_finds_nothing(value: str) -> None:
    kept = Examples()
    key = kept.keep(msgspec.structs.replace(REHEARSED, examples=(trail("1 sent", DID),)))
    assert kept.find(value.format(key=key)) is None


def test_what_is_kept_names_no_user() -> None:
    kept = Examples()
    key = kept.keep(msgspec.structs.replace(REHEARSED, examples=(trail("1 sent", DID),)))
    assert "ann@example.com" not in str(kept.find(f"{key}:1"))


def test_the_latest_rehearsals_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examples, "KEPT_MAX", 2)
    kept = Examples()
    keys = [kept.keep(REHEARSED) for _ in range(3)]
    assert [kept.find(f"{key}:1") is not None for key in keys] == [False, True, True]


def test_a_trail_that_no_modal_holds_is_cut_and_says_so() -> None:
    long = Example.of(trail("9 sent", *["x" * 500] * 1_000))
    view = trail_view("C" * 400, 1, long)
    assert view_problems(view) == []
    assert "Earlier steps are left out" in str(view)
