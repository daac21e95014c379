"""The story keeps what happened and what was wrong; the whole of it is played in test_demo."""

from clarion.story import Story


def test_a_step_is_told_and_kept() -> None:
    told: list[str] = []
    story = Story(told.append)
    story.note("Ana drafted a campaign")
    assert told == [step.said for step in story.steps] == ["Ana drafted a campaign"]


def test_what_is_not_so_is_a_problem() -> None:
    story = Story(lambda _said: None)
    story.check(true=True, problem="fine")
    story.check(true=False, problem="the cap was passed")
    assert story.problems == ["the cap was passed"]
