import pytest

from actors.mail import BooksView, Estimate
from actors.notices import TEMPLATE_ERRORS
from actors.surging import SURGE
from bot import words
from domain.books import SkipReason
from domain.review import State
from domain.slots import Slot


def test_every_state_has_a_name_for_people() -> None:
    assert set(words.STATES) == set(State)


def test_a_moment_is_shown_in_each_readers_zone_and_in_the_accounts() -> None:
    shown = words.moment(1_790_000_000_000, "Europe/Oslo")
    assert shown.startswith("<!date^1790000000^{date_short_pretty} at {time}|2026-09-21 16:13")
    assert shown.endswith("(16:13 Europe/Oslo)")


def test_a_marketer_is_mentioned_and_a_name_of_the_command_line_is_not() -> None:
    assert (words.person("U0ANA"), words.person("<!here>")) == ("<@U0ANA>", "&lt;!here&gt;")


def test_the_books_show_every_reason_with_thousands_separators() -> None:
    shown = words.books(BooksView(12_345, 345, 9_000, {"missing_value": 2_000}, 1_000))
    assert "12,345" in shown
    assert "Skipped: missing value   2,000" in shown


def test_the_bar_counts_what_is_settled() -> None:
    assert words.bar(BooksView(qualified=110, control=10, sent=25, pending=50)) == (
        f"{'█' * 10}{'░' * 10} 50 % settled"
    )


def test_nobody_qualified_means_no_bar() -> None:
    assert words.bar(BooksView()) == ""


def test_one_is_not_said_in_the_plural() -> None:
    assert (words.count_of(1, "user"), words.count_of(2_000, "user")) == ("1 user", "2,000 users")


def test_whom_the_engine_names_in_a_sentence_slack_mentions() -> None:
    assert words.mentioned("By @U0ANA00001, not a@U0ANA00001 or @ana.") == (
        "By <@U0ANA00001>, not a@U0ANA00001 or @ana."
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "The run of 2026-03-29T09:00[Europe/Kyiv] is",
            "The run of 2026-03-29 09:00 Europe/Kyiv is",
        ),
        ("2026-03-29T09:00[user].", "2026-03-29 09:00 where each user is."),
        ("at 2026-03-29T09:00 [x]", "at 2026-03-29T09:00 [x]"),
    ],
)
def test_a_run_that_the_engine_names_in_a_sentence_reads_like_a_time(text: str, said: str) -> None:
    assert words.mentioned(text) == said


def test_a_reason_of_the_engine_is_a_sentence_and_a_persons_stays() -> None:
    assert words.reason_of("cap_reached") == "The total cap has been delivered."
    assert words.reason_of("too\n many") == "too many"


@pytest.mark.parametrize("reason", [SURGE, TEMPLATE_ERRORS, "all paused", "adopted"])
def test_a_pause_that_nobody_asked_for_has_a_sentence_of_its_own(reason: str) -> None:
    assert words.reason_of(reason).endswith(".")


def test_no_reason_of_the_books_is_told_as_a_code() -> None:
    told = [words.skip_of(reason) for reason in SkipReason]
    assert not [one for one in told if "_" in one]
    assert "during a pause" in told
    assert max(map(len, told)) <= 25, "a thread is narrow"


def test_the_reach_tells_of_limits_and_how_long_it_takes_where_there_is_anything_to_tell() -> None:
    estimate = Estimate(9, 0, 0, 0, 4, 1, outside=3, limited=2, rate="At this rate it takes 1 s")
    told = words.waterfall(estimate)
    assert "- not in the portion" in told
    assert "- over a limit now" in told
    assert told.endswith("At this rate it takes 1 s.")
    assert "limit" not in words.waterfall(Estimate(9, 0, 0, 0, 9, 1))


def test_a_run_at_each_users_time_is_named_so() -> None:
    assert words.run_of("2026-03-29T09:00[user]") == "2026-03-29 09:00 where each user is"
    theirs = words.run_moment(Slot(1_774_700_000_000, "2026-03-29T09:00[user]"), "UTC")
    assert theirs.startswith("2026-03-29 09:00 where each user is: for the first of them <!date^")
    assert words.run_moment(Slot(0, "x[UTC]"), "UTC") == words.moment(0, "UTC")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1 sent, 1 skipped (cap_day).", "1 sent, 1 skipped (cap of the day)."),
        ("was skipped (per_user_limit): enough", "was skipped (per user limit): enough"),
        ("did “cap_day” (cap_nothing)", "did “cap_day” (cap_nothing)"),
    ],
)
def test_reasons_in_a_trail_are_words(text: str, said: str) -> None:
    assert words.uncoded(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("All: `/campaign list`; at a terminal `clarion list`.", "All: `/campaign list`."),
        ("Take `/x`, or at a terminal from `clarion dead list`: an id.", "Take `/x`: an id."),
        ("He sat at a terminal `all day`.", "He sat at a terminal `all day`."),
    ],
)
def test_nobody_in_slack_is_told_what_to_type_at_a_terminal(text: str, said: str) -> None:
    assert words.in_slack(text) == said
    assert words.mentioned(text) == said
