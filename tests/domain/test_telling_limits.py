import pytest

from domain.campaign import DoNotDisturb, Limits, QuietWindow
from domain.telling_limits import tell_limits, tell_quiet


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        (Limits(), "No cap"),
        (Limits(cap_total=100, cap_per_day=10), "At most 100 in total, at most 10 a day"),
        (
            Limits(portion_percent=20),
            "No cap\n20 % of those who qualify are addressed",
        ),
        (
            Limits(cap_per_run=5, safety_limit=9),
            "At most 5 a run\nSafety limit: it does not start if more than 9 qualify",
        ),
        (
            Limits(safety_per_hour=500),
            "No cap\nIt pauses itself if more than 500 qualify within an hour",
        ),
        (Limits(per_user_max=1), "No cap\nA user gets it once"),
        (
            Limits(per_user_max=3, per_user_minutes=2_880),
            "No cap\nA user gets it at most 3 times, again after 48 hours at the earliest",
        ),
        (
            Limits(ignore_global=True, count_towards_global=False),
            (
                "No cap\nThe limits over all campaigns do not hold for it"
                "\nIts messages do not count towards the limits over all campaigns"
            ),
        ),
        (
            Limits(over_global="queue"),
            "No cap\nWhat is over the limits over all campaigns waits until they allow it",
        ),
    ],
)
def test_limits_are_told_in_plain_words(limits: Limits, told: str) -> None:
    assert tell_limits(limits) == told


def test_without_do_not_disturb_it_says_none() -> None:
    assert tell_quiet(None) == "None"


def test_every_window_is_told_with_its_days() -> None:
    table = DoNotDisturb(
        "21:30", "08:00", also=(QuietWindow("00:00", "24:00", ("saturday", "sunday")),)
    )
    assert tell_quiet(table) == (
        "21:30 to 08:00, 00:00 to 24:00 on Saturday, Sunday where the user is;"
        " what falls due then is sent afterwards"
    )


def test_it_says_that_what_falls_due_then_is_discarded() -> None:
    assert tell_quiet(DoNotDisturb("21:30", "08:00", "discard")).endswith("is not sent at all")


def test_a_cap_that_was_lowered_is_told_beside_what_was_approved() -> None:
    approved = Limits(cap_total=1_000, cap_per_day=50, portion_percent=20)
    said = tell_limits(approved, Limits(cap_total=600, cap_per_day=50))
    assert said.splitlines() == [
        "At most 1,000 in total, at most 50 a day",
        "Lowered since, and in force: at most 600 in total, at most 50 a day",
        "20 % of those who qualify are addressed",
    ]
