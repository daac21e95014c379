import pytest

from bot import modals
from bot.refs import RUNS, Memo, Ref
from domain import toml_source
from domain.campaign import Campaign
from tests.bot.fake_desk import NOW_MS
from tests.bot.oracle import view_problems

MEMO = Memo("C1", Ref("c1", "h" * 64, "2026-03-29T09:00[Europe/Kyiv]"))


@pytest.mark.parametrize(
    "view",
    [
        modals.paste_view(MEMO, "x" * 3_000),
        modals.paste_view(Memo()),
        modals.changes_view(MEMO),
        modals.raise_view(MEMO),
        modals.waiting_view(MEMO),
        modals.said_view("Something.", "And more."),
    ],
)
def test_every_modal_is_one_that_slack_takes(view: dict[str, object]) -> None:
    assert view_problems(view) == []


def test_the_example_to_paste_over_is_a_campaign() -> None:
    assert isinstance(toml_source.check(modals.EXAMPLE, now_ms=NOW_MS, zone="UTC"), Campaign)


def test_a_text_of_what_runs_is_not_called_a_draft() -> None:
    for fixed, saves in ((RUNS, "Ask for a review"), ("", "Save draft")):
        assert modals.paste_view(Memo(fixed=fixed))["submit"]["text"] == saves
