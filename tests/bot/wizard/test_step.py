from bot.wizard.schedules import WhenValues
from bot.wizard.step import StepName, block_id, entered

WHEN = StepName.WHEN


def test_what_is_not_shown_stays() -> None:
    before = WhenValues(start="at", start_date="2030-01-01")
    after = entered(before, WHEN, {"when.start_time": "09:00", "limits.cap": "5"})
    assert after == WhenValues(start="at", start_date="2030-01-01", start_time="09:00")
    assert entered(before, WHEN, {}) is before


def test_what_was_taken_out_is_gone() -> None:
    assert entered(WhenValues(zone="UTC"), WHEN, {"when.zone": ""}) == WhenValues()


def test_an_input_that_holds_another_kind_of_value_changes_nothing() -> None:
    assert entered(WhenValues(), WHEN, {"when.zone": ("a", "b")}) == WhenValues()


def test_no_two_steps_share_an_input() -> None:
    assert len({block_id(step, "name") for step in StepName}) == len(StepName)
