import json

import pytest

from clarion import printing
from clarion.checks import Finding
from domain.problem import Problem
from tests.clarion.terminal import flat

PROBLEM = Problem("who.of[1].op", "There is no op “[red]is”.", "Take one of: equals.", 4)


def test_a_problem_shows_its_line_its_place_and_the_way_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    printing.print_problems([PROBLEM], "a.toml")
    said = capsys.readouterr().err
    assert "a.toml has 1 problem:" in said
    assert "line 4  who.of[1].op" in said
    assert "There is no op “[red]is”." in said
    assert "→ Take one of: equals." in said


def test_what_a_campaign_is_called_cannot_steer_the_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    printing.say("a\x1b[2Jb")
    printing.refuse("a\x1b[2Jb", "a\x1b[2Jb")
    printing.print_findings([Finding("a", False, "b\x1b[2J", "c\x1b[2J")])
    said = capsys.readouterr()
    assert "\x1b" not in said.out + said.err


def test_a_refusal_goes_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    printing.refuse("It is over.", "Draft a new one.")
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "✗ It is over.\n  Draft a new one.\n"


def test_json_is_one_object_that_a_program_reads(capsys: pytest.CaptureFixture[str]) -> None:
    printing.print_json(PROBLEM)
    assert json.loads(capsys.readouterr().out)["line"] == 4


def test_a_finding_that_is_bad_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    printing.print_findings(
        [Finding("folder", True, "It is free."), Finding("slack", False, "It refuses.", "Look.")]
    )
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert lines == ["✓  folder  It is free.", "✗  slack   It refuses.", "→ Look."]


def test_a_note_says_where_and_what(capsys: pytest.CaptureFixture[str]) -> None:
    printing.print_notes([Problem("when.start", "It is past.", "It starts at once.")])
    assert flat(capsys.readouterr().out) == "! when.start: It is past. It starts at once."


def test_a_definition_is_printed_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    text = f'name = "{"x" * 200}"\n'
    printing.print_definition(text)
    assert capsys.readouterr().out == text


def test_one_sentence_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    printing.say("Done [1].")
    assert capsys.readouterr().out == "Done [1].\n"


def test_a_command_to_copy_is_whole_wherever_it_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "24")
    command = "`clarion connection verify --as ID`"
    problem = Problem("a", command, command)
    printing.say(f"Next: {command}.")
    printing.refuse(f"Not yet: {command}.", f"First {command}.")
    printing.print_problems([problem], "a.toml")
    printing.print_notes([problem])
    printing.print_findings([Finding("a", False, f"So: {command}.", f"First {command}.")])
    said = capsys.readouterr()
    assert (said.out + said.err).count(command) == 9
