import pytest

from actors.mail_people import DidView, GotView, UserShown
from clarion.showing_people import VALUE_CHARS_MAX, print_user

SHOWN = UserShown(
    user="u1",
    standing="suppressed",
    audited_as="erased:ab12",
    account_zone="Europe/Oslo",
    traits={"city": "Moss", "likes": ["a", 1], "steer": "\x1b[31m"},
    devices=({"os": "iOS"},),
    lists=("VIP",),
    events=(
        DidView(7, 1_790_000_000_000, "Order Completed", {"revenue": 12.5}),
        DidView(8, 0, "", None),
    ),
    events_in_all=30,
    messages=(GotView("m1_a", "Win back", "live", "cancelled", "cap_day", 1_790_000_000_000),),
    messages_in_all=1,
)


def test_everything_is_printed_and_says_how_much_more_there_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_user(SHOWN)
    said = capsys.readouterr().out
    for part in (
        "u1 is suppressed: nothing is sent to them.",
        "this one, erased or not, is erased:ab12",
        "not known, so Europe/Oslo, the account's",
        "Moss",
        '["a",1]',
        "iOS",
        "VIP",
        "Events (30, the latest 2)",
        '{"revenue":12.5}',
        "[8]",
        "cannot be read",
        "cancelled (cap day)",
        "2026-09-21",
    ):
        assert part in said
    assert "\x1b" not in said


def test_a_long_value_is_cut(capsys: pytest.CaptureFixture[str]) -> None:
    print_user(UserShown("u1", "known", "erased:1", "UTC", traits={"a": "x" * 2_000}))
    assert capsys.readouterr().out.count("x") == VALUE_CHARS_MAX


@pytest.mark.parametrize(
    ("standing", "said"), [("unknown", "no event and no profile"), ("erased", "nothing is kept")]
)
def test_of_who_is_not_there_only_that_is_said(
    standing: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    print_user(UserShown("u1", standing, "erased:1", "UTC"))
    out = capsys.readouterr().out
    assert said in out
    assert "Profile" not in out


def test_a_profile_that_cannot_be_read_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    print_user(UserShown("u1", "broken", "erased:1", "UTC"))
    assert "profile cannot be read" in " ".join(capsys.readouterr().out.split())
